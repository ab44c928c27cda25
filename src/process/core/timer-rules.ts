/** Rules about time: every duration, date and repetition is understood, and a repetition stands where it can repeat. */
import { parseDuration } from '../../kernel/duration.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { dueProblem } from './due.ts';
import { hostOf, isCatching, isThrowing, resultPartsOf, triggerPartsOf } from './event-parts.ts';
import { isFormula } from './formulas.ts';
import type { Element, Outline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';
import type { TimerSource } from './source-parts.ts';
import { readTimer } from './timer.ts';
import { formOf } from './triggers.ts';

/** Longer waits are mistakes, and instants must stay exact numbers. */
const MAX_DURATION_MS = 100 * 366 * 86_400_000;

export function timerBreaches(outline: Outline): Breach[] {
  const { definition, elements } = outline;
  const { key, start } = definition;
  return [
    ...(start === undefined ? [] : durationBreaches(key, start.within)),
    ...elements.flatMap((element) => [
      ...timersOf(element).flatMap((timer) => textBreaches(element.id, timer)),
      ...dueTimesOf(element),
      ...durationsOf(element).flatMap((text) => durationBreaches(element.id, text)),
      ...repetitionBreaches(element, outline),
    ]),
  ];
}

function timersOf({ source }: Element): readonly TimerSource[] {
  return isCatching(source) ? triggerPartsOf(source).flatMap(({ timer }) => timer ?? []) : [];
}

function textBreaches(element: string, timer: TimerSource): readonly Breach[] {
  const { form, text } = formOf(timer);
  const reading = isFormula(text) ? undefined : readTimer(form, text);
  if (typeof reading !== 'string') return [];
  return [{ rule: form === 'after' ? 'duration.invalid' : 'timer.invalid', element, message: reading }];
}

function dueTimesOf({ id, source }: Element): readonly Breach[] {
  if (source.type !== 'userTask') return [];
  return [source.due, source.followUp].flatMap((text): readonly Breach[] => {
    const message = text === undefined || isFormula(text) ? undefined : dueProblem(text);
    return message === undefined ? [] : [{ rule: 'duration.invalid', element: id, message }];
  });
}

function durationsOf({ source }: Element): readonly string[] {
  if (source.type === 'criterion') return [source.within ?? []].flat();
  if (source.type === 'userTask')
    return [source.reminders?.map((text) => text.replace(/^-/, '')) ?? [], source.escalation?.after ?? []].flat();
  return isThrowing(source) ? resultPartsOf(source).flatMap(({ ttl }) => ttl ?? []) : [];
}

function durationBreaches(element: string, text: string): readonly Breach[] {
  const breach = (message: string): Breach[] => [{ rule: 'duration.invalid', element, message }];
  try {
    return parseDuration(text) > MAX_DURATION_MS ? breach(`"${text}" is longer than a hundred years.`) : [];
  } catch (error) {
    if (isMillraceError(error, 'duration.malformed')) return breach(`${error.message} ${error.action}`);
    throw error;
  }
}

/** It repeats where what it begins leaves the timer in place. */
function repetitionBreaches(element: Element, outline: Outline): readonly Breach[] {
  const { id, source } = element;
  const timer = timersOf(element).find((each) => formOf(each).form === 'every');
  if (timer === undefined || canRepeat(element, outline)) return [];
  const isEvent = source.type === 'boundary' || source.type === 'start';
  const instead = isEvent ? 'add "interrupting": false, or write' : 'write';
  const message = `"${id}" waits for a single ring of "${formOf(timer).text}"; ${instead} a duration or "at".`;
  return breachIf(true, 'timer.rings-once', { element: id, message });
}

function canRepeat(element: Element, outline: Outline): boolean {
  const { source } = element;
  if (!isCatching(source) || 'allOf' in source) return false;
  if (source.type === 'boundary') return !source.interrupting;
  if (source.type !== 'start') return false;
  return hostOf(element, outline)?.type !== 'eventSubProcess' || source.interrupting === false;
}
