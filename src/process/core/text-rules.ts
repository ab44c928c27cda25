/** Rules about what stands in texts and settings: durations, FEEL expressions, triggers, and how an instance starts. */

import { parseDuration } from '../../kernel/duration.ts';
import { isMillraceError } from '../../kernel/errors.ts';
import { type Conditions, expressionsOf } from './conditions.ts';
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';
import type { DefinitionSource } from './source.ts';

/** Longer waits are mistakes, and instants must stay exact numbers. */
const MAX_DURATION_MS = 100 * 366 * 86_400_000;

export function textBreaches({ definition, elements }: Outline, conditions: Conditions): Breach[] {
  return [
    ...startBreaches(definition),
    ...elements.flatMap((element) => [
      ...triggerBreaches(element),
      ...durationsOf(element).flatMap((text) => durationBreaches(element.id, text)),
      ...expressionBreaches(element, conditions),
    ]),
  ];
}

function startBreaches({ key, start }: DefinitionSource): Breach[] {
  if (start === undefined) return [];
  const { criteria, mode, within } = start;
  const breaches = durationBreaches(key, within);
  if (typeof mode === 'number' && mode > criteria.length) {
    const message = `The start needs ${mode} criteria, and names only ${criteria.length}.`;
    breaches.push({ rule: 'start.mode', element: key, message });
  }
  const twice = new Set(criteria.filter((name, place) => criteria.indexOf(name) !== place));
  for (const name of twice) {
    const message = `The start names the criterion "${name}" more than once.`;
    breaches.push({ rule: 'start.duplicate-criterion', element: key, message });
  }
  return breaches;
}

function triggerBreaches({ id, source }: Element): Breach[] {
  if (source.type !== 'boundary') return [];
  const breach = (message: string): Breach[] => [{ rule: 'boundary.trigger', element: id, message }];
  if ((source.timer === undefined) === (source.message === undefined)) {
    return breach(`The boundary event "${id}" needs either a timer or a message.`);
  }
  if (source.correlationKey !== undefined && source.message === undefined) {
    return breach(`The boundary event "${id}" has a correlation key, and no message that it could belong to.`);
  }
  return [];
}

function durationsOf({ source }: Element): string[] {
  const texts: (string | undefined)[] = [];
  if (source.type === 'criterion') texts.push(source.within);
  if (source.type === 'userTask') texts.push(source.due);
  return texts.filter((text) => text !== undefined);
}

function durationBreaches(element: string, text: string): Breach[] {
  const breach = (message: string): Breach[] => [{ rule: 'duration.invalid', element, message }];
  try {
    return parseDuration(text) > MAX_DURATION_MS ? breach(`"${text}" is longer than a hundred years.`) : [];
  } catch (error) {
    if (isMillraceError(error, 'duration.malformed')) return breach(`${error.message} ${error.action}`);
    throw error;
  }
}

function expressionBreaches(element: Element, conditions: Conditions): Breach[] {
  return expressionsOf(element).flatMap((text) => {
    const condition = conditions.get(text);
    if (!isMillraceError(condition)) return [];
    return [{ rule: 'condition.syntax', element: element.id, message: `${condition.message}.` } as const];
  });
}
