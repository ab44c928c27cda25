/** Rules about flows: where they lead, and how one is chosen among several. */
import { isInstantiating } from './event-parts.ts';
import type { Element, FlowOutline, Outline } from './outline.ts';
import { type Breach, breachIf, type RuleId } from './rule.ts';

export function flowBreaches(outline: Outline): Breach[] {
  const ids = new Set<string>();
  return outline.elements.flatMap((element) => [
    ...element.flows.flatMap((flow) => targetBreaches(element, flow, outline)),
    ...element.flows.filter(({ id }) => ids.size === ids.add(id).size).map(({ id }) => repeated(element, id)),
    ...emptyBreaches(element),
    ...choiceBreaches(element),
    ...joinBreaches(element, outline),
  ]);
}

function targetBreaches(element: Element, { to }: FlowOutline, { byId }: Outline): Breach[] {
  const target = byId.get(to);
  const breach = (rule: Breach['rule'], why: string): Breach[] => [
    { rule, element: element.id, message: `"${element.id}" leads to "${to}", ${why}` },
  ];
  if (target === undefined) return breach('flow.unknown-target', 'which does not exist.');
  if (target.scope !== element.scope) {
    const place = target.scope.host === undefined ? 'outside this sub-process' : `inside "${target.scope.host}"`;
    return breach('flow.crosses-scope', `which is ${place}; a flow stays in its own (sub-)process.`);
  }
  if (target.source.type === 'boundary') {
    return breach(
      'flow.into-boundary',
      `a boundary event of "${target.source.host}"; only its activity can get there.`,
    );
  }
  if (target.source.type === 'start') return breach('start.has-incoming', 'a start; nothing can lead back to it.');
  if (isInstantiating(target)) {
    return breach('start.has-incoming', 'where an instance begins ("instantiate"); nothing can lead to it.');
  }
  return [];
}

const repeated = (element: Element, id: string): Breach => ({
  rule: 'flow.duplicate-id',
  element: element.id,
  message: `"${element.id}" has a flow "${id}", and there is another of that id; change it or leave it out.`,
});

function joinBreaches({ id, source }: Element, { byId, incoming }: Outline): Breach[] {
  if (source.type !== 'parallelGateway') return [];
  const outcomes = new Map<string, string | undefined>();
  const clash = incoming.get(id)?.find(({ from, outcome }) => {
    const isExclusive = byId.get(from)?.source.type === 'exclusiveGateway';
    const other = outcomes.get(from);
    const excludes =
      outcomes.has(from) && (isExclusive || (outcome !== other && outcome !== undefined && other !== undefined));
    outcomes.set(from, outcome);
    return excludes;
  });
  if (clash === undefined) return [];
  const message = `"${id}" waits for every way in, and those from "${clash.from}" exclude each other; lead them together before.`;
  return [{ rule: 'gateway.never-joins', element: id, message }];
}

/** Without any outcome an activity could not end. */
function emptyBreaches({ id, source }: Element): readonly Breach[] {
  const isEmpty = 'next' in source && typeof source.next === 'object' && Object.keys(source.next).length === 0;
  const message = 'next: is empty; name what follows, or leave it out to end there.';
  return breachIf(isEmpty, 'schema.flow', { element: id, message });
}

/** Only activities and gateways choose. */
const EVENTS = new Set<string>(['start', 'catch', 'throw', 'boundary', 'eventGateway']);

function choiceBreaches(element: Element): readonly Breach[] {
  const { id, flows } = element;
  const clash = severalDefaults(element);
  const message = `"${id}" has several defaults for the outcome "${clash}"; keep one of them.`;
  return [
    ...flows.flatMap((flow) => chosenBreaches(element, flow)),
    ...breachIf(clash !== undefined, 'flow.several-defaults', { element: id, message }),
  ];
}

function chosenBreaches({ id, source, flows }: Element, { to, when, isDefault }: FlowOutline): readonly Breach[] {
  const isChosen = isDefault || when !== undefined;
  const must = source.type === 'exclusiveGateway' && flows.length > 1;
  const breach = (isBroken: boolean, rule: RuleId, what: string): readonly Breach[] =>
    breachIf(isBroken, rule, { element: id, message: `"${id}" leads to "${to}" ${what}.` });
  return [
    ...breach(
      isDefault && when !== undefined,
      'flow.default-with-condition',
      'by default and by a condition too; keep one of the two',
    ),
    ...breach(
      isChosen && source.type === 'parallelGateway',
      'flow.condition-on-parallel',
      'by choice, and a parallel gateway takes every way; use an inclusive gateway to take some',
    ),
    ...breach(
      isChosen && EVENTS.has(source.type),
      'flow.condition-on-event',
      'by choice, and an event takes every way; put a gateway between',
    ),
    ...breach(
      must && !isChosen,
      'gateway.condition-missing',
      'without a condition, which hides the ways behind it; give it one, or make it the default',
    ),
  ];
}

/** The first outcome for which there is more than one default. */
function severalDefaults({ flows, outcomes }: Element): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { isDefault, outcome } of flows) if (isDefault) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const forAll = counts.get(undefined) ?? 0;
  return outcomes.find((outcome) => forAll + (counts.get(outcome) ?? 0) > 1);
}
