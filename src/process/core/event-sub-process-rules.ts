/** Rules about event sub-processes: each begins by exactly one event, and by nothing else. */
import { kindsIn, startsInside, triggerKinds } from './event-parts.ts';
import type { Element, Outline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';

export function eventSubProcessBreaches(outline: Outline): Breach[] {
  return outline.elements.flatMap((element) =>
    element.source.type === 'eventSubProcess' ? breachesOf(element, outline) : [],
  );
}

function breachesOf({ id, source }: Element, { incoming }: Outline): readonly Breach[] {
  const starts = startsInside(source);
  const [start] = starts;
  const found =
    starts.length === 1 ? `with the start "${start?.id}", which waits for nothing` : `with ${starts.length} starts`;
  const waits =
    start !== undefined &&
    (kindsIn(triggerKinds, start).length > 0 || start.anyOf !== undefined || start.allOf !== undefined);
  const from = incoming.get(id)?.[0]?.from;
  return [
    ...breachIf(starts.length !== 1 || !waits, 'event-sub-process.start', {
      element: id,
      message: `"${id}" is an event sub-process ${found}; give it one start that waits for an event.`,
    }),
    ...breachIf(from !== undefined, 'event-sub-process.has-incoming', {
      element: id,
      message: `"${from}" leads to "${id}", which is begun by its event alone; make it a subProcess, or take the flow away.`,
    }),
  ];
}
