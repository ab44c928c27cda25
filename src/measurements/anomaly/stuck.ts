/**
 * Stuck: a value that stays the same for much longer than is usual for this signal. A sensor that has lost its wire often
 * repeats its last value. So does a machine that stands still, but it does so often, or every night at the same time.
 *
 * A run is a row of readings within half a step of the sensor from its first one; the score is its length in runs that are
 * usual at its hour. Long runs are remembered for eight days, at most 32 of them, the longest. Usual is the longest of
 *
 *   nights   those of four hours and more that began at the same hour of an earlier day: one night, or weekend, makes the
 *            next one usual.
 *   breaks   the second longest that began at the same hour of earlier days: a break comes every day, and one that came
 *            once may have been a fault, which must not hide the next one.
 *   often    the third longest of the last two days.
 *
 * A signal that never moved has no usual run and no score.
 */
import type { Instant } from '../../kernel/clock.ts';
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
  /** The present run: when it began, and how many readings it has. */
  runAt: Instant;
  runRows: number;
  /** Runs that have ended; more than enough are not counted. */
  runs: number;
  /** Long runs that have ended, in their order. */
  readonly longRuns: LongRun[];
  /** Readings in a run that is usual when the present one began. */
  usualRows: number;
};
type LongRun = readonly [at: Instant, rows: number, ms: number];
export type StuckSnapshot = readonly [
  anchor: number | null,
  runAt: Instant,
  runRows: number,
  runs: number,
  longRuns: readonly LongRun[],
];

/** A usual run is never shorter than this: a noisy signal repeats a value now and then. */
const SHORTEST_USUAL_ROWS = 6;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A weekend makes the next one usual. */
const MEMORY_MS = 8 * DAY_MS;
const MAX_LONG_RUNS = 32;
/** What lasts so long is more than a break. */
const NIGHT_MS = 4 * HOUR_MS;
const BREAK_RUNS = 2;
/** What is so often is usual at any hour. */
const OFTEN_MS = 2 * DAY_MS;
const OFTEN_RUNS = 3;

export const stuck = {
  init: (config: StuckConfig): StuckState => ({
    config,
    expected: Number.NaN,
    sigma: config.resolution,
    runAt: 0,
    runRows: 0,
    runs: 0,
    longRuns: [],
    usualRows: SHORTEST_USUAL_ROWS,
  }),
  push: (state: StuckState, value: number, at: Instant): number => {
    if (Math.abs(value - state.expected) <= state.config.resolution / 2) state.runRows += 1;
    else startRun(state, value, at);
    if (state.runs < MIN_BASELINE_ROWS) return Number.NaN;
    return Math.min(state.runRows / state.usualRows, MAX_SCORE);
  },
  snapshot: ({ expected, runAt, runRows, runs, longRuns }: StuckState): StuckSnapshot => [
    Number.isNaN(expected) ? null : expected,
    runAt,
    runRows,
    runs,
    [...longRuns],
  ],
  restore: (config: StuckConfig, [anchor, runAt, runRows, runs, longRuns]: StuckSnapshot): StuckState => ({
    config,
    expected: anchor ?? Number.NaN,
    sigma: config.resolution,
    runAt,
    runRows,
    runs,
    longRuns: [...longRuns],
    usualRows: usualAt(longRuns, runAt),
  }),
} satisfies Operator<StuckConfig, StuckState, StuckSnapshot>;

function startRun(state: StuckState, value: number, at: Instant): void {
  const { runAt, runRows, longRuns } = state;
  if (runRows > 0) state.runs = Math.min(state.runs + 1, MIN_BASELINE_ROWS);
  if (runRows > SHORTEST_USUAL_ROWS) remember(longRuns, [runAt, runRows, at - runAt]);
  while (longRuns.length > 0 && (longRuns[0] as LongRun)[0] < at - MEMORY_MS) longRuns.shift();
  state.expected = value;
  state.runAt = at;
  state.runRows = 1;
  state.usualRows = usualAt(longRuns, at);
}

function remember(longRuns: LongRun[], run: LongRun): void {
  longRuns.push(run);
  if (longRuns.length <= MAX_LONG_RUNS) return;
  const shortest = Math.min(...longRuns.map(([, rows]) => rows));
  longRuns.splice(
    longRuns.findIndex(([, rows]) => rows === shortest),
    1,
  );
}

/** Of all that are remembered when a run begins. */
function usualAt(longRuns: readonly LongRun[], at: Instant): number {
  if (longRuns.length === 0) return SHORTEST_USUAL_ROWS;
  const atThisHour = longRuns.filter(([began]) => isSameHour(at - began));
  const nights = atThisHour.filter(([, , ms]) => ms >= NIGHT_MS);
  const lately = longRuns.filter(([began]) => began >= at - OFTEN_MS);
  return Math.max(
    SHORTEST_USUAL_ROWS,
    nthLongest(nights, 1),
    nthLongest(atThisHour, BREAK_RUNS),
    nthLongest(lately, OFTEN_RUNS),
  );
}

/** In rows; 0: there are not so many. */
const nthLongest = (runs: readonly LongRun[], nth: number): number =>
  runs.map(([, rows]) => rows).sort((a, b) => b - a)[nth - 1] ?? 0;

/** Nearly a whole number of days, and not none: an hour more or less, as when the clocks change. */
const isSameHour = (ms: number): boolean =>
  ms > DAY_MS / 2 && Math.abs(ms - Math.round(ms / DAY_MS) * DAY_MS) <= HOUR_MS;
