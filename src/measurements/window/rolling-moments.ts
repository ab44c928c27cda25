/** Rolling mean and standard deviation of the last values, in the units of the values; O(1) amortised per value. */
import { type MomentsSnapshot, SlidingMoments } from './sliding-moments.ts';
import type { StatisticOperator, WindowConfig } from './statistic-operator.ts';

type RollingMoments = StatisticOperator<WindowConfig, SlidingMoments, MomentsSnapshot>;

const rolling = (read: (window: SlidingMoments) => number): RollingMoments => ({
  init: ({ windowRows }) => new SlidingMoments(windowRows),
  push: (window, value) => {
    if (Number.isFinite(value)) window.push(value);
    return read(window);
  },
  snapshot: (window) => window.snapshot(),
  restore: ({ windowRows }, snapshot) => SlidingMoments.restore(windowRows, snapshot),
});

export const rollingMean: RollingMoments = rolling(({ size, mean }) => (size === 0 ? Number.NaN : mean));

/** Of the sample (n − 1); NaN for fewer than two values. */
export const rollingStandardDeviation: RollingMoments = rolling(({ size, squares }) =>
  size < 2 ? Number.NaN : Math.sqrt(squares / (size - 1)),
);
