/**
 * The score of the Numenta Anomaly Benchmark (NAB v1.1), from its published rules. Pure.
 *
 *   probation   the first min(15 %, 750) rows of a series are for learning and not scored.
 *   windows     overlapping ones are one; one that starts within the probation does not count.
 *   alarm       a row; every one counts. One threshold serves all series.
 *   in a window with w rows, r of which from the row on: s(−r / w), divided by s(−1). The window earns the most that one
 *               of its alarms is worth, so the earliest counts; without an alarm it costs a miss.
 *   outside     an alarm i rows after the last row of the window before, which had w rows, costs |s(i / (w − 1))| of a
 *               false alarm; a whole one beyond 3, or when no window came before.
 *   s(p)        2 / (1 + e^(5p)) − 1.
 *   score       100 × (S − S of no alarm at all) / (S of one alarm at the first row of every window − S of no alarm).
 */
import { learningRows } from '../report/report.ts';

export type NabProfile = { readonly hit: number; readonly falseAlarm: number; readonly miss: number };
export const NAB_PROFILES = {
  standard: { hit: 1, falseAlarm: 0.11, miss: 1 },
  lowFp: { hit: 1, falseAlarm: 0.22, miss: 1 },
  lowFn: { hit: 1, falseAlarm: 0.11, miss: 2 },
} as const satisfies Record<string, NabProfile>;
export type NabProfileName = keyof typeof NAB_PROFILES;

/** From the first row to the last, both included. */
export type RowWindow = readonly [first: number, last: number];
/** What an alarm on each row is worth: in a window a share of a hit, outside a share of a false alarm, below 0. */
export type Marking = {
  readonly rows: number;
  readonly scoredFrom: number;
  readonly windows: readonly RowWindow[];
  readonly worth: Float64Array;
  /** The place of the window that a row lies in, −1: none. */
  readonly windowOf: Int32Array;
};
const FAR = 3;
const sigmoid = (position: number): number => 2 / (1 + Math.exp(5 * position)) - 1;
const BEST = sigmoid(-1);

export function markingOf(rows: number, given: readonly RowWindow[]): Marking {
  const scoredFrom = learningRows(rows);
  const windows = mergedWindows(given).filter(([first]) => first >= scoredFrom);
  const worth = new Float64Array(rows).fill(-1);
  const windowOf = new Int32Array(rows).fill(-1);
  for (const [place, [first, last]] of windows.entries()) {
    const length = last - first + 1;
    for (let row = first; row <= last; row++) {
      worth[row] = sigmoid(-(last - row + 1) / length) / BEST;
      windowOf[row] = place;
    }
    const end = windows[place + 1]?.[0] ?? rows;
    for (let row = last + 1; row < end; row++) {
      const position = (row - last) / (length - 1);
      worth[row] = position > FAR ? -1 : sigmoid(position);
    }
  }
  return { rows, scoredFrom, windows, worth, windowOf };
}

function mergedWindows(given: readonly RowWindow[]): RowWindow[] {
  const merged: RowWindow[] = [];
  for (const [first, last] of [...given].sort((one, other) => one[0] - other[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1]) merged[merged.length - 1] = [before[0], Math.max(before[1], last)];
    else merged.push([first, last]);
  }
  return merged;
}

/** What happened in one series, in units of a hit and a false alarm. */
export type Tally = {
  readonly windows: number;
  readonly hit: number;
  /** Sum of what the windows that were hit are worth, each at most 1. */
  readonly earned: number;
  readonly falseAlarms: number;
  /** Sum of what the alarms outside cost. */
  readonly cost: number;
};

/** `alarms`: the rows of the alarms, in any order. */
export function tally(marking: Marking, alarms: Iterable<number>): Tally {
  const earned = new Float64Array(marking.windows.length).fill(Number.NEGATIVE_INFINITY);
  let [falseAlarms, cost] = [0, 0];
  for (const row of alarms) {
    if (row < marking.scoredFrom) continue;
    const window = marking.windowOf[row] as number;
    const worth = marking.worth[row] as number;
    if (window >= 0) earned[window] = Math.max(earned[window] as number, worth);
    else {
      falseAlarms += 1;
      cost -= worth;
    }
  }
  const hits = earned.filter((worth) => worth > Number.NEGATIVE_INFINITY);
  return {
    windows: earned.length,
    hit: hits.length,
    earned: hits.reduce((sum, worth) => sum + worth, 0),
    falseAlarms,
    cost,
  };
}

/** 0 for no alarm at all, 100 for one at the first row of every window; NaN without a window. */
export function nabScore(tallies: readonly Tally[], { hit, falseAlarm, miss }: NabProfile): number {
  let [windows, gained] = [0, 0];
  for (const each of tallies) {
    windows += each.windows;
    gained += hit * each.earned + miss * each.hit - falseAlarm * each.cost;
  }
  return windows === 0 ? Number.NaN : (100 * gained) / ((hit + miss) * windows);
}
