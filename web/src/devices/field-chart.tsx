/** One signal of a machine over the chosen time, with the limits that watch it and the anomalies found in it. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimeWindow } from '../api/analyses.ts';
import { type Anomaly, type Criterion, isLimit, type SeriesPoint } from '../api/measurements.ts';
import { LazyTimeChart } from '../charts/lazy-time-chart.tsx';
import { edgesOf, type Marks, type SpanMark } from '../charts/marks.ts';
import { extentOf } from '../charts/series-shape.ts';
import { useFormat } from '../i18n/format.ts';

export type FieldChartProps = {
  readonly name: string;
  readonly unit: string | undefined;
  readonly points: readonly SeriesPoint[];
  readonly window: TimeWindow;
  readonly criteria: readonly Criterion[];
  readonly anomalies: readonly Anomaly[];
  readonly onStretch: (fromMs: number, toMs: number) => void;
};

const HEIGHT = 180;

export function FieldChart({ name, unit, points, window, criteria, anomalies, onStretch }: FieldChartProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { fromMs, toMs } = window;
  const marks = useMemo(() => fieldMarks(name, criteria, anomalies), [name, criteria, anomalies]);
  const extent = extentOf(points);
  const ends = { from: format.moment(fromMs), to: format.moment(toMs) };
  const summary =
    extent === undefined
      ? t('chart.noReadings', ends)
      : t('chart.summary', {
          ...ends,
          field: name,
          min: format.reading(extent.min),
          max: format.reading(extent.max, unit),
        });
  return (
    <LazyTimeChart
      points={points}
      unit={unit}
      fromMs={fromMs}
      toMs={toMs}
      marks={marks}
      height={HEIGHT}
      summary={summary}
      onStretch={onStretch}
    />
  );
}

function fieldMarks(field: string, criteria: readonly Criterion[], anomalies: readonly Anomaly[]): Marks {
  return {
    limits: criteria.flatMap(({ name, settings }): Marks['limits'][number][] => {
      if (!isLimit(settings) || !settings.enabled) return [];
      const { signal, limit } = settings;
      if (signal.field !== field || signal.detector !== undefined) return [];
      return [{ name, kind: 'limit', limit, lines: edgesOf(limit), isScore: false }];
    }),
    firings: [],
    anomalies: anomalies.map(spanOf),
  };
}

const spanOf = ({ from, to, service, isRevised, severity }: Anomaly): SpanMark => ({
  fromMs: Date.parse(from),
  toMs: Date.parse(to),
  found: foundBy({ service, isRevised }),
  severity,
});

function foundBy({ service, isRevised }: Pick<Anomaly, 'service' | 'isRevised'>): NonNullable<SpanMark['found']> {
  if (isRevised) return 'revised';
  return service === '' ? 'live' : 'analysis';
}
