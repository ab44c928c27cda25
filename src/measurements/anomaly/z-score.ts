/**
 * Rolling z-score: how many standard deviations a value lies from the mean of the values before it. The value itself is
 * not part of its baseline, otherwise a spike would widen the very spread that it is measured by.
 */
import { type MomentsSnapshot, SlidingMoments } from '../window/sliding-moments.ts';
import { MIN_BASELINE_ROWS, type Operator, type OperatorState, scoreOf, spreadOf } from './operator.ts';

export type ZScoreConfig = {
  /** Values in the baseline. */
  readonly windowRows: number;
  /** The smallest step that the sensor shows; 0: unknown. */
  readonly resolution: number;
  /** Only a rise is a fault. */
  readonly isRising?: boolean;
};
export type ZScoreState = OperatorState & {
  readonly config: ZScoreConfig;
  readonly window: SlidingMoments;
  expected: number;
  sigma: number;
};

const stateOf = (config: ZScoreConfig, window: SlidingMoments): ZScoreState => ({
  config,
  window,
  expected: 0,
  sigma: 0,
});

export const zScore = {
  init: (config: ZScoreConfig): ZScoreState => stateOf(config, new SlidingMoments(config.windowRows)),
  push: (state: ZScoreState, value: number): number => {
    const { window, config } = state;
    let score = Number.NaN;
    if (window.size >= MIN_BASELINE_ROWS) {
      const { mean, squares, size } = window;
      state.expected = mean;
      const spread = config.isRising === true ? window.spreadAbove() : Math.sqrt(squares / (size - 1));
      state.sigma = spreadOf(spread, config.resolution, mean);
      score = scoreOf(value - mean, state.sigma);
    }
    window.push(value);
    return score;
  },
  snapshot: ({ window }: ZScoreState): MomentsSnapshot => window.snapshot(),
  restore: (config: ZScoreConfig, snapshot: MomentsSnapshot): ZScoreState =>
    stateOf(config, SlidingMoments.restore(config.windowRows, snapshot)),
} satisfies Operator<ZScoreConfig, ZScoreState, MomentsSnapshot>;
