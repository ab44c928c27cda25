/** One field of a device over the chosen range, with the limits that watch it and the anomalies found in it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import {
  type Anomaly,
  type Criterion,
  type Device,
  type Field,
  isCombination,
  readSeries,
  type Series,
} from '../api/measurements.ts';
import { LazyTimeChart } from '../charts/lazy-time-chart.tsx';
import { edgesOf, type Marks } from '../charts/marks.ts';
import { extentOf } from '../charts/series-shape.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { type Range, windowOf } from './range.ts';

const POINTS = 800;

export type FieldChartProps = {
  readonly device: Device;
  readonly field: Field;
  readonly range: Range;
  readonly criteria: readonly Criterion[];
  readonly anomalies: readonly Anomaly[];
};

export function FieldChart({ device, field, range, criteria, anomalies }: FieldChartProps): ReactNode {
  const series = useQuery({
    queryKey: keys.series(device.id, field.name, range),
    queryFn: ({ signal }) =>
      readSeries(
        { device: device.id, field: field.name, ...windowOf(range, device.lastSeenAt), points: POINTS },
        signal,
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Answer to={series} lines={6}>
      {(data) => <Chart series={data} field={field} criteria={criteria} anomalies={anomalies} />}
    </Answer>
  );
}

type ChartProps = Pick<FieldChartProps, 'field' | 'criteria' | 'anomalies'> & { readonly series: Series };

function Chart({ series, field, criteria, anomalies }: ChartProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const fromMs = Date.parse(series.from);
  const toMs = Date.parse(series.to);
  const unit = series.unit ?? field.unit;
  const marks = useMemo(() => fieldMarks(field.name, criteria, anomalies), [field.name, criteria, anomalies]);
  const extent = extentOf(series.points);
  const window = { from: format.moment(fromMs), to: format.moment(toMs) };
  const summary =
    extent === undefined
      ? t('chart.noReadings', window)
      : t('chart.summary', {
          ...window,
          field: field.name,
          min: format.reading(extent.min),
          max: format.reading(extent.max, unit),
        });
  return (
    <LazyTimeChart
      points={series.points}
      unit={unit}
      fromMs={fromMs}
      toMs={toMs}
      marks={marks}
      height={180}
      summary={summary}
    />
  );
}

function fieldMarks(field: string, criteria: readonly Criterion[], anomalies: readonly Anomaly[]): Marks {
  return {
    limits: criteria.flatMap(({ name, settings }): Marks['limits'][number][] => {
      if (isCombination(settings) || !settings.enabled) return [];
      const { signal, limit } = settings;
      if (signal.field !== field || signal.detector !== undefined) return [];
      return [{ name, kind: 'limit', limit, lines: edgesOf(limit), isScore: false }];
    }),
    firings: [],
    anomalies: anomalies
      .filter((anomaly) => anomaly.field === field)
      .map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) })),
  };
}
