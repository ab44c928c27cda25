/**
 * Stuck: a value that stays the same for much longer than is usual for this signal. A sensor that has lost its wire often
 * repeats its last value; a machine that stands still at night repeats it too, and has taught us so by the second night.
 *
 * A run is a row of readings within half a step of the sensor from its first one. The longest run that is usual is
 * remembered and fades slowly; the score is the length of the present run in such longest runs. A signal that never moved
 * has no usual run and no score.
 */
import { MAX_SCORE, MIN_BASELINE_ROWS, type Operator, type OperatorState } from './operator.ts';

export type StuckConfig = {
  /** The smallest step that the sensor shows; 0: any difference is a change. */
  readonly resolution: number;
};
export type StuckState = OperatorState & {
  readonly config: StuckConfig;
  /** The first value of the present run; NaN: there is none yet. */
  expected: number;
  sigma: number;
  /** Readings in the present run. */
  runRows: number;
  /** Runs that have ended. */
  runs: number;
  /** Readings in the longest run, faded. */
  usualRows: number;
};
export type StuckSnapshot = readonly [anchor: number | null, runRows: number, runs: number, usualRows: number];

/** A usual run is never shorter than this: a noisy signal repeats a value now and then. */
const SHORTEST_USUAL_ROWS = 6;
/** What each run leaves of the memory of a longer one: a night remains usual over a weekend of readings every 5 minutes. */
const KEPT_PER_RUN = 0.9999;

export const stuck = {
  init: (config: StuckConfig): StuckState => ({
    config,
    expected: Number.NaN,
    sigma: config.resolution,
    runRows: 0,
    runs: 0,
    usualRows: 0,
  }),
  push: (state: StuckState, value: number): number => {
    if (Math.abs(value - state.expected) <= state.config.resolution / 2) state.runRows += 1;
    else startRun(state, value);
    if (state.runs < MIN_BASELINE_ROWS) return Number.NaN;
    return Math.min(state.runRows / Math.max(state.usualRows, SHORTEST_USUAL_ROWS), MAX_SCORE);
  },
  snapshot: ({ expected, runRows, runs, usualRows }: StuckState): StuckSnapshot => [
    Number.isNaN(expected) ? null : expected,
    runRows,
    runs,
    usualRows,
  ],
  restore: (config: StuckConfig, [anchor, runRows, runs, usualRows]: StuckSnapshot): StuckState => ({
    config,
    expected: anchor ?? Number.NaN,
    sigma: config.resolution,
    runRows,
    runs,
    usualRows,
  }),
} satisfies Operator<StuckConfig, StuckState, StuckSnapshot>;

function startRun(state: StuckState, value: number): void {
  if (state.runRows > 0) {
    state.usualRows = Math.max(state.runRows, state.usualRows * KEPT_PER_RUN);
    state.runs = Math.min(state.runs + 1, MIN_BASELINE_ROWS);
  }
  state.expected = value;
  state.runRows = 1;
}
