/** A valid outline → nodes that know their flows, conditions and behaviour. */
import { parseDuration } from '../../kernel/duration.ts';
import type { Conditions } from './conditions.ts';
import type { Behaviour, BoundaryEvent, Condition, Flow, Node } from './definition.ts';
import { type BoundaryElement, type Element, type FlowOutline, type Outline, startsOf } from './outline.ts';
import { type Predecessors, predecessorsOf, upstreamOf } from './upstream.ts';
import { DEFAULT_ATTEMPTS } from './work.ts';

type Parts = {
  readonly outline: Outline;
  readonly conditions: Conditions;
  readonly flows: ReadonlyMap<FlowOutline, Flow>;
  readonly predecessors: Predecessors;
};

export function graphOf(outline: Outline, conditions: Conditions): ReadonlyMap<string, Node> {
  const flows = new Map(
    outline.elements.flatMap((element) => element.flows).map((flow) => [flow, flowOf(flow, conditions)]),
  );
  const parts: Parts = { outline, conditions, flows, predecessors: predecessorsOf(outline) };
  return new Map(outline.elements.map((element) => [element.id, nodeOf(element, parts)]));
}

function flowOf({ when, ...flow }: FlowOutline, conditions: Conditions): Flow {
  return when === undefined ? flow : { ...flow, when: conditionOf(when, conditions) };
}

function nodeOf(element: Element, { outline, conditions, flows, predecessors }: Parts): Node {
  const { id, name, scope, outcomes, source } = element;
  const compiled = (list: readonly FlowOutline[] = []): Flow[] => list.flatMap((flow) => flows.get(flow) ?? []);
  const incoming = compiled(outline.incoming.get(id));
  const isInclusiveJoin = source.type === 'inclusiveGateway' && incoming.length > 1;
  const events = element.boundary.map((event) => outline.byId.get(event)?.source);
  return {
    id,
    name,
    outgoing: compiled(element.flows),
    incoming,
    outcomes,
    boundary: events.flatMap((event) => (event?.type === 'boundary' ? boundaryEventOf(event, conditions) : [])),
    behaviour: behaviourOf(element, outline, conditions),
    ...(scope.host !== undefined && { parent: scope.host }),
    ...(isInclusiveJoin && { upstream: upstreamOf(id, predecessors) }),
  };
}

function boundaryEventOf({ id: node, ...event }: BoundaryElement, conditions: Conditions): BoundaryEvent {
  const { interrupting, timer, message, correlationKey } = event;
  return {
    node,
    interrupting,
    ...(timer !== undefined && { timerMs: parseDuration(timer) }),
    ...(message !== undefined && { message }),
    ...(correlationKey !== undefined && { correlationKey: conditionOf(correlationKey, conditions) }),
  };
}

function behaviourOf({ id, source }: Element, outline: Outline, conditions: Conditions): Behaviour {
  switch (source.type) {
    case 'criterion': {
      const { type, criterion, within } = source;
      return { type, criterion, ...(within !== undefined && { withinMs: parseDuration(within) }) };
    }
    case 'userTask': {
      const { type, role, commentOn = [], priority = 0, due, notify, apply = [] } = source;
      const dueMs = due === undefined ? {} : { dueMs: parseDuration(due) };
      return {
        type,
        role,
        commentOn,
        priority,
        apply: [apply].flat(),
        ...dueMs,
        ...(notify !== undefined && { notify }),
      };
    }
    case 'job': {
      const { type, kind, payload = {}, priority = 0, maxAttempts = DEFAULT_ATTEMPTS } = source;
      return { type, kind, payload, priority, maxAttempts };
    }
    case 'mail': {
      const { type, to, subject, text } = source;
      return { type, to, subject, text };
    }
    case 'messageCatch': {
      const { type, message, correlationKey: key } = source;
      return { type, message, ...(key !== undefined && { correlationKey: conditionOf(key, conditions) }) };
    }
    case 'timerCatch':
      return { type: source.type, afterMs: parseDuration(source.after) };
    case 'subProcess': {
      const starts = outline.scopes.filter(({ host }) => host === id).flatMap((scope) => startsOf(scope, outline));
      return { type: source.type, starts: starts.map((start) => start.id) };
    }
    default:
      return { type: source.type };
  }
}

function conditionOf(text: string, conditions: Conditions): Condition {
  const condition = conditions.get(text);
  if (condition === undefined || condition instanceof Error) throw new Error(`"${text}" was not validated`);
  return condition;
}
