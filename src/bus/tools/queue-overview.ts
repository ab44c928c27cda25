/** Every queue that this process knows, by its subscriptions or as one of its `own`, or that a service says it has: what the broker counts, and what its service does. */
import type { Broker, QueueState } from '../broker.ts';
import type { ServiceDescription } from '../service/description.ts';
import type { OperationKind } from '../service/incoming.ts';

export type QueueOverview = QueueState & {
  /** Undefined for a queue that no service takes from. */
  readonly service?: {
    readonly name: string;
    readonly kind: OperationKind;
    /** Handed to the service, and no room for it yet. */
    readonly waiting: number;
    readonly running: number;
  };
};

export async function overviewOf(
  broker: Broker,
  own: readonly string[],
  services: readonly ServiceDescription[],
): Promise<readonly QueueOverview[]> {
  const owners = new Map(
    services.flatMap(({ name: service, queues }) =>
      queues.map(({ name, kind, waiting, running }) => [name, { name: service, kind, waiting, running }] as const),
    ),
  );
  const known = await broker.queues();
  const names = new Set(known.map(({ name }) => name));
  const others = await broker.queues([...new Set([...own, ...owners.keys()])].filter((name) => !names.has(name)));
  return [...known, ...others]
    .filter(({ name }) => !name.startsWith(APP_QUEUES))
    .map((state): QueueOverview => {
      const service = owners.get(state.name);
      return service === undefined ? state : { ...state, service };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Each app has one of its own, for what apps tell each other; it comes and goes with it. */
const APP_QUEUES = 'millrace.app.';
