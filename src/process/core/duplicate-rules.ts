/** Rules about events side by side: two that wait for the same thing, of which only one could ever have it. */
import { isInstantiating, startsInside, triggerPartsOf } from './event-parts.ts';
import type { Element, Outline } from './outline.ts';
import type { Breach } from './rule.ts';
import type { TriggerSource } from './source-parts.ts';

type Event = { readonly id: string; readonly source: TriggerSource };

export function duplicateBreaches(outline: Outline): Breach[] {
  const { elements, scopes, byId } = outline;
  const eventsOf = (ids: readonly string[]): Event[] => ids.flatMap((id) => eventOf(byId.get(id)) ?? []);
  return [
    ...elements.flatMap(({ boundary }) => (boundary.length === 0 ? [] : repeatedIn(eventsOf(boundary)))),
    ...elements.flatMap((element) => bothWays(element, eventsOf(element.boundary))),
    ...elements.flatMap(({ source, flows }) =>
      source.type === 'eventGateway' ? repeatedIn(eventsOf(flows.map(({ to }) => to))) : [],
    ),
    ...elements.flatMap(({ id, source }) => (source.type === 'catch' ? repeatedIn([{ id, source }]) : [])),
    ...scopes.flatMap((scope) =>
      repeatedIn(
        scope.elements.flatMap(({ source }) => startsInside(source).map((start) => ({ id: start.id, source: start }))),
      ),
    ),
    ...repeatedIn(beginningsOf(outline), { byKey: false }),
  ];
}

function eventOf(element: Element | undefined): Event | undefined {
  if (element === undefined) return undefined;
  const { id, source } = element;
  return source.type === 'boundary' || source.type === 'catch' || source.type === 'receiveTask'
    ? { id, source }
    : undefined;
}

/** Everything by which an instance begins; a message there has nobody yet to be correlated with. */
function beginningsOf({ definition, scopes, byId }: Outline): Event[] {
  const { key, startMessage } = definition;
  const events = (scopes[0]?.elements ?? []).flatMap((element): Event[] => {
    const { id, source } = element;
    if (source.type === 'start') return [{ id, source }];
    if (!isInstantiating(element)) return [];
    if (source.type === 'receiveTask') return [{ id, source }];
    return element.flows.flatMap(({ to }) => eventOf(byId.get(to)) ?? []);
  });
  return startMessage === undefined ? events : [{ id: key, source: { message: startMessage } }, ...events];
}

function repeatedIn(events: readonly Event[], { byKey } = { byKey: true }): Breach[] {
  const first = new Map<string, string>();
  return events.flatMap(({ id, source }): Breach[] => {
    const parts = triggerPartsOf(source).flatMap((part) => {
      const key = keyOf(part, byKey);
      const other = key === undefined ? undefined : first.get(key);
      if (key !== undefined && other === undefined) first.set(key, id);
      return other === undefined ? [] : [{ key, other }];
    });
    const [found] = parts;
    if (found === undefined) return [];
    const whom = found.other === id ? 'twice' : `as "${found.other}" does`;
    const message = `"${id}" waits for ${found.key} ${whom}, and only one of them could have it; keep one, or wait for something else.`;
    return [{ rule: 'event.duplicate', element: id, message }];
  });
}

function keyOf(part: TriggerSource, byKey: boolean): string | undefined {
  const { message, correlationKey, signal, error, escalation, compensate, cancel } = part;
  if (message !== undefined) {
    return `the message "${message}"${byKey && correlationKey !== undefined ? ` with the key ${correlationKey}` : ''}`;
  }
  if (signal !== undefined) return `the signal "${signal}"`;
  if (error !== undefined) return error === true ? 'any error' : `the error "${error}"`;
  if (escalation !== undefined) return escalation === true ? 'any escalation' : `the escalation "${escalation}"`;
  if (compensate !== undefined) return 'compensation';
  return cancel === undefined ? undefined : 'cancel';
}

/** A sub-process is undone by what stands at its edge or by what stands inside. */
function bothWays({ source }: Element, events: readonly Event[]): Breach[] {
  const edge = events.find((event) => event.source.compensate !== undefined);
  if (edge === undefined || !('nodes' in source)) return [];
  const inner = source.nodes.flatMap(startsInside).find(({ compensate }) => compensate !== undefined);
  if (inner === undefined) return [];
  const message = `"${edge.id}" waits for compensation of "${source.id}", as "${inner.id}" inside does, and only one of them could undo it; keep one.`;
  return [{ rule: 'event.duplicate', element: edge.id, message }];
}
