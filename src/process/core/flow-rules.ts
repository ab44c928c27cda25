/** Rules about flows: where they lead, and how one is chosen among several. */
import { isInstantiating } from './event-parts.ts';
import type { Element, FlowOutline, Outline } from './outline.ts';
import type { Breach } from './rule.ts';

export function flowBreaches(outline: Outline): Breach[] {
  const ids = new Set<string>();
  return outline.elements.flatMap((element) => [
    ...element.flows.flatMap((flow) => targetBreaches(element, flow, outline)),
    ...element.flows.filter(({ id }) => ids.size === ids.add(id).size).map(({ id }) => repeated(element, id)),
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
  message: `"${element.id}" has a flow "${id}", and there is another of that id.`,
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
  const message = `"${id}" waits for every way in, and those from "${clash.from}" exclude each other.`;
  return [{ rule: 'gateway.never-joins', element: id, message }];
}

/** Only activities and gateways choose. */
const EVENTS = new Set<string>(['start', 'catch', 'throw', 'boundary', 'eventGateway']);

function choiceBreaches(element: Element): Breach[] {
  const { id, source, flows } = element;
  const isParallel = source.type === 'parallelGateway';
  const isEvent = EVENTS.has(source.type);
  const breach = (rule: Breach['rule'], message: string): Breach => ({ rule, element: id, message });
  const breaches: Breach[] = [];
  for (const { to, when, isDefault } of flows) {
    if (isDefault && when !== undefined) {
      breaches.push(
        breach('flow.default-with-condition', `The flow to "${to}" is the default and has a condition too.`),
      );
    }
    if (isParallel && (isDefault || when !== undefined)) {
      breaches.push(
        breach('flow.condition-on-parallel', `A parallel gateway takes every way; "${to}" cannot be chosen.`),
      );
    }
    if (isEvent && (isDefault || when !== undefined)) {
      breaches.push(
        breach(
          'flow.condition-on-event',
          `An event takes every way; "${to}" cannot be chosen, so put a gateway between.`,
        ),
      );
    }
    if (source.type === 'exclusiveGateway' && flows.length > 1 && !isDefault && when === undefined) {
      breaches.push(
        breach('gateway.condition-missing', `The flow to "${to}" needs a condition, or must be the default.`),
      );
    }
  }
  const clash = severalDefaults(element);
  if (clash !== undefined) {
    breaches.push(breach('flow.several-defaults', `"${id}" has several defaults for the outcome "${clash}".`));
  }
  return breaches;
}

/** The first outcome for which there is more than one default. */
function severalDefaults({ flows, outcomes }: Element): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { isDefault, outcome } of flows) if (isDefault) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const forAll = counts.get(undefined) ?? 0;
  return outcomes.find((outcome) => forAll + (counts.get(outcome) ?? 0) > 1);
}
