/** Rules about activities that are done several times, and about ad-hoc sub-processes, whose steps have no order. */
import { hostOf, isActivity, isForCompensation } from './event-parts.ts';
import type { Element, Outline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';

export function repetitionBreaches(outline: Outline): Breach[] {
  return [
    ...outline.elements.flatMap((element) => [...timesBreaches(element), ...unorderedBreaches(element, outline)]),
    ...emptyAdHocs(outline),
  ];
}

function timesBreaches({ id, source, flows }: Element): readonly Breach[] {
  if (!('multiInstance' in source) || source.multiInstance === undefined) return [];
  const { collection, cardinality, element } = source.multiInstance;
  const byOutcome = flows.find(({ outcome }) => outcome !== undefined);
  return [
    ...breachIf(source.loop !== undefined, 'repetition.both', {
      element: id,
      message: `"${id}" has "loop" and "multiInstance", and can be repeated in one way only; keep one of them.`,
    }),
    ...breachIf((collection === undefined) === (cardinality === undefined), 'repetition.size', {
      element: id,
      message: `"${id}" is done several times and has ${collection === undefined ? 'neither' : 'both'} "collection" and "cardinality"; give it one of them.`,
    }),
    ...breachIf(
      collection === undefined && cardinality !== undefined && element !== undefined,
      'activity.unused-field',
      {
        element: id,
        message: `"${id}" has "multiInstance.element", which means something only with "collection"; take it away.`,
      },
    ),
    ...breachIf(byOutcome !== undefined, 'repetition.outcome-flow', {
      element: id,
      message: `"${id}" is done several times and leads to "${byOutcome?.to}" by the outcome "${byOutcome?.outcome}"; it ends with "done", so choose by a condition.`,
    }),
  ];
}

function unorderedBreaches(element: Element, outline: Outline): readonly Breach[] {
  const { id, source, scope } = element;
  if (source.type !== 'start' && source.type !== 'end') return [];
  const message = `"${id}" is a ${source.type} inside "${scope.host}", which has no order; take it away.`;
  return breachIf(hostOf(element, outline)?.type === 'adHocSubProcess', 'ad-hoc.start-or-end', {
    element: id,
    message,
  });
}

function emptyAdHocs({ scopes, byId }: Outline): readonly Breach[] {
  return scopes.flatMap(({ host = '', elements }) => {
    if (byId.get(host)?.source.type !== 'adHocSubProcess') return [];
    const isEmpty = !elements.some((element) => isActivity(element) && !isForCompensation(element));
    const message = `"${host}" has no activity that could be done; put one into it.`;
    return breachIf(isEmpty, 'ad-hoc.empty', { element: host, message });
  });
}
