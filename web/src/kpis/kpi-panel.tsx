/** How well a machine ran, by shift or by day: OEE with its parts and bounds, pieces, stops, and the sum of all. */
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type KpiReport, readKpis, type ScopeKind, type TimeWindow } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { KpiRow, TotalRow } from './kpi-row.tsx';
import classes from './kpis.module.css';

export type KpiPanelProps = {
  readonly deviceId: string;
  /** Undefined: the week up to the last reading. */
  readonly window: TimeWindow | undefined;
  /** Services that count no pieces have no effectiveness and no quality rate. */
  readonly countsPieces: boolean;
};

const KINDS: readonly ScopeKind[] = ['shift', 'day'];

export function KpiPanel({ deviceId, window, countsPieces }: KpiPanelProps): ReactNode {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ScopeKind>('shift');
  const report = useQuery({
    queryKey: keys.kpis(deviceId, kind, window === undefined ? 'week' : `${window.fromMs}-${window.toMs}`),
    queryFn: ({ signal }) => readKpis(deviceId, { kind, window }, signal),
  });
  return (
    <Panel
      title={t('kpis.title')}
      isFlush
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('kpis.by')}
          value={kind}
          data={KINDS.map((value) => ({ value, label: t(`kpis.kinds.${value}`) }))}
          onChange={(value) => setKind(value as ScopeKind)}
        />
      }
    >
      <Answer to={report}>{(data) => <Report report={data} kind={kind} countsPieces={countsPieces} />}</Answer>
    </Panel>
  );
}

type ReportProps = { readonly report: KpiReport; readonly kind: ScopeKind; readonly countsPieces: boolean };

function Report({ report: { items, total }, kind, countsPieces }: ReportProps): ReactNode {
  const { t } = useTranslation();
  if (items.length === 0) return <EmptyState title={t(`kpis.none.${kind}`)}>{t(`kpis.noneText.${kind}`)}</EmptyState>;
  const columns = [
    { name: t(`kpis.kinds.${kind}`) },
    ...(countsPieces ? [{ name: t('kpis.oee') }] : []),
    { name: t('kpis.availability') },
    ...(countsPieces
      ? [{ name: t('kpis.effectiveness') }, { name: t('kpis.quality') }, { name: t('kpis.pieces') }]
      : []),
    { name: t('kpis.stops') },
    { name: t('kpis.assessment') },
  ];
  return (
    <>
      <DataTable caption={t('kpis.title')} columns={columns}>
        {[...items].reverse().map((scope) => (
          <KpiRow key={scope.from} scope={scope} countsPieces={countsPieces} />
        ))}
        {items.length > 1 && <TotalRow total={total} count={items.length} kind={kind} countsPieces={countsPieces} />}
      </DataTable>
      <p className={classes.note}>{t('kpis.note')}</p>
    </>
  );
}
