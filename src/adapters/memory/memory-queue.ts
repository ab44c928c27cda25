/**
 * One queue of the memory broker. Entries keep the number under which they came, so that what comes back stands where
 * it stood. Nothing is handed out inside a caller's call: the broker calls `deliver` later.
 */
import type { DeadLetter, Delivery, QueueState, Subscription } from '../../bus/broker.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { MemoryDeadLetters } from './memory-dead-letters.ts';
import { copyOf, type Entry, type Publication } from './memory-entry.ts';

type Consumer = {
  readonly subscription: Subscription;
  readonly unacked: Set<Entry>;
  readonly running: Set<Promise<void>>;
};

type Parts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly maxLength: number;
  readonly maxDeadLetters: number;
  /** Called when there is something to hand out, and when there is room again. */
  readonly onReady: (queue: MemoryQueue) => void;
  readonly onRoom: () => void;
};

export class MemoryQueue {
  readonly name: string;
  readonly maxDeliveries: number;
  readonly temporary: boolean;
  readonly patterns = new Set<string>();
  readonly #parts: Parts;
  readonly #dead: MemoryDeadLetters;
  readonly #delayed = new Map<Entry, Promise<void>>();
  readonly #stop = new AbortController();
  /** What came in order, from `#head` on; and what came back, by place. Both upwards. */
  #arrived: Entry[] = [];
  #head = 0;
  #returned: Entry[] = [];
  #consumers: Consumer[] = [];
  #turn = 0;
  #nextPlace = 0;

  constructor({ queue, temporary = false }: Subscription, maxDeliveries: number, parts: Parts) {
    this.name = queue;
    this.maxDeliveries = maxDeliveries;
    this.temporary = temporary;
    this.#parts = parts;
    this.#dead = new MemoryDeadLetters({ queue, ...parts });
  }

  get #ready(): number {
    return this.#arrived.length - this.#head + this.#returned.length;
  }

  get isFull(): boolean {
    return this.#ready + this.#delayed.size >= this.#parts.maxLength;
  }

  get hasConsumers(): boolean {
    return this.#consumers.length > 0;
  }

  get state(): QueueState {
    return {
      name: this.name,
      ready: this.#ready + this.#delayed.size,
      unacked: this.#consumers.reduce((sum, { unacked }) => sum + unacked.size, 0),
      dead: this.#dead.count,
      consumers: this.#consumers.length,
    };
  }

  add(publication: Publication): void {
    this.#arrived.push({ place: this.#nextPlace++, publication, deliveries: 0 });
    this.#parts.onReady(this);
  }

  /** Starts a consumer; answers how it ends. */
  consume(subscription: Subscription): () => Promise<void> {
    const consumer: Consumer = { subscription, unacked: new Set(), running: new Set() };
    this.#consumers.push(consumer);
    this.#parts.onReady(this);
    return async () => {
      this.#consumers = this.#consumers.filter((other) => other !== consumer);
      await Promise.all(consumer.running);
      for (const entry of consumer.unacked) this.#comeBack(entry, 'its consumer closed');
      consumer.unacked.clear();
    };
  }

  /** Hands out what the consumers may hold, to one after the other, and no more than `limit`; answers how many. */
  deliver(limit: number): number {
    for (let count = 0; count < limit; count++) {
      if (this.#ready === 0) return count;
      const consumer = this.#nextConsumer();
      if (consumer === undefined) return count;
      const entry = this.#take();
      if (entry !== undefined) this.#handOut(entry, consumer);
    }
    return limit;
  }

  deadLetters(limit: number): DeadLetter[] {
    return this.#dead.list(limit);
  }

  replay(messageIds: readonly string[]): number {
    const entries = this.#dead.take(messageIds);
    for (const { publication } of entries) this.add(publication);
    return entries.length;
  }

  drop(messageIds: readonly string[]): number {
    const entries = this.#dead.take(messageIds);
    for (const { publication } of entries) publication.settle();
    return entries.length;
  }

  /** Forgets everything that is in the queue: its subscriber is gone for good, or the broker closes. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#delayed.values());
    const rest = [...this.#returned, ...this.#arrived.slice(this.#head), ...this.#dead.takeAll()];
    [this.#returned, this.#arrived, this.#head] = [[], [], 0];
    if (this.temporary) for (const { publication } of rest) publication.settle();
  }

  #nextConsumer(): Consumer | undefined {
    for (let tried = 0; tried < this.#consumers.length; tried++) {
      const consumer = this.#consumers[this.#turn++ % this.#consumers.length];
      if (consumer !== undefined && consumer.unacked.size < consumer.subscription.prefetch) return consumer;
    }
    return undefined;
  }

  /** The entry with the lowest place. */
  #take(): Entry | undefined {
    const arrived = this.#arrived[this.#head];
    const returned = this.#returned[0];
    this.#parts.onRoom();
    if (returned !== undefined && (arrived === undefined || returned.place < arrived.place)) {
      return this.#returned.shift();
    }
    this.#head += 1;
    if (this.#head * 2 > this.#arrived.length) [this.#arrived, this.#head] = [this.#arrived.slice(this.#head), 0];
    return arrived;
  }

  #handOut(entry: Entry, consumer: Consumer): void {
    entry.deliveries += 1;
    consumer.unacked.add(entry);
    let answered = false;
    const answer = (act: () => void): void => {
      if (answered || !consumer.unacked.delete(entry)) return;
      answered = true;
      act();
      this.#parts.onReady(this);
    };
    const delivery: Delivery = {
      count: entry.deliveries,
      ack: () => answer(() => entry.publication.settle()),
      reject: ({ reason, requeue = false, afterMs = 0 }) =>
        answer(() => (requeue ? this.#comeBack(entry, reason, afterMs) : this.#dead.bury(entry, reason))),
    };
    const running = this.#run(consumer, entry, delivery).finally(() => consumer.running.delete(running));
    consumer.running.add(running);
  }

  async #run({ subscription }: Consumer, { publication }: Entry, delivery: Delivery): Promise<void> {
    try {
      await subscription.onMessage(copyOf(publication), delivery);
    } catch (error) {
      this.#parts.log.warn(
        { queue: this.name, messageId: publication.message.id, delivery: delivery.count, err: error },
        'a consumer threw; the message goes back to its queue unless it was already answered',
      );
      delivery.reject({ reason: messageOf(error), requeue: true });
    }
  }

  #comeBack(entry: Entry, reason: string, afterMs = 0): void {
    if (entry.deliveries >= this.maxDeliveries) return this.#dead.bury(entry, reason);
    if (afterMs <= 0) return this.#putBack(entry);
    const waited = this.#parts.clock.sleep(afterMs, this.#stop.signal).then(() => {
      this.#delayed.delete(entry);
      this.#putBack(entry);
    });
    this.#delayed.set(entry, waited);
  }

  #putBack(entry: Entry): void {
    const place = this.#returned.findIndex((other) => other.place > entry.place);
    this.#returned.splice(place < 0 ? this.#returned.length : place, 0, entry);
    this.#parts.onReady(this);
  }
}
