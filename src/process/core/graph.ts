/** A valid outline → nodes that know their flows, conditions and behaviour. */
import { behaviourOf, type Parts, repetitionOf } from './behaviours.ts';
import { type Conditions, conditionOf, mappingOf } from './conditions.ts';
import type { BoundaryEvent, Flow, Node } from './definition.ts';
import type { BoundaryElement, Element, FlowOutline, Outline } from './outline.ts';
import { triggerOf } from './triggers.ts';
import { type Predecessors, predecessorsOf, upstreamOf } from './upstream.ts';

type GraphParts = Parts & {
  readonly flows: ReadonlyMap<FlowOutline, Flow>;
  readonly predecessors: Predecessors;
};

export function graphOf(outline: Outline, conditions: Conditions): ReadonlyMap<string, Node> {
  const flows = new Map(
    outline.elements.flatMap((element) => element.flows).map((flow) => [flow, flowOf(flow, conditions)]),
  );
  const parts: GraphParts = { outline, conditions, flows, predecessors: predecessorsOf(outline) };
  return new Map(outline.elements.map((element) => [element.id, nodeOf(element, parts)]));
}

function flowOf({ when, ...flow }: FlowOutline, conditions: Conditions): Flow {
  return when === undefined ? flow : { ...flow, when: conditionOf(when, conditions) };
}

const JOINS = new Set(['inclusiveGateway', 'complexGateway']);

function nodeOf(element: Element, parts: GraphParts): Node {
  const { id, name, scope, outcomes, source } = element;
  const { outline, conditions, flows, predecessors } = parts;
  const compiled = (list: readonly FlowOutline[] = []): Flow[] => list.flatMap((flow) => flows.get(flow) ?? []);
  const incoming = compiled(outline.incoming.get(id));
  const events = element.boundary.flatMap((event) => outline.byId.get(event) ?? []);
  const undoneBy = events.find((event) => event.undoneBy !== undefined)?.undoneBy;
  const repetition = repetitionOf(source, conditions);
  return {
    id,
    name,
    type: source.type,
    outgoing: compiled(element.flows),
    incoming,
    outcomes,
    boundary: events.flatMap((event) =>
      event.source.type === 'boundary' ? boundaryEventOf(event.source, conditions) : [],
    ),
    behaviour: behaviourOf(element, parts),
    ...mappingsOf(source, conditions),
    ...(scope.host !== undefined && { parent: scope.host }),
    ...(repetition !== undefined && { repetition }),
    ...(undoneBy !== undefined && { undoneBy }),
    ...quantitiesOf(source),
    ...(JOINS.has(source.type) && incoming.length > 1 && { upstream: upstreamOf(id, predecessors) }),
  };
}

function mappingsOf(source: Element['source'], conditions: Conditions): Pick<Node, 'input' | 'output'> {
  const input = 'input' in source ? source.input : undefined;
  const output = 'output' in source ? source.output : undefined;
  return {
    ...(input !== undefined && { input: mappingOf(input, conditions) }),
    ...(output !== undefined && { output: mappingOf(output, conditions) }),
  };
}

function quantitiesOf(source: Element['source']): Pick<Node, 'startQuantity' | 'completionQuantity'> {
  if (!('startQuantity' in source || 'completionQuantity' in source)) return {};
  const { startQuantity = 1, completionQuantity = 1 } = source;
  return {
    ...(startQuantity > 1 && { startQuantity }),
    ...(completionQuantity > 1 && { completionQuantity }),
  };
}

function boundaryEventOf(source: BoundaryElement, conditions: Conditions): BoundaryEvent[] {
  const trigger = triggerOf(source, conditions);
  if (trigger === undefined) return [];
  // An error or a cancelled transaction leaves nothing that could go on.
  const mustInterrupt = trigger.on === 'error' || trigger.on === 'cancel';
  return [{ node: source.id, interrupting: mustInterrupt || source.interrupting, trigger }];
}
