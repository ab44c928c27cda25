/** The queues that this process consumes or has declared. */
import type { QueueKind } from '../../bus/broker.ts';
import { type LateMessages, watchLateMessages } from './late-messages.ts';
import type { RedisConsumer } from './redis-consumer.ts';

type KnownQueue = { readonly consumers: Set<RedisConsumer>; late: LateMessages | undefined };
type Parts = Parameters<typeof watchLateMessages>[1];

export class QueueRegister {
  readonly #parts: Parts;
  readonly #queues = new Map<string, KnownQueue>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The server has the queue, and the consumer reads from it. */
  enter(queue: string, consumer: RedisConsumer): void {
    const known = this.#queues.get(queue) ?? { consumers: new Set(), late: undefined };
    known.late ??= watchLateMessages(queue, this.#parts);
    known.consumers.add(consumer);
    this.#queues.set(queue, known);
    consumer.hear(); // what was said until now
  }

  /** A queue stays known when its consumers are gone; a temporary one goes with its own. */
  async leave(
    queue: string,
    { consumer, kind }: { readonly consumer: RedisConsumer; readonly kind: QueueKind },
  ): Promise<void> {
    const known = this.#queues.get(queue);
    known?.consumers.delete(consumer);
    if (known === undefined || known.consumers.size > 0) return;
    if (kind === 'temporary') this.#queues.delete(queue);
    const { late } = known;
    known.late = undefined;
    await late?.close();
  }

  /** What the bell says: something was given back to a queue, or has to wait for so long. */
  hear(said: string): void {
    const [, what, ms, queue = ''] = /^(\w+) (\d+) (.*)$/s.exec(said) ?? [];
    const known = this.#queues.get(queue);
    if (what === 'later') known?.late?.hear(Number(ms));
    else if (what === 'returned') for (const consumer of known?.consumers ?? []) consumer.hear();
  }

  /** Something may have been said that nobody heard. */
  hearAll(): void {
    for (const { late, consumers } of this.#queues.values()) {
      late?.hear(0);
      for (const consumer of consumers) consumer.hear();
    }
  }

  names(): string[] {
    return [...this.#queues.keys()];
  }

  consumersOf(queue: string): RedisConsumer[] {
    return [...(this.#queues.get(queue)?.consumers ?? [])];
  }

  consumers(): RedisConsumer[] {
    return this.names().flatMap((queue) => this.consumersOf(queue));
  }
}
