/** The signal of a criterion with its limit to drag: readings over time, or the scores of a detector's anomalies. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SimulatedFiring } from '../../../src/client/wire-simulation.ts';
import type { TimeWindow } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { type Anomaly, type Limit, readSeries, type SeriesPoint } from '../api/measurements.ts';
import { LazyTimeChart } from '../charts/lazy-time-chart.tsx';
import { edgesOf, type Marks } from '../charts/marks.ts';
import { extentOf } from '../charts/series-shape.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { LimitHandle } from './limit-handle.tsx';
import { ScoreSticks } from './score-sticks.tsx';
import type { Tuned } from './tuned.ts';
import { scaleOf, withEdge } from './tuned-limit.ts';

const POINTS = 800;
const HEIGHT = 320;

export type LimitChartProps = {
  readonly tuned: Tuned;
  readonly window: TimeWindow;
  /** Of the field, in the window. */
  readonly anomalies: readonly Anomaly[];
  /** By the proposed limit. */
  readonly firings: readonly SimulatedFiring[];
  readonly limit: Limit;
  readonly onLimit: (limit: Limit) => void;
};

export function LimitChart(props: LimitChartProps): ReactNode {
  return props.tuned.detector === undefined ? <OfReadings {...props} /> : <OfScores {...props} />;
}

function OfReadings(props: LimitChartProps): ReactNode {
  const { tuned, window } = props;
  const { deviceId, field } = tuned;
  const series = useQuery({
    queryKey: keys.pastSeries(deviceId, field, `${window.fromMs}-${window.toMs}`),
    queryFn: ({ signal }) => readSeries({ device: deviceId, field, ...window, points: POINTS }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <Answer to={series} lines={8}>
      {({ points }) => <Chart {...props} points={points} />}
    </Answer>
  );
}

const noPoints: readonly SeriesPoint[] = [];

function OfScores({ anomalies, ...props }: LimitChartProps): ReactNode {
  const { detector } = props.tuned;
  const own = useMemo(() => anomalies.filter((each) => each.detector === detector), [anomalies, detector]);
  return <Chart {...props} anomalies={own} points={noPoints} />;
}

function Chart(props: LimitChartProps & { readonly points: readonly SeriesPoint[] }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { tuned, window, anomalies, firings, limit, points, onLimit } = props;
  const { criterion, isScore, unit, resolution, field, detector = '' } = tuned;
  const highest = Math.max(0, ...anomalies.map(({ score }) => score));
  const extent = useMemo(() => (isScore ? { min: 0, max: highest } : extentOf(points)), [isScore, highest, points]);
  const scale = useMemo(
    () =>
      scaleOf(extent, [...edgesOf(tuned.limit), ...edgesOf(limit)], {
        resolution,
        least: isScore ? 0 : undefined,
      }),
    [extent, tuned.limit, limit, resolution, isScore],
  );
  const marks = useMarks(props);
  const ends = { from: format.moment(window.fromMs), to: format.moment(window.toMs) };
  const summary = isScore
    ? t('tuner.scores', { ...ends, count: anomalies.length, detector, field })
    : t('tuner.readings', { ...ends, count: firings.length, field });
  const names = typeof limit === 'number' ? [t('criteria.limit')] : [t('criterion.low'), t('criterion.high')];
  return (
    <LazyTimeChart
      points={points}
      unit={unit}
      {...window}
      marks={marks}
      height={HEIGHT}
      summary={summary}
      valueRange={useMemo(() => [scale.min, scale.max] as const, [scale])}
      over={
        <>
          {isScore && <ScoreSticks anomalies={anomalies} window={window} scale={scale} />}
          {edgesOf(limit).map((value, edge) => (
            <LimitHandle
              key={names[edge]}
              label={`${criterion.name}: ${names[edge]}`}
              value={value}
              text={format.setting(value, unit)}
              scale={scale}
              onChange={(next) => onLimit(withEdge(limit, edge, next))}
            />
          ))}
        </>
      }
    />
  );
}

function useMarks({ tuned, anomalies, firings }: LimitChartProps): Marks {
  const { criterion, limit, isScore } = tuned;
  return useMemo(
    () => ({
      limits: [{ name: criterion.name, kind: 'limit', limit, lines: edgesOf(limit), isScore: false }],
      firings: firings.map(({ at }) => ({ atMs: Date.parse(at), name: criterion.name })),
      anomalies: isScore
        ? []
        : anomalies
            .filter(({ label }) => label !== null)
            .map(({ from, to, severity }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to), severity })),
    }),
    [criterion.name, limit, isScore, anomalies, firings],
  );
}
