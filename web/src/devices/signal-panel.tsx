/** A signal with its chart: readings as they came, or what a counter counted, by the hour. */
import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readStatistics, type StatisticPoint, type TimeWindow } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { type Anomaly, type Criterion, readSeries, type SeriesPoint } from '../api/measurements.ts';
import { Answer } from '../ui/answer.tsx';
import { Panel } from '../ui/panel.tsx';
import { FieldChart } from './field-chart.tsx';
import type { ShownTime } from './shown-time.ts';
import { type Signal, statisticsWidthMs } from './signals.ts';

/** Enough for a wide screen; the server keeps the smallest and greatest reading of each. */
const POINTS = 800;
const HOUR_MS = 3_600_000;
/** A rate of fewer stretches says less than the counter itself. */
const LEAST_STRETCHES = 8;

export type SignalPanelProps = {
  readonly deviceId: string;
  readonly signal: Signal;
  readonly shown: ShownTime;
  /** Width of the stored statistics; undefined: no service keeps any. */
  readonly bucketMs: number | undefined;
  readonly criteria: readonly Criterion[];
  readonly anomalies: readonly Anomaly[];
  readonly onStretch: (fromMs: number, toMs: number) => void;
};

type View = 'readings' | 'rate';

export function SignalPanel(props: SignalPanelProps): ReactNode {
  const { t } = useTranslation();
  const { signal, shown, bucketMs } = props;
  const [chosen, setChosen] = useState<View>();
  const lengthMs = shown.window.toMs - shown.window.fromMs;
  const hasRate = signal.kind === 'counter' && bucketMs !== undefined;
  const fits = bucketMs !== undefined && lengthMs / bucketMs >= LEAST_STRETCHES;
  const view: View = hasRate ? (chosen ?? (fits ? 'rate' : 'readings')) : 'readings';
  const unit = view === 'rate' ? t('signal.anHour', { unit: signal.unit ?? '' }).trim() : signal.unit;
  return (
    <Panel
      title={signal.name}
      beside={unit && <bdi className="quiet">{unit}</bdi>}
      actions={
        hasRate && (
          <SegmentedControl
            size="xs"
            aria-label={t('signal.view')}
            value={view}
            data={(['rate', 'readings'] as const).map((value) => ({ value, label: t(`signal.views.${value}`) }))}
            onChange={(value) => setChosen(value as View)}
          />
        )
      }
    >
      {view === 'rate' || signal.kind === 'derived' ? (
        <OfStatistics {...props} unit={unit} isRate={view === 'rate'} />
      ) : (
        <OfReadings {...props} unit={unit} />
      )}
    </Panel>
  );
}

type ChartProps = SignalPanelProps & { readonly unit: string | undefined };

function OfReadings({ deviceId, signal, shown, unit, ...rest }: ChartProps): ReactNode {
  const { window, name, isOwn } = shown;
  const series = useQuery({
    queryKey: isOwn ? keys.pastSeries(deviceId, signal.name, name) : keys.series(deviceId, signal.name, name),
    queryFn: ({ signal: abort }) =>
      readSeries({ device: deviceId, field: signal.name, ...window, points: POINTS }, abort),
    placeholderData: keepPreviousData,
  });
  return (
    <Answer to={series} lines={6}>
      {({ points }) => <FieldChart {...rest} name={signal.name} unit={unit} points={points} window={window} />}
    </Answer>
  );
}

function OfStatistics(props: ChartProps & { readonly isRate: boolean }): ReactNode {
  const { deviceId, signal, shown, unit, isRate, bucketMs = HOUR_MS, ...rest } = props;
  const { window, name } = shown;
  const widthMs = statisticsWidthMs(window.toMs - window.fromMs, bucketMs, POINTS / 2);
  const statistics = useQuery({
    queryKey: keys.statistics(deviceId, signal.name, `${name} ${widthMs}`),
    queryFn: ({ signal: abort }) => readStatistics(deviceId, { metric: signal.name, widthMs, ...window }, abort),
    placeholderData: keepPreviousData,
    select: ({ points }) => points.map(pointIn({ window, widthMs, isRate })),
  });
  return (
    <Answer to={statistics} lines={6}>
      {(points) => <FieldChart {...rest} name={signal.name} unit={unit} points={points} window={window} />}
    </Answer>
  );
}

type Drawn = { readonly window: TimeWindow; readonly widthMs: number; readonly isRate: boolean };

/** In the middle of its stretch: items an hour, or the least and the greatest value. The last stretch may still go on. */
const pointIn =
  ({ window, widthMs, isRate }: Drawn) =>
  ({ start, sum, min, max }: StatisticPoint): SeriesPoint => {
    const fromMs = Date.parse(start);
    const lengthMs = Math.min(widthMs, Math.max(1, window.toMs - fromMs));
    const rate = (sum * HOUR_MS) / lengthMs;
    return isRate ? [fromMs + lengthMs / 2, rate, rate] : [fromMs + lengthMs / 2, min, max];
  };
