/**
 * Exponentially weighted mean and variance: each value weighs 1 − α times what the next one weighs; O(1) time and memory.
 * The first value is the mean, its variance 0. The recurrence is that of T. Finch, "Incremental calculation of weighted
 * mean and variance" (Cambridge 2009); the variance is that of the weighted values, not corrected for their number.
 */
import type { StatisticOperator } from './statistic-operator.ts';

/** `alpha` lies above 0 and is at most 1: the weight of a new value. */
export type EwmaConfig = { readonly alpha: number };
/** JSON: its own snapshot, but for a state without values, whose mean is null. */
export type EwmaSnapshot = { readonly mean: number | null; readonly variance: number };
export type EwmaState = { readonly alpha: number; mean: number; variance: number };

type Ewma = StatisticOperator<EwmaConfig, EwmaState, EwmaSnapshot>;

const ewma = (read: (state: EwmaState) => number): Ewma => ({
  init: ({ alpha }) => ({ alpha, mean: Number.NaN, variance: 0 }),
  push: (state, value) => {
    if (Number.isFinite(value)) take(state, value);
    return read(state);
  },
  snapshot: ({ mean, variance }) => ({ mean: Number.isNaN(mean) ? null : mean, variance }),
  restore: ({ alpha }, { mean, variance }) => ({ alpha, mean: mean ?? Number.NaN, variance }),
});

function take(state: EwmaState, value: number): void {
  if (Number.isNaN(state.mean)) {
    state.mean = value + 0; // JSON has no −0
    return;
  }
  const distance = value - state.mean;
  const step = state.alpha * distance;
  state.mean += step;
  state.variance = (1 - state.alpha) * (state.variance + distance * step);
}

export const ewmaMean: Ewma = ewma(({ mean }) => mean);
export const ewmaVariance: Ewma = ewma(({ mean, variance }) => (Number.isNaN(mean) ? Number.NaN : variance));
