/** How good the data of a machine are, day by day, with the parts of the score. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type DateRange, type QualityDay, readQuality } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { qualityTone } from './quality-tone.ts';

const PARTS = ['completeness', 'validity', 'uniqueness', 'consistency', 'timeliness'] as const;

export type QualityPanelProps = { readonly deviceId: string; readonly dates: DateRange };

export function QualityPanel({ deviceId, dates }: QualityPanelProps): ReactNode {
  const { t } = useTranslation();
  const quality = useQuery({
    queryKey: keys.quality(deviceId, `${dates.from ?? ''} ${dates.to ?? ''}`),
    queryFn: ({ signal }) => readQuality(deviceId, dates, signal),
  });
  const columns = [
    { name: t('kpis.kinds.day') },
    { name: t('dataQuality.score') },
    ...PARTS.map((part) => ({ name: t(`dataQuality.parts.${part}`) })),
    { name: t('dataQuality.rows') },
  ];
  return (
    <Panel title={t('dataQuality.title')} isFlush>
      <Answer to={quality}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('dataQuality.none')} />
          ) : (
            <DataTable caption={t('dataQuality.title')} columns={columns}>
              {[...items].reverse().map((day) => (
                <DayRow key={day.date} day={day} />
              ))}
            </DataTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function DayRow({ day }: { readonly day: QualityDay }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { received, quarantined, duplicates, conflicts } = day.counts;
  const remarks = [
    quarantined > 0 && t('dataQuality.quarantined', { rows: format.integer(quarantined) }),
    duplicates > 0 && t('dataQuality.duplicates', { rows: format.integer(duplicates) }),
    conflicts > 0 && t('dataQuality.conflicts', { rows: format.integer(conflicts) }),
  ].filter((remark) => remark !== false);
  return (
    <tr>
      <td>{format.day(`${day.date}T12:00`)}</td>
      <td>
        <ShareBar share={day.score} tone={qualityTone(day.score)} isStrong />
      </td>
      {PARTS.map((part) => (
        <td key={part}>
          <ShareBar share={day[part]} tone={qualityTone(day[part])} />
        </td>
      ))}
      <td>
        {format.integer(received)}
        {remarks.length > 0 && (
          <>
            <br />
            <span className="quiet small">{remarks.join(' · ')}</span>
          </>
        )}
      </td>
    </tr>
  );
}
