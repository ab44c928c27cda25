/** What the language can say and this engine cannot do: refused, so that nothing is promised that will not happen. */

import { hostOf, isCatching, startsInside, triggerPartsOf } from './event-parts.ts';
import { isFormula } from './formulas.ts';
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';
import type { TriggerSource } from './source-parts.ts';
import { formOf } from './triggers.ts';

export function supportBreaches(outline: Outline): Breach[] {
  return outline.elements.flatMap((element) =>
    [
      topStart(element),
      behindEventGateway(element, outline),
      compensationOfNothing(element, outline),
      likeParts(element),
    ].flatMap((message) =>
      message === undefined ? [] : [{ rule: 'element.unsupported' as const, element: element.id, message }],
    ),
  );
}

/**
 * Conditions are watched by instances, so none begins by one; neither is there anybody to gather several events, or to
 * compute a time.
 */
function topStart({ id, source, scope }: Element): string | undefined {
  if (source.type !== 'start' || scope.host !== undefined) return undefined;
  const parts = triggerPartsOf(source);
  if (parts.some(({ condition }) => condition !== undefined)) {
    return `"${id}" begins an instance by a condition, which is not supported; let a message, a signal or a timer begin it.`;
  }
  if (source.allOf !== undefined) {
    return `"${id}" begins an instance by several events together, which is not supported; use an event gateway with "instantiate": "parallel".`;
  }
  const timers = parts.flatMap(({ timer }) => timer ?? []);
  if (timers.length > 0 && source.anyOf !== undefined) {
    return `"${id}" begins an instance by a timer among other events, which is not supported; give the timer a start of its own.`;
  }
  if (!timers.some((timer) => isFormula(formOf(timer).text))) return undefined;
  return `"${id}" begins an instance by a timer that an expression gives, and there are no variables yet; write the time itself.`;
}

/** The gateway itself waits for what is behind it, and does not begin what a task does around its waiting. */
function behindEventGateway({ id, source }: Element, { incoming, byId }: Outline): string | undefined {
  if (source.type !== 'catch' && source.type !== 'receiveTask') return undefined;
  const gateway = incoming.get(id)?.find(({ from }) => byId.get(from)?.source.type === 'eventGateway')?.from;
  if (gateway === undefined) return undefined;
  if ('allOf' in source) {
    return `"${id}" waits for several events together behind "${gateway}", which goes on with the first; wait for one event there.`;
  }
  const field = (['loop', 'multiInstance', 'input', 'startQuantity'] as const).find((each) => each in source);
  return field === undefined
    ? undefined
    : `"${id}" has "${field}" and stands behind "${gateway}", where it is not supported; take it away.`;
}

/** A sub-process is undone after it is over. A whole instance or an event sub-process never is. */
function compensationOfNothing(element: Element, outline: Outline): string | undefined {
  const start = startsInside(element.source).find(({ compensate }) => compensate !== undefined);
  if (start === undefined) return undefined;
  const host = hostOf(element, outline);
  if (host !== undefined && host.type !== 'eventSubProcess') return undefined;
  return `"${element.id}" waits for compensation ${host === undefined ? 'of the whole process' : `inside "${host.id}"`}, which is never undone; put it into a sub-process.`;
}

/** Parts of one event are told apart by what they wait for, and timers and conditions have no names. */
function likeParts({ id, source }: Element): string | undefined {
  if (!isCatching(source)) return undefined;
  const { anyOf = [], allOf = [] }: TriggerSource = source;
  const parts = [...anyOf, ...allOf];
  if (parts.filter(({ condition }) => condition !== undefined).length > 1) {
    return `"${id}" waits for several conditions, which are not told apart; join them with "and" or "or" into one.`;
  }
  const timers = parts.flatMap(({ timer }) => timer ?? []);
  if (timers.length < 2 || !timers.some((timer) => formOf(timer).form === 'every')) return undefined;
  return `"${id}" waits for several timers of which one repeats, which are not told apart; make two events of them.`;
}
