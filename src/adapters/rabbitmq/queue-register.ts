/** The queues that this process consumes or has declared, and what it said about them. */
import { DEFAULT_MAX_DELIVERIES, type QueueKind, type QueueState, type Subscription } from '../../bus/broker.ts';
import type { Link } from './link.ts';
import type { RabbitNames } from './names.ts';
import { queueDiffers } from './queue-difference.ts';
import type { RabbitConsumer } from './rabbit-consumer.ts';
import { type Lane, lookAt } from './topology.ts';

export type KnownQueue = {
  readonly name: string;
  readonly kind: QueueKind;
  readonly maxDeliveries: number;
  readonly consumers: Set<RabbitConsumer>;
  /** As the server has them; empty until they are declared. */
  lanes: readonly Lane[];
};

export class QueueRegister {
  readonly #queues = new Map<string, KnownQueue>();

  /** Throws `bus.queue-differs` when this process has said something else about the queue before. */
  enter({ queue, kind = 'work', maxDeliveries = DEFAULT_MAX_DELIVERIES }: Subscription): KnownQueue {
    const known = this.#queues.get(queue) ?? { name: queue, kind, maxDeliveries, consumers: new Set(), lanes: [] };
    if (known.kind !== kind) throw queueDiffers(queue, { argument: 'kind', found: known.kind, wanted: kind });
    if (kind === 'temporary' && known.consumers.size > 0)
      throw queueDiffers(queue, { argument: 'kind', found: 'temporary, with a subscriber', wanted: kind });
    if (known.maxDeliveries !== maxDeliveries)
      throw queueDiffers(queue, {
        argument: 'maxDeliveries',
        found: String(known.maxDeliveries),
        wanted: String(maxDeliveries),
      });
    this.#queues.set(queue, known);
    return known;
  }

  /** A consumer is gone, or could not be opened. A queue that was never declared, or went with it, is forgotten. */
  leave(known: KnownQueue, consumer: RabbitConsumer): void {
    known.consumers.delete(consumer);
    if (known.consumers.size === 0 && (known.kind === 'temporary' || known.lanes.length === 0))
      this.#queues.delete(known.name);
  }

  names(): string[] {
    return [...this.#queues.keys()];
  }

  /** Undefined for a queue that the server does not have. */
  async stateOf(name: string, link: Link, names: RabbitNames): Promise<QueueState | undefined> {
    const known = this.#queues.get(name);
    const declared = known?.lanes.map(({ queue }) => queue) ?? [];
    const queues = declared.length > 0 ? declared : [names.queue(name), names.urgentQueue(name)];
    const connection = await link.connected();
    const counts = await Promise.all(queues.map((queue) => lookAt(connection, queue)));
    const dead = await lookAt(connection, names.deadQueue(name));
    if (counts.every((count) => count === undefined)) return undefined;
    return {
      name,
      ready: counts.reduce((sum, count) => sum + (count?.messageCount ?? 0), 0),
      unacked: [...(known?.consumers ?? [])].reduce((sum, { unacked }) => sum + unacked, 0),
      dead: dead?.messageCount ?? 0,
      consumers: Math.max(...counts.map((count) => count?.consumerCount ?? 0)),
    };
  }
}
