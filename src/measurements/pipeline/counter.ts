/**
 * A counter of a machine, read from time to time: how many items each reading stands for. Machines restart, counters run
 * over, clocks are set back; docs/reference/analytics.md ("Counters") has the table that this file follows, case by case.
 * Operations write into the state instead of answering objects: they are in the innermost loop.
 */

export type CounterRule = {
  /** Where the field stands in a row. */
  readonly place: number;
  /** Items per second at most. */
  readonly maxRate: number;
  /** Infinity: it never starts again. */
  readonly modulus: number;
  readonly jitter: number;
};

export type CounterState = {
  /** The highest value that counts, and when it was read; NaN: no reading yet. */
  mark: number;
  markAt: number;
  /**
   * Of the latest reading: items counted, items lost at most, whether it could be held against the one before, and whether
   * the counter begins anew with it.
   */
  delta: number;
  lost: number;
  isClear: boolean;
  isAnew: boolean;
};

export type Reading = { readonly value: number; readonly at: number };

/** A clock that was set back by up to this shows values that were counted before. */
export const MAX_BACKSTEP_MS = 300_000;
const JUMP_FACTOR = 1.5;
const ROLLOVER_SHARE = 0.9;

export const newCounter = (): CounterState => ({
  mark: Number.NaN,
  markAt: Number.NaN,
  delta: 0,
  lost: 0,
  isClear: true,
  isAnew: false,
});

/** Items that can be made in so many milliseconds. */
export const allowedItems = ({ maxRate }: CounterRule, ms: number): number => (maxRate * ms) / 1_000;

/** Whether a value rises faster than the machine can count. False for the first reading, and where there is none (NaN). */
export const isJump = (
  rule: CounterRule,
  { mark, markAt }: Pick<CounterState, 'mark' | 'markAt'>,
  { value, at }: Reading,
): boolean => value - mark > JUMP_FACTOR * allowedItems(rule, at - markAt) + 1;

/** Takes a reading that is no jump. `before` is the time of the sample before. */
export function count(
  rule: CounterRule,
  state: CounterState,
  { value, at, before, maxGapMs }: Reading & { readonly before: number; readonly maxGapMs: number },
): void {
  const { mark, markAt } = state;
  if (value >= mark) {
    accept(state, { mark: value, at, delta: value - mark });
    // A machine that restarted in a long silence may have counted beyond its mark again.
    if (at - markAt > maxGapMs) state.lost = Math.max(0, Math.floor(allowedItems(rule, at - markAt)) - state.delta);
    return;
  }
  if (Number.isNaN(mark)) return accept(state, { mark: value, at, delta: 0 });
  const allowed = allowedItems(rule, at - markAt);
  const rolled = rule.modulus - mark + value;
  if (mark >= ROLLOVER_SHARE * rule.modulus && rolled <= allowed && at - markAt <= maxGapMs)
    return accept(state, { mark: value, at, delta: rolled });
  if (mark - value <= rule.jitter) return accept(state, { mark, at, delta: 0 });
  if (value <= allowed) {
    accept(state, { mark: value, at, delta: value });
    state.lost = Math.floor(allowed) - value;
    state.isAnew = true;
    return;
  }
  if (mark - value <= allowedItems(rule, MAX_BACKSTEP_MS)) {
    none(state);
    state.lost = Math.floor(allowedItems(rule, at - before));
  } else {
    accept(state, { mark: value, at, delta: 0 });
    state.lost = Math.floor(allowed);
  }
  state.isClear = false;
}

/** Goes on from a candidate that a second reading confirms; what was made in between is unknown. */
export function rebase(
  rule: CounterRule,
  state: CounterState,
  { value, at, candidate }: Reading & { readonly candidate: number },
): void {
  const lost = Math.floor(allowedItems(rule, at - state.markAt)) - (value - candidate);
  accept(state, { mark: value, at, delta: value - candidate });
  state.lost = Math.max(0, lost);
  state.isClear = false;
  state.isAnew = true;
}

/** A sample without this counter. */
export function none(state: CounterState): void {
  state.delta = 0;
  state.lost = 0;
  state.isClear = true;
  state.isAnew = false;
}

function accept(
  state: CounterState,
  { mark, at, delta }: { readonly mark: number; readonly at: number; readonly delta: number },
): void {
  state.mark = mark;
  state.markAt = at;
  state.delta = delta;
  state.lost = 0;
  state.isClear = true;
  state.isAnew = false;
}
