/**
 * Judges one reading by a criterion, in event time. Pure.
 *
 *   idle      the signal is inside the limit.
 *   pending   it is beyond the limit, since `since`, but not yet for the duration.
 *   fired     it has been beyond the limit for the duration; cleared only when it has come back by the hysteresis.
 *
 * A reading exactly on the limit is inside it. Nothing happens between readings: a duration is over with the first
 * reading that finds it over. A changed limit judges the next reading, whatever the state was reached with; a criterion
 * that was switched off clears with the next reading.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { LimitRule } from './settings.ts';

export type CriterionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'pending'; readonly since: Instant }
  | { readonly phase: 'fired'; readonly since: Instant; readonly firedAt: Instant };

export type CriterionEvent = {
  readonly kind: 'fired' | 'cleared';
  readonly at: Instant;
  /** When the signal went beyond the limit. */
  readonly since: Instant;
  readonly value: number;
};
export type Reading = { readonly at: Instant; readonly value: number };
type Judged = { readonly state: CriterionState; readonly events: readonly CriterionEvent[] };

export const IDLE: CriterionState = { phase: 'idle' };
const NOTHING: readonly CriterionEvent[] = [];

export function evaluateCriterion(rule: LimitRule, state: CriterionState, { at, value }: Reading): Judged {
  const isBeyond = rule.enabled && isBeyondLimit(rule, value, 0);
  switch (state.phase) {
    case 'fired': {
      const stays = rule.enabled && isBeyondLimit(rule, value, rule.hysteresis);
      if (stays) return { state, events: NOTHING };
      return { state: IDLE, events: [{ kind: 'cleared', at, since: state.since, value }] };
    }
    case 'idle':
    case 'pending': {
      if (!isBeyond) return { state: IDLE, events: NOTHING };
      const since = state.phase === 'pending' ? state.since : at;
      if (at - since < rule.durationMs) return { state: { phase: 'pending', since }, events: NOTHING };
      return { state: { phase: 'fired', since, firedAt: at }, events: [{ kind: 'fired', at, since, value }] };
    }
    default:
      return state satisfies never;
  }
}

/** Whether the value is beyond the limit moved inwards by `back`. */
function isBeyondLimit(rule: LimitRule, value: number, back: number): boolean {
  if (rule.direction === 'outside') return value < rule.limit.low + back || value > rule.limit.high - back;
  return rule.direction === 'above' ? value > rule.limit - back : value < rule.limit + back;
}
