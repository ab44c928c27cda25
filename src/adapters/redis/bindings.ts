/** Which queues a message goes to, as this process last heard. Whether that still holds, the publishing script checks. */
import { EVENTS_EXCHANGE, type QueueKind } from '../../bus/broker.ts';
import { matchesTopic } from '../../bus/broker-topic.ts';

export type Destination = { readonly name: string; readonly kind: QueueKind };
export type Route = {
  readonly queues: readonly Destination[];
  /** Those that must see it settled before nothing of it can get lost. */
  readonly work: number;
};

type Binding = Destination & { readonly exchange: string; readonly pattern: string };

/** Routing keys whose queues are remembered; they may carry numbers of things, and be without end. */
const MAX_ROUTES = 10_000;

export class Bindings {
  readonly version: string;
  readonly #bindings: readonly Binding[];
  readonly #routes = new Map<string, Route>();

  /** As the server says it: names of queues and what is known of them, by turns. */
  constructor(version: string, said: readonly string[]) {
    this.version = version;
    this.#bindings = said.flatMap((name, place) => (place % 2 === 0 ? bindingsOf(name, said[place + 1] ?? '') : []));
  }

  routeOf(routingKey: string, exchange = EVENTS_EXCHANGE): Route {
    const address = `${exchange} ${routingKey}`;
    const known = this.#routes.get(address);
    if (known !== undefined) return known;
    const queues = new Map<string, Destination>();
    for (const binding of this.#bindings) {
      if (binding.exchange === exchange && matchesTopic(binding.pattern, routingKey)) queues.set(binding.name, binding);
    }
    const found = [...queues.values()];
    const route = { queues: found, work: found.filter(({ kind }) => kind === 'work').length };
    if (this.#routes.size >= MAX_ROUTES) this.#routes.clear();
    this.#routes.set(address, route);
    return route;
  }
}

function bindingsOf(name: string, text: string): Binding[] {
  const { kind, bindings } = JSON.parse(text) as { kind: QueueKind; bindings: readonly [string, string][] };
  return bindings.map(([exchange, pattern]) => ({ name, kind, exchange, pattern }));
}
