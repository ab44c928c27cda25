/** Rules about gateways: their direction, what may follow the one that waits for events, and what a complex one asks. */
import { isInstantiating, kindsIn, type TriggerKind, triggerKinds, triggerPartsOf } from './event-parts.ts';
import type { Element, FlowOutline, Outline } from './outline.ts';
import { type Breach, breachIf } from './rule.ts';

export function gatewayBreaches(outline: Outline): Breach[] {
  return outline.elements.flatMap((element) => [
    ...directionBreaches(element, outline),
    ...activationBreaches(element, outline),
    ...(element.source.type === 'eventGateway' ? eventGatewayBreaches(element, outline) : []),
    ...instantiateBreaches(element),
  ]);
}

function directionBreaches({ id, source, flows }: Element, { incoming }: Outline): readonly Breach[] {
  if (!('direction' in source) || source.direction === undefined || source.direction === 'unspecified') return [];
  const ways = { in: incoming.get(id)?.length ?? 0, out: flows.length };
  const fits = {
    converging: ways.in > 1 && ways.out < 2,
    diverging: ways.in < 2 && ways.out > 1,
    mixed: ways.in > 1 && ways.out > 1,
  }[source.direction];
  const message = `"${id}" is ${source.direction} and has ${ways.in} in and ${ways.out} out; change its flows, or leave "direction" out.`;
  return breachIf(!fits, 'gateway.direction', { element: id, message });
}

function activationBreaches({ id, source }: Element, { incoming }: Outline): readonly Breach[] {
  if (source.type !== 'complexGateway' || source.activation === undefined) return [];
  const count = incoming.get(id)?.length ?? 0;
  const message = `"${id}" has an "activation" and ${count} way${count === 1 ? '' : 's'} in; it is asked only where several ways join, so take it away.`;
  return breachIf(count < 2, 'gateway.activation', { element: id, message });
}

const eventKinds = ['message', 'timer', 'signal', 'condition'] satisfies TriggerKind[];
const beginningKinds = ['message', 'signal'] satisfies TriggerKind[];

function eventGatewayBreaches(element: Element, outline: Outline): readonly Breach[] {
  const { id, flows } = element;
  const targets = flows.flatMap(({ to }) => outline.byId.get(to) ?? []);
  const tasks = targets.find(({ source }) => source.type === 'receiveTask');
  const message = targets.find(({ source }) => source.type === 'catch' && kindsOf(source).includes('message'));
  return [
    ...breachIf(flows.length < 2, 'event-gateway.too-few', {
      element: id,
      message: `"${id}" waits for the first of several events and leads to ${flows.length}; lead it to two or more.`,
    }),
    ...targets.flatMap((target) => targetBreaches(element, target, outline)),
    ...breachIf(tasks !== undefined && message !== undefined, 'event-gateway.mixed', {
      element: id,
      message: `"${id}" leads to the task "${tasks?.id}" and to the message event "${message?.id}"; use events for both, or tasks.`,
    }),
  ];
}

const kindsOf = (source: Element['source']): readonly string[] =>
  source.type === 'catch' || source.type === 'receiveTask'
    ? triggerPartsOf(source).flatMap((part) => kindsIn(triggerKinds, part))
    : [];

function targetBreaches(gateway: Element, target: Element, { incoming }: Outline): readonly Breach[] {
  const fault = faultOf(gateway, target) ?? otherWay(gateway, target, incoming.get(target.id));
  const message = `"${gateway.id}" waits for events and leads to "${target.id}", ${fault}.`;
  return breachIf(fault !== undefined, 'event-gateway.target', { element: gateway.id, message });
}

function faultOf(gateway: Element, { source, boundary }: Element): string | undefined {
  if (source.type !== 'catch' && source.type !== 'receiveTask') {
    return 'which is neither a catching event nor a receive task; put one before it';
  }
  if (boundary.length > 0) return 'which has boundary events; put their events behind the gateway instead';
  const allowed: readonly string[] = isInstantiating(gateway) ? beginningKinds : eventKinds;
  const foreign = kindsOf(source).find((kind) => !allowed.includes(kind));
  return foreign === undefined
    ? undefined
    : `which waits for "${foreign}"; behind this gateway can stand ${allowed.join(', ')}`;
}

function otherWay(gateway: Element, { id }: Element, ways: readonly FlowOutline[] = []): string | undefined {
  const other = ways.find(({ from }) => from !== gateway.id) ?? ways[1];
  return other === undefined
    ? undefined
    : `and "${other.from}" leads to "${id}" too; an event behind a gateway has one way in`;
}

/** An instance begins only at the top: inside, there is one already. */
function instantiateBreaches(element: Element): readonly Breach[] {
  const { id, scope } = element;
  if (!isInstantiating(element)) return [];
  const message = `"${id}" has "instantiate" inside "${scope.host}"; an instance begins outside of sub-processes, so take it away.`;
  return breachIf(scope.host !== undefined, 'start.instantiate', { element: id, message });
}
