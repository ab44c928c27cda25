/** Rolling minimum and maximum of the last values; O(1) amortised per value. */
import { type ExtremeSnapshot, SlidingMinimum } from './sliding-extreme.ts';
import type { StatisticOperator, WindowConfig } from './statistic-operator.ts';

type RollingExtreme = StatisticOperator<WindowConfig, SlidingMinimum, ExtremeSnapshot>;

/** The greatest value is the least of all values with the sign turned. */
const rolling = (sign: 1 | -1): RollingExtreme => ({
  init: ({ windowRows }) => new SlidingMinimum(windowRows),
  push: (window, value) => {
    if (Number.isFinite(value)) window.push(sign * value);
    return sign * window.least;
  },
  snapshot: (window) => window.snapshot(),
  restore: ({ windowRows }, snapshot) => SlidingMinimum.restore(windowRows, snapshot),
});

export const rollingMin: RollingExtreme = rolling(1);
export const rollingMax: RollingExtreme = rolling(-1);
