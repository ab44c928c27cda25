/** The anomalies of the chosen time: how bad, who found them, and what people said about them. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Anomaly, type Criterion, isLimit } from '../api/measurements.ts';
import { useFormat } from '../i18n/format.ts';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Moment } from '../ui/moment.tsx';
import { useOutcomeName } from '../ui/outcome.ts';
import { PersonName } from '../ui/person-name.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';
import classes from './devices.module.css';

export type AnomalyTableProps = {
  readonly deviceId: string;
  readonly anomalies: readonly Anomaly[];
  readonly criteria: readonly Criterion[];
};

export function AnomalyTable({ anomalies, ...rest }: AnomalyTableProps): ReactNode {
  const { t } = useTranslation();
  if (anomalies.length === 0) return <EmptyState title={t('anomalies.none')}>{t('anomalies.noneText')}</EmptyState>;
  const columns = [
    { name: t('anomalies.from') },
    { name: t('anomalies.signal') },
    { name: t('anomalies.score'), isNumber: true },
    { name: t('anomalies.severity') },
    { name: t('anomalyList.foundBy') },
    { name: t('anomalies.label') },
    { name: t('tuner.tune'), isHidden: true },
  ];
  return (
    <DataTable caption={t('anomalies.title')} columns={columns}>
      {anomalies.map((anomaly) => (
        <AnomalyRow key={anomaly.id} anomaly={anomaly} {...rest} />
      ))}
    </DataTable>
  );
}

type AnomalyRowProps = Omit<AnomalyTableProps, 'anomalies'> & { readonly anomaly: Anomaly };

function AnomalyRow({ anomaly, criteria, deviceId }: AnomalyRowProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { field, detector, from, to, score, severity, service, isOpen, isRevised } = anomaly;
  const criterion = criteria.find((each) => watches(each, anomaly));
  return (
    <tr className={isRevised ? classes.revised : undefined}>
      <td>
        <Moment at={from} /> – {isOpen ? t('anomalyList.stillOpen') : <Moment at={to} />}
      </td>
      <td className={classes.signal}>
        <bdi>{t('firing.score', { field, detector })}</bdi>
        {isRevised && (
          <>
            {' '}
            <Pill>{t('anomalyList.revised')}</Pill>
          </>
        )}
      </td>
      <td data-number>{format.reading(score)}</td>
      <td>
        <Severity severity={severity} />
      </td>
      <td>{service === '' ? t('anomalyList.live') : <bdi>{service}</bdi>}</td>
      <td>
        <Judged anomaly={anomaly} />
      </td>
      <td>
        {criterion !== undefined && (
          <Link to="/devices/$deviceId/tune/$criterion" params={{ deviceId, criterion: criterion.name }}>
            {t('tuner.tune')}
          </Link>
        )}
      </td>
    </tr>
  );
}

const tones: Readonly<Record<string, Tone>> = { minor: 'neutral', major: 'warn', critical: 'bad' };
const SEVERITIES = ['minor', 'major', 'critical'] as const;

function Severity({ severity }: { readonly severity: string }): ReactNode {
  const { t } = useTranslation();
  const known = SEVERITIES.find((each) => each === severity);
  return <Pill tone={tones[severity] ?? 'neutral'}>{known ? t(`anomalyList.severities.${known}`) : severity}</Pill>;
}

function Judged({ anomaly: { label, labelledBy } }: { readonly anomaly: Anomaly }): ReactNode {
  const { t } = useTranslation();
  const outcomeName = useOutcomeName();
  if (label === null) return <span className="quiet">{t('anomalies.unlabelled')}</span>;
  return (
    <>
      <bdi>{outcomeName(label)}</bdi>{' '}
      {labelledBy !== null && (
        <span className="quiet small">
          (<PersonName id={labelledBy} />)
        </span>
      )}
    </>
  );
}

/** Whether a criterion watches what found the anomaly. */
const watches = ({ settings }: Criterion, { field, detector, service }: Anomaly): boolean =>
  service === '' && isLimit(settings) && settings.signal.field === field && settings.signal.detector === detector;
