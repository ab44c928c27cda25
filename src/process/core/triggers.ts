/** Events as they are written → what they wait for, and what they throw. */
import { parseDuration } from '../../kernel/duration.ts';
import { type Conditions, conditionOf } from './conditions.ts';
import type { Throw, Timer, Trigger } from './definition.ts';
import { isFormula } from './formulas.ts';
import type { ThrowSource, TimerSource, TriggerSource } from './source-parts.ts';
import { readTimer, type TimerForm } from './timer.ts';

/** How long a message that nobody waits for is kept when nothing else is said. */
const DEFAULT_TTL_MS = 3_600_000;

/** undefined for an event that waits for nothing. */
export function triggerOf(source: TriggerSource, conditions: Conditions): Trigger | undefined {
  const { anyOf, allOf } = source;
  const several = anyOf ?? allOf;
  if (several === undefined) return singleOf(source, conditions);
  return {
    on: 'several',
    all: allOf !== undefined,
    triggers: several.flatMap((each) => singleOf(each, conditions) ?? []),
  };
}

function singleOf(source: Omit<TriggerSource, 'anyOf' | 'allOf'>, conditions: Conditions): Trigger | undefined {
  const { message, correlationKey: key, timer, signal, error, escalation, condition, compensate, cancel } = source;
  if (message !== undefined) {
    return { on: 'message', name: message, ...(key !== undefined && { correlationKey: conditionOf(key, conditions) }) };
  }
  if (timer !== undefined) return { on: 'timer', timer: timerOf(timer, conditions) };
  if (signal !== undefined) return { on: 'signal', name: signal };
  if (condition !== undefined) return { on: 'condition', condition: conditionOf(condition, conditions) };
  if (error !== undefined) return { on: 'error', ...(error !== true && { code: error }) };
  if (escalation !== undefined) return { on: 'escalation', ...(escalation !== true && { code: escalation }) };
  if (compensate !== undefined) return { on: 'compensation' };
  return cancel === undefined ? undefined : { on: 'cancel' };
}

/** Which form a timer has, and its text. */
export function formOf(source: TimerSource): { readonly form: TimerForm; readonly text: string } {
  if (typeof source === 'string') return { form: 'after', text: source };
  return 'at' in source ? { form: 'at', text: source.at } : { form: 'every', text: source.every };
}

function timerOf(source: TimerSource, conditions: Conditions): Timer {
  const { form, text } = formOf(source);
  if (isFormula(text)) return { form, expression: conditionOf(text.slice(1), conditions) };
  const reading = readTimer(form, text);
  if (typeof reading === 'string') throw new Error(`the timer "${text}" was not validated`);
  return { form, text, reading };
}

export function throwsOf(source: ThrowSource, conditions: Conditions): readonly Throw[] {
  return (source.allOf ?? [source]).flatMap((each) => throwOf(each, conditions) ?? []);
}

function throwOf(source: Omit<ThrowSource, 'allOf'>, conditions: Conditions): Throw | undefined {
  const { message, correlationKey: key, ttl, signal, error, escalation, compensate, cancel, terminate } = source;
  if (message !== undefined) {
    const ttlMs = ttl === undefined ? DEFAULT_TTL_MS : parseDuration(ttl);
    return {
      what: 'message',
      name: message,
      ttlMs,
      ...(key !== undefined && { correlationKey: conditionOf(key, conditions) }),
    };
  }
  if (signal !== undefined) return { what: 'signal', name: signal };
  if (error !== undefined) return { what: 'error', code: error };
  if (escalation !== undefined) return { what: 'escalation', code: escalation };
  if (compensate !== undefined) return { what: 'compensation', ...(compensate !== true && { activity: compensate }) };
  if (cancel !== undefined) return { what: 'cancel' };
  return terminate === undefined ? undefined : { what: 'terminate' };
}
