/**
 * Trend: the slope per hour of the straight line through the values of the last stretch of time, by least squares, and
 * whether it is one at all. It is increasing or decreasing when the slope is at least three of its standard errors away
 * from 0 (of many values of independent noise chance alone does that once in about 370 times) and the line moves by at
 * least `minChange` from the oldest value to the latest; otherwise it is stable. The standard error is `sqrt(Σ r² / (n − 2) / Σ (t − t̄)²)`,
 * with the residuals r.
 */
import type { Instant } from '../../kernel/clock.ts';
import { type LineSnapshot, type LineSums, SlidingLine } from './sliding-line.ts';
import type { StatisticOperator } from './statistic-operator.ts';

export type TrendConfig = {
  /** What is older than this before the latest value no longer counts. */
  readonly windowMs: number;
  /** In the unit of the values; a smaller change is stable, however certain. Default: 0. */
  readonly minChange?: number;
  /** Of more values in the window the latest count. Default: 10,000. */
  readonly maxRows?: number;
};
export type Direction = 'increasing' | 'decreasing' | 'stable';
export type TrendState = {
  readonly config: TrendConfig;
  readonly line: SlidingLine;
  /** Units per hour; NaN while there are fewer than three values, or all of one moment. */
  slope: number;
  /** Null as long as there is no slope. */
  direction: Direction | null;
};
/** Without values it is null. */
export type TrendSnapshot = LineSnapshot | null;

const HOUR_MS = 3_600_000;
const MIN_ROWS = 3;
const STANDARD_ERRORS = 3;
const MAX_ROWS = 10_000;

export const trend: StatisticOperator<TrendConfig, TrendState, TrendSnapshot, [at: Instant]> = {
  init: (config) => stateOf(config, new SlidingLine(roomOf(config))),
  push: (state, value, at) => {
    if (!Number.isFinite(value)) return state.slope;
    state.line.push(at, value);
    return judge(state);
  },
  snapshot: ({ line }) => (line.size === 0 ? null : line.snapshot()),
  restore: (config, snapshot) => {
    if (snapshot === null) return trend.init(config);
    const state = stateOf(config, SlidingLine.restore(roomOf(config), snapshot));
    judge(state);
    return state;
  },
};

const roomOf = ({ windowMs, maxRows = MAX_ROWS }: TrendConfig) => ({ windowMs, maxRows });

const stateOf = (config: TrendConfig, line: SlidingLine): TrendState => ({
  config,
  line,
  slope: Number.NaN,
  direction: null,
});

function judge(state: TrendState): number {
  const sums = state.line.sums();
  const hasSlope = sums.n >= MIN_ROWS && sums.tt > 0;
  const slope = hasSlope ? sums.tv / sums.tt : Number.NaN;
  state.slope = slope * HOUR_MS;
  state.direction = hasSlope ? directionOf(sums, slope, (state.config.minChange ?? 0) / state.line.spanMs) : null;
  return state.slope;
}

/** Slopes per millisecond; the line passes through the middle of the values, so its residuals are what it leaves of them. */
function directionOf({ n, tt, tv, vv }: LineSums, slope: number, minSlope: number): Direction {
  const residuals = Math.max(0, vv - slope * tv);
  const standardError = Math.sqrt(residuals / (n - 2) / tt);
  const size = Math.abs(slope);
  if (size === 0 || size < minSlope || size < STANDARD_ERRORS * standardError) return 'stable';
  return slope > 0 ? 'increasing' : 'decreasing';
}
