/**
 * The form of an operator (anomaly/operator.ts) for statistics of the latest values: `push` takes a value, and where the
 * window is one of time also its moment, and answers the statistic with that value in it. Batch and live are the same
 * pushes; a restored state goes on to the last bit.
 *
 * What is not a finite number is no value: it changes nothing, and the answer is the statistic as it stands. Times do not
 * decrease.
 */
import type { Instant } from '../../kernel/clock.ts';

export interface StatisticOperator<Config, State, Snapshot, Time extends readonly Instant[] = []> {
  init(config: Config): State;
  /** NaN while too few values are known. */
  push(state: State, value: number, ...at: Time): number;
  /** JSON that `restore` continues from as if there had been no pause. */
  snapshot(state: State): Snapshot;
  restore(config: Config, snapshot: Snapshot): State;
}

/** How many of the latest values a window holds, at least 1. */
export type WindowConfig = { readonly windowRows: number };
