/** The readings behind a decision: the field around the firings, its limits, the firings and the anomalies. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import { type Anomaly, listAnomalies, readSeries, type Series } from '../api/measurements.ts';
import { LazyTimeChart } from '../charts/lazy-time-chart.tsx';
import { extentOf } from '../charts/series-shape.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { useNow } from '../ui/now.ts';
import { useDeviceName } from './device-name.ts';
import classes from './evidence.module.css';
import type { EvidenceGroup } from './evidence-group.ts';
import { evidenceMarks, type Proposals } from './evidence-marks.ts';

const noAnomalies: readonly Anomaly[] = [];

/** Enough for a wide screen; the server keeps the smallest and greatest reading of each point. */
const POINTS = 600;

export type EvidenceChartProps = {
  readonly group: EvidenceGroup;
  readonly proposals: Proposals;
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
  // A signal that the service works out minute by minute has no readings.
  if (isProblem(series.error, 'device.unknown-field')) return null;
  return (
    <div className={classes.chart}>
      <h3>
        <bdi>{field}</bdi> {series.data?.unit && <span className="quiet">{series.data.unit}</span>} · <bdi>{name}</bdi>
      </h3>
      <Answer to={series} lines={6}>
        {(data) => (
          <Chart group={group} series={data} anomalies={anomalies.data?.items ?? noAnomalies} proposals={proposals} />
        )}
      </Answer>
    </div>
  );
}

type ChartProps = {
  readonly group: EvidenceGroup;
  readonly series: Series;
  readonly anomalies: readonly Anomaly[];
  readonly proposals: Proposals;
};

function Chart({ group, series, anomalies, proposals }: ChartProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { field, fromMs, toMs } = group;
  const marks = useMemo(() => evidenceMarks(group, anomalies, proposals), [group, anomalies, proposals]);
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
    <LazyTimeChart
      points={series.points}
      unit={series.unit}
      fromMs={fromMs}
      toMs={toMs}
      marks={marks}
      summary={summary}
    />
  );
}
