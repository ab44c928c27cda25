/** Rolling quantile of the last values, exact (percentile.ts); more of the same window by `state.window.quantile(share)`. */
import { SortedWindow, type SortedWindowSnapshot } from './sorted-window.ts';
import type { StatisticOperator, WindowConfig } from './statistic-operator.ts';

/** `share` lies between 0 and 1: 0.5 is the median. */
export type QuantileConfig = WindowConfig & { readonly share: number };
export type QuantileState = { readonly share: number; readonly window: SortedWindow };

export const rollingQuantile: StatisticOperator<QuantileConfig, QuantileState, SortedWindowSnapshot> = {
  init: ({ windowRows, share }) => ({ share, window: new SortedWindow(windowRows) }),
  push: ({ share, window }, value) => {
    if (Number.isFinite(value)) window.push(value);
    return window.quantile(share);
  },
  snapshot: ({ window }) => window.snapshot(),
  restore: ({ windowRows, share }, snapshot) => ({ share, window: SortedWindow.restore(windowRows, snapshot) }),
};
