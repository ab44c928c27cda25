/** The anomalies of the chosen range, and what people said about them. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Anomaly } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Moment } from '../ui/moment.tsx';
import { useOutcomeName } from '../ui/outcome.ts';
import { PersonName } from '../ui/person-name.tsx';

export function AnomalyTable({ anomalies }: { readonly anomalies: readonly Anomaly[] }): ReactNode {
  const { t } = useTranslation();
  if (anomalies.length === 0) return <EmptyState title={t('anomalies.none')}>{t('anomalies.noneText')}</EmptyState>;
  const columns = [
    { name: t('anomalies.from') },
    { name: t('anomalies.signal') },
    { name: t('anomalies.score'), isNumber: true },
    { name: t('anomalies.severity') },
    { name: t('anomalies.label') },
  ];
  return (
    <DataTable caption={t('anomalies.title')} columns={columns}>
      {anomalies.map((anomaly) => (
        <AnomalyRow key={anomaly.id} anomaly={anomaly} />
      ))}
    </DataTable>
  );
}

function AnomalyRow({ anomaly }: { readonly anomaly: Anomaly }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeName = useOutcomeName();
  const { field, detector, from, to, score, severity, label, labelledBy } = anomaly;
  return (
    <tr>
      <td>
        <Moment at={from} /> – <Moment at={to} />
      </td>
      <td>
        <bdi>{t('firing.score', { field, detector })}</bdi>
      </td>
      <td data-number>{format.reading(score)}</td>
      <td>
        <bdi>{severity}</bdi>
      </td>
      <td>
        {label === null ? (
          <span className="quiet">{t('anomalies.unlabelled')}</span>
        ) : (
          <>
            <bdi>{outcomeName(label)}</bdi>{' '}
            {labelledBy !== null && (
              <span className="quiet small">
                (<PersonName id={labelledBy} />)
              </span>
            )}
          </>
        )}
      </td>
    </tr>
  );
}
