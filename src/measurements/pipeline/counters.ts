/**
 * All counters of a device. If one of them jumps the whole row is no sample: it is remembered, and when the next row jumps
 * as well and goes on from it, the device goes on from there (docs/reference/analytics.md, "Jump").
 */
import type { Instant } from '../../kernel/clock.ts';
import { type CounterRule, type CounterState, count, isJump, newCounter, none, rebase } from './counter.ts';
import type { Rows } from './rows.ts';

type Candidate = { readonly at: Instant; readonly values: readonly number[] };
/** JSON: its own snapshot. */
export type CountersState = { readonly counters: readonly CounterState[]; candidate: Candidate | null };

export class Counters {
  readonly #rules: readonly CounterRule[];
  readonly #maxGapMs: number;

  constructor(rules: readonly CounterRule[], maxGapMs: number) {
    this.#rules = rules;
    this.#maxGapMs = maxGapMs;
  }

  init(): CountersState {
    return { counters: this.#rules.map(newCounter), candidate: null };
  }

  /** Takes the counters of a row; `before` is the time of the sample before. False: the row is no sample. */
  take(state: CountersState, { rows, place, before }: { rows: Rows; place: number; before: Instant }): boolean {
    const rules = this.#rules;
    const at = rows.at[place] as number;
    const { candidate } = state;
    let jumps = false;
    for (let k = 0; k < rules.length; k++)
      jumps ||= isJump(rules[k] as CounterRule, state.counters[k] as CounterState, {
        value: this.#value(rows, place, k),
        at,
      });
    if (jumps && !this.#confirms(state, rows, place)) {
      state.candidate = { at, values: rules.map((_, k) => this.#value(rows, place, k)) };
      return false;
    }
    state.candidate = null;
    for (let k = 0; k < rules.length; k++) {
      const rule = rules[k] as CounterRule;
      const counter = state.counters[k] as CounterState;
      const value = this.#value(rows, place, k);
      if (Number.isNaN(value)) none(counter);
      else if (jumps && isJump(rule, counter, { value, at }))
        rebase(rule, counter, { value, at, candidate: candidate?.values[k] as number });
      else count(rule, counter, { value, at, before, maxGapMs: this.#maxGapMs });
    }
    return true;
  }

  /** Whether what was counted in the interval is certain. */
  isClear({ counters }: CountersState): boolean {
    for (let k = 0; k < counters.length; k++) if (!(counters[k] as CounterState).isClear) return false;
    return true;
  }

  /** Whether every counter that jumps goes on from the candidate as a counter does. */
  #confirms({ candidate, counters }: CountersState, rows: Rows, place: number): boolean {
    if (candidate === null) return false;
    const at = rows.at[place] as number;
    return this.#rules.every((rule, k) => {
      const value = this.#value(rows, place, k);
      if (!isJump(rule, counters[k] as CounterState, { value, at })) return true;
      const mark = candidate.values[k] as number;
      return value >= mark && !isJump(rule, { mark, markAt: candidate.at }, { value, at });
    });
  }

  #value(rows: Rows, place: number, k: number): number {
    return (rows.columns[(this.#rules[k] as CounterRule).place] as Float64Array)[place] as number;
  }
}
