/**
 * One queue of the memory broker. Entries keep the number under which they came, so that what comes back stands where
 * it stood. Nothing is handed out inside a caller's call: the broker calls `deliver` later.
 */
import type { DeadLetter, Delivery, QueueKind, QueueState, Subscription } from '../../bus/broker.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { Slots } from '../../kernel/slots.ts';
import { MemoryDeadLetters } from './memory-dead-letters.ts';
import { copyOf, type Entry, NOT_HELD, type Publication } from './memory-entry.ts';
import { MemoryLine } from './memory-line.ts';

type MemoryConsumer = {
  readonly subscription: Subscription;
  readonly unacked: Slots<Entry>;
  readonly running: Set<Promise<void>>;
};

/** How a consumer of a queue ends. */
export type ConsumerEnd = { readonly stop: () => void; readonly close: () => Promise<void> };

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
  readonly kind: QueueKind;
  readonly maxDeliveries: number;
  /** The patterns of each exchange that it is bound to. */
  readonly patterns = new Map<string, Set<string>>();
  readonly #parts: Parts;
  readonly #dead: MemoryDeadLetters;
  readonly #delayed = new Map<Entry, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #urgent = new MemoryLine();
  readonly #line = new MemoryLine();
  #consumers: MemoryConsumer[] = [];
  /** Those too that have stopped, but still hold messages. */
  readonly #holders = new Set<MemoryConsumer>();
  #turn = 0;
  #nextPlace = 0;

  constructor({ queue, kind = 'work' }: Subscription, maxDeliveries: number, parts: Parts) {
    this.name = queue;
    this.kind = kind;
    this.maxDeliveries = maxDeliveries;
    this.#parts = parts;
    this.#dead = new MemoryDeadLetters({ queue, ...parts });
  }

  get #ready(): number {
    return this.#line.length + this.#urgent.length;
  }

  get isFull(): boolean {
    if (this.#ready + this.#delayed.size < this.#parts.maxLength) return false;
    this.#dropExpired();
    return this.#ready + this.#delayed.size >= this.#parts.maxLength;
  }

  get hasConsumers(): boolean {
    return this.#consumers.length > 0;
  }

  get state(): QueueState {
    this.#dropExpired();
    return {
      name: this.name,
      ready: this.#ready + this.#delayed.size,
      unacked: [...this.#holders].reduce((sum, { unacked }) => sum + unacked.size, 0),
      dead: this.#dead.count,
      consumers: this.#consumers.length,
    };
  }

  bind(exchange: string, patterns: readonly string[]): void {
    const bound = this.patterns.get(exchange) ?? new Set();
    for (const pattern of patterns) bound.add(pattern);
    this.patterns.set(exchange, bound);
  }

  add(publication: Publication): void {
    const entry = { place: this.#nextPlace++, publication, deliveries: 0, attempt: 1, heldAt: NOT_HELD };
    this.#lineOf(entry).add(entry);
    this.#parts.onReady(this);
  }

  /** Starts a consumer; answers how it ends. */
  consume(subscription: Subscription): ConsumerEnd {
    const consumer: MemoryConsumer = { subscription, unacked: new Slots(), running: new Set() };
    this.#consumers.push(consumer);
    this.#holders.add(consumer);
    this.#parts.onReady(this);
    const stop = (): void => {
      this.#consumers = this.#consumers.filter((other) => other !== consumer);
    };
    const close = async (): Promise<void> => {
      stop();
      await Promise.all(consumer.running);
      for (const entry of consumer.unacked.all()) {
        consumer.unacked.remove(entry.heldAt);
        entry.heldAt = NOT_HELD;
        this.#comeBack(entry, 'its consumer closed');
      }
      this.#holders.delete(consumer);
    };
    return { stop, close };
  }

  /** Hands out what the consumers may hold, to one after the other, and no more than `limit`; answers how many. */
  deliver(limit: number): number {
    for (let count = 0; count < limit; count++) {
      if (this.#ready === 0) return count;
      const consumer = this.#nextConsumer();
      if (consumer === undefined) return count;
      const entry = this.#urgent.take() ?? this.#line.take();
      this.#parts.onRoom();
      if (entry === undefined) return count;
      if (this.#isExpired(entry)) this.#giveUp(entry, EXPIRED);
      else this.#handOut(entry, consumer);
    }
    return limit;
  }

  deadLetters(limit: number): DeadLetter[] {
    this.#dropExpired();
    return this.#dead.list(limit);
  }

  replay(messageIds: readonly string[]): number {
    const entries = this.#dead.take(messageIds);
    for (const { publication } of entries) this.add({ ...publication, expiresAt: Number.POSITIVE_INFINITY });
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
    const rest = [...this.#urgent.takeAll(), ...this.#line.takeAll(), ...this.#dead.takeAll()];
    if (this.kind === 'temporary') for (const { publication } of rest) publication.settle();
  }

  #nextConsumer(): MemoryConsumer | undefined {
    for (let tried = 0; tried < this.#consumers.length; tried++) {
      const consumer = this.#consumers[this.#turn++ % this.#consumers.length];
      if (consumer !== undefined && consumer.unacked.size < consumer.subscription.prefetch) return consumer;
    }
    return undefined;
  }

  #handOut(entry: Entry, consumer: MemoryConsumer): void {
    entry.deliveries += 1;
    entry.heldAt = consumer.unacked.add(entry);
    const delivery = new MemoryDelivery(entry, (answer) => {
      if (entry.heldAt === NOT_HELD) return;
      consumer.unacked.remove(entry.heldAt);
      entry.heldAt = NOT_HELD;
      this.#settle(entry, answer);
      this.#parts.onReady(this);
    });
    this.#run(consumer, entry, delivery);
  }

  #settle(entry: Entry, answer: Answer): void {
    if (answer === 'ack') return entry.publication.settle();
    if ('givenBackFor' in answer) {
      entry.deliveries -= 1;
      return this.#putBackAfter(entry, answer.givenBackFor);
    }
    const { reason, requeue = false, afterMs = 0 } = answer;
    if (!requeue) return this.#giveUp(entry, reason);
    entry.attempt += 1;
    this.#comeBack(entry, reason, afterMs);
  }

  /** A handler that ends at once costs no promise. */
  #run(consumer: MemoryConsumer, entry: Entry, delivery: MemoryDelivery): void {
    try {
      const running = consumer.subscription.onMessage(copyOf(entry.publication), delivery);
      if (running === undefined) return;
      const ended = running
        .catch((error: unknown) => this.#throwBack(entry, delivery, error))
        .finally(() => consumer.running.delete(ended));
      consumer.running.add(ended);
    } catch (error) {
      this.#throwBack(entry, delivery, error);
    }
  }

  #throwBack({ publication }: Entry, delivery: MemoryDelivery, error: unknown): void {
    this.#parts.log.warn(
      { queue: this.name, messageId: publication.message.id, delivery: delivery.count, err: error },
      'a consumer threw; the message goes back to its queue unless it was already answered',
    );
    delivery.reject({ reason: messageOf(error), requeue: true });
  }

  #comeBack(entry: Entry, reason: string, afterMs = 0): void {
    if (entry.deliveries >= this.maxDeliveries) return this.#giveUp(entry, reason);
    this.#putBackAfter(entry, afterMs);
  }

  #putBackAfter(entry: Entry, afterMs: number): void {
    if (afterMs <= 0) return this.#putBack(entry);
    const waited = this.#parts.clock.sleep(afterMs, this.#stop.signal).then(() => {
      this.#delayed.delete(entry);
      this.#putBack(entry);
    });
    this.#delayed.set(entry, waited);
  }

  #putBack(entry: Entry): void {
    this.#lineOf(entry).putBack(entry);
    this.#parts.onReady(this);
  }

  /** To the dead letters, where the queue has any. */
  #giveUp(entry: Entry, reason: string): void {
    if (this.kind === 'work') this.#dead.bury(entry, reason);
    else entry.publication.settle();
  }

  #isExpired({ publication: { expiresAt } }: Entry): boolean {
    return expiresAt !== Number.POSITIVE_INFINITY && expiresAt <= this.#parts.clock.now();
  }

  /** Those at the head: what has expired behind others goes when it gets there, as on other brokers. */
  #dropExpired(): void {
    for (const line of [this.#urgent, this.#line]) {
      for (let first = line.first; first !== undefined && this.#isExpired(first); first = line.first) {
        line.take();
        this.#giveUp(first, EXPIRED);
      }
    }
  }

  #lineOf({ publication }: Entry): MemoryLine {
    return publication.message.urgent === true ? this.#urgent : this.#line;
  }
}

const EXPIRED = 'nobody took it before it expired';

type Rejection = Parameters<Delivery['reject']>[0];
type Answer = 'ack' | { readonly givenBackFor: number } | Rejection;

/** The first answer counts; the consumer may have lost the entry by then. */
class MemoryDelivery implements Delivery {
  readonly count: number;
  readonly attempt: number;
  #answer: ((answer: Answer) => void) | undefined;

  constructor({ deliveries, attempt }: Entry, answer: (answer: Answer) => void) {
    this.count = deliveries;
    this.attempt = attempt;
    this.#answer = answer;
  }

  ack(): void {
    this.#take('ack');
  }

  reject(rejection: Rejection): void {
    this.#take(rejection);
  }

  giveBack({ afterMs = 0 }: { readonly afterMs?: number } = {}): void {
    this.#take({ givenBackFor: afterMs });
  }

  #take(answer: Answer): void {
    const take = this.#answer;
    this.#answer = undefined;
    take?.(answer);
  }
}
