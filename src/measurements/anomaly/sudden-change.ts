/**
 * Sudden change: the mean of the latest values against the mean of the values just before them, in pooled standard
 * deviations. A drift moves both windows together and stays quiet; a step stands between them for a while and is seen.
 */
import { type MomentsSnapshot, SlidingMoments } from '../window/sliding-moments.ts';
import { MIN_BASELINE_ROWS, type Operator, type OperatorState, scoreOf, spreadOf } from './operator.ts';

export type SuddenChangeConfig = {
  /** The latest values, the new one included. */
  readonly recentRows: number;
  /** The values before those. */
  readonly referenceRows: number;
  readonly resolution: number;
  /** A smaller difference of the means is no change, however little the signal varies. */
  readonly minChange: number;
};
export type SuddenChangeState = OperatorState & {
  readonly config: SuddenChangeConfig;
  readonly recent: SlidingMoments;
  readonly reference: SlidingMoments;
  expected: number;
  sigma: number;
};
export type SuddenChangeSnapshot = { readonly recent: MomentsSnapshot; readonly reference: MomentsSnapshot };

export const suddenChange = {
  init: (config: SuddenChangeConfig): SuddenChangeState => ({
    config,
    recent: new SlidingMoments(config.recentRows),
    reference: new SlidingMoments(config.referenceRows),
    expected: 0,
    sigma: 0,
  }),
  push: (state: SuddenChangeState, value: number): number => {
    const { config, recent, reference } = state;
    const left = recent.push(value);
    if (!Number.isNaN(left)) reference.push(left);
    if (reference.size < MIN_BASELINE_ROWS) return Number.NaN;
    const pooled = Math.sqrt((recent.squares + reference.squares) / (recent.size + reference.size - 2));
    const change = recent.mean - reference.mean;
    state.expected = reference.mean;
    state.sigma = spreadOf(pooled, config.resolution, reference.mean);
    return Math.abs(change) < config.minChange ? 0 : scoreOf(change, state.sigma);
  },
  snapshot: ({ recent, reference }: SuddenChangeState): SuddenChangeSnapshot => ({
    recent: recent.snapshot(),
    reference: reference.snapshot(),
  }),
  restore: (config: SuddenChangeConfig, { recent, reference }: SuddenChangeSnapshot): SuddenChangeState => ({
    config,
    recent: SlidingMoments.restore(config.recentRows, recent),
    reference: SlidingMoments.restore(config.referenceRows, reference),
    expected: 0,
    sigma: 0,
  }),
} satisfies Operator<SuddenChangeConfig, SuddenChangeState, SuddenChangeSnapshot>;
