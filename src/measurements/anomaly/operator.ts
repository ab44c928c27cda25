/**
 * An operator turns a series of values into a series of scores, one value at a time and at a constant cost. The same four
 * functions serve a live device (restore, push, snapshot in every unit) and a batch (init, push to the end).
 */
import type { Instant } from '../../kernel/clock.ts';

/** What a detector sees in a value: how strange it is, what it expected and how wide it thought the spread to be. */
export interface OperatorState {
  readonly expected: number;
  readonly sigma: number;
  /** Whether the score is of a fall; left out where the reading itself says it, by lying below what was expected. */
  readonly isFall?: boolean;
}

/** `Value` is a number, or one number of each sensor. */
export interface Operator<Config, State, Snapshot, Value = number> {
  init(config: Config): State;
  /**
   * Takes the next value and answers its score, never below 0; NaN while too few values are known. Times do not decrease;
   * an operator that does not look at them leaves the argument out.
   */
  push(state: State, value: Value, at: Instant): number;
  /** JSON that `restore` continues from as if there had been no pause. */
  snapshot(state: State): Snapshot;
  restore(config: Config, snapshot: Snapshot): State;
}

/** Fewer values than this tell nothing about a spread. */
export const MIN_BASELINE_ROWS = 30;
/** A score above this says no more than this. */
export const MAX_SCORE = 1_000_000;
/** The spread of a constant signal whose resolution nobody has stated, as a share of its mean. */
const RELATIVE_RESOLUTION = 1e-6;

/** The spread used for a score: never below what the sensor can show, since a flat line says nothing about its noise. */
export const spreadOf = (standardDeviation: number, resolution: number, mean: number): number =>
  Math.max(standardDeviation, resolution, Math.abs(mean) * RELATIVE_RESOLUTION);

export function scoreOf(distance: number, sigma: number): number {
  return distance === 0 ? 0 : Math.min(Math.abs(distance) / sigma, MAX_SCORE);
}
