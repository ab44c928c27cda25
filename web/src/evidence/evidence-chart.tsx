/** The readings behind a decision: the field around the firings, its limits, the firings and the anomalies. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Anomaly, listAnomalies, readSeries, type Series } from '../api/measurements.ts';
import type { LimitMark, Marks } from '../charts/marks.ts';
import { extentOf } from '../charts/series-shape.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { useLabel } from '../ui/label.ts';
import { useNow } from '../ui/now.ts';
import classes from './evidence.module.css';
import { type EvidenceGroup, isOfReading } from './evidence-group.ts';
import { useDeviceName } from './device-name.ts';

/** Enough for a wide screen; the server keeps the smallest and greatest reading of each point. */
const POINTS = 600;

export type EvidenceChartProps = {
  readonly group: EvidenceGroup;
  /** Criterion id → a limit that is being considered. */
  readonly proposals?: ReadonlyMap<string, number>;
};

export function EvidenceChart({ group, proposals }: EvidenceChartProps): ReactNode {
  const { device, field, fromMs, toMs } = group;
  const { name } = useDeviceName(device);
  const now = useNow();
  const isPast = toMs < now;
  const window = `${fromMs}-${toMs}`;
  const series = useQuery({
    queryKey: isPast ? keys.pastSeries(device, field, window) : keys.series(device, field, window),
    queryFn: ({ signal }) => readSeries({ device, field, fromMs, toMs, points: POINTS }, signal),
  });
  const anomalies = useQuery({
    queryKey: isPast ? keys.pastAnomalies(device, window) : keys.anomalies(device, window),
    queryFn: ({ signal }) => listAnomalies({ device, fromMs, toMs }, { signal }),
  });
  return (
    <div className={classes.chart}>
      <h3>
        <bdi>{field}</bdi> · <bdi>{name}</bdi>
      </h3>
      <Answer to={series} lines={6}>
        {(data) => (
          <Chart group={group} series={data} anomalies={anomalies.data?.items ?? []} proposals={proposals} />
        )}
      </Answer>
    </div>
  );
}

type ChartProps = {
  readonly group: EvidenceGroup;
  readonly series: Series;
  readonly anomalies: readonly Anomaly[];
  readonly proposals: ReadonlyMap<string, number> | undefined;
};

function Chart({ group, series, anomalies, proposals }: ChartProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useLabel();
  const { firings, field, fromMs, toMs } = group;
  const marks: Marks = useMemo(
    () => ({
      limits: limitsOf(group, label, proposals),
      firings: firings.map(({ at, criterion }) => ({ atMs: Date.parse(at), label: label(criterion) })),
      anomalies: anomalies
        .filter((anomaly) => anomaly.field === field)
        .map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) })),
    }),
    [group, firings, field, anomalies, proposals, label],
  );
  const extent = extentOf(series.points);
  const summary =
    extent === undefined
      ? t('chart.noReadings', { from: format.moment(fromMs), to: format.moment(toMs) })
      : t('chart.summary', {
          field,
          min: format.reading(extent.min),
          max: format.reading(extent.max, series.unit),
          from: format.moment(fromMs),
          to: format.moment(toMs),
        });
  return (
    <TimeChart points={series.points} unit={series.unit} fromMs={fromMs} toMs={toMs} marks={marks} summary={summary} />
  );
}

function limitsOf(
  { firings }: EvidenceGroup,
  label: ReturnType<typeof useLabel>,
  proposals: ReadonlyMap<string, number> | undefined,
): LimitMark[] {
  const limits = new Map<string, LimitMark>();
  for (const firing of firings.filter(isOfReading)) {
    const name = label(firing.criterion);
    limits.set(`${firing.criterionId} ${firing.limit}`, { value: firing.limit, label: name, kind: 'limit' });
    const proposal = proposals?.get(firing.criterionId);
    if (proposal === undefined || proposal === firing.limit) continue;
    limits.set(`${firing.criterionId} proposal`, { value: proposal, label: name, kind: 'preview' });
  }
  return [...limits.values()];
}
