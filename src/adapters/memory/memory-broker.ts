/**
 * The broker that needs no server: the default of a single process, and the one that tests run on. It lives in the
 * memory of the process, so the outbox keeps what is not yet settled. No timers but those of the clock it is given.
 *
 * Back-pressure: a publisher waits while a matching queue is full; those who wait are served in their order as far as
 * they share a queue.
 */
import {
  type Broker,
  type BrokerCapabilities,
  DEFAULT_MAX_DELIVERIES,
  type DeadLetter,
  MAX_DEAD_LETTERS_LISTED,
  type Message,
  type QueueState,
  type Receipt,
  type Subscription,
} from '../../bus/broker.ts';
import { bodyText, checkSubscription } from '../../bus/broker-limits.ts';
import { matchesTopic } from '../../bus/broker-topic.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Publication } from './memory-entry.ts';
import { MemoryQueue } from './memory-queue.ts';

export type MemoryBrokerOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** Messages that a queue holds for its consumers before publishers have to wait. Default: {@link MAX_QUEUE_LENGTH}. */
  readonly maxQueueLength?: number;
  /** Publishers that may wait for room before more are refused. Default: {@link MAX_WAITING_PUBLISHERS}. */
  readonly maxWaitingPublishers?: number;
  /** Dead letters that a queue keeps; the oldest goes when one more comes. Default: {@link MAX_DEAD_LETTERS}. */
  readonly maxDeadLetters?: number;
};

export const MAX_QUEUE_LENGTH = 10_000;
export const MAX_WAITING_PUBLISHERS = 1_000;
export const MAX_DEAD_LETTERS = 10_000;
/** Routing keys whose queues are remembered; keys with ids in them must not fill the memory. */
const MAX_KNOWN_ROUTES = 10_000;

/** Messages handed out in a row before timers and sockets get their turn, so that a busy queue never starves them. */
const HAND_OUTS_IN_A_ROW = 1_000;

/** Opens a broker of its own, with no queues. */
export const openMemoryBroker = (options: MemoryBrokerOptions): Broker => new MemoryBroker(options);

type Publisher = {
  readonly draft: Omit<Publication, 'settle'>;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (reason: unknown) => void;
};

class MemoryBroker implements Broker {
  readonly capabilities: BrokerCapabilities = {
    name: 'memory',
    survivesRestart: false,
    ordering: true,
    delay: true,
    priority: false,
  };
  readonly #options: Required<MemoryBrokerOptions>;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #subscriptions = new Set<Service>();
  readonly #routes = new Map<string, readonly MemoryQueue[]>();
  readonly #ready = new Set<MemoryQueue>();
  #waiting: Publisher[] = [];
  #scheduled = false;
  #handOutsLeft = HAND_OUTS_IN_A_ROW;
  #closing: Promise<void> | undefined;

  constructor({
    maxQueueLength = MAX_QUEUE_LENGTH,
    maxWaitingPublishers = MAX_WAITING_PUBLISHERS,
    maxDeadLetters = MAX_DEAD_LETTERS,
    ...parts
  }: MemoryBrokerOptions) {
    this.#options = { ...parts, maxQueueLength, maxWaitingPublishers, maxDeadLetters };
  }

  async publish(message: Message, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Receipt> {
    this.#assertOpen();
    signal?.throwIfAborted();
    const body = bodyText(message);
    const { id, routingKey, headers, at } = message;
    const draft = { message: { id, routingKey, headers: { ...headers }, at }, body };
    const queues = this.#route(routingKey);
    const blocked = new Set(this.#waiting.flatMap((publisher) => this.#route(publisher.draft.message.routingKey)));
    const full = queues.find((queue) => queue.isFull || blocked.has(queue));
    return full === undefined ? admit(draft, queues) : this.#waitForRoom(draft, { signal, queue: full.name });
  }

  async subscribe(subscription: Subscription): Promise<Service> {
    this.#assertOpen();
    checkSubscription(subscription);
    const queue = this.#declare(subscription);
    const end = queue.consume(subscription);
    const handle = service({}, async () => {
      if (queue.temporary) this.#forget(queue);
      await end();
      if (queue.temporary) await queue.close();
      this.#subscriptions.delete(handle);
    });
    this.#subscriptions.add(handle);
    return handle;
  }

  async queues(): Promise<QueueState[]> {
    return [...this.#queues.values()].map(({ state }) => state);
  }

  async deadLetters(queue: string, { limit } = { limit: MAX_DEAD_LETTERS_LISTED }): Promise<DeadLetter[]> {
    return this.#named(queue).deadLetters(Math.min(limit, MAX_DEAD_LETTERS_LISTED));
  }

  async replay(queue: string, messageIds: readonly string[]): Promise<number> {
    this.#assertOpen();
    return this.#named(queue).replay(messageIds);
  }

  async drop(queue: string, messageIds: readonly string[]): Promise<number> {
    return this.#named(queue).drop(messageIds);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    for (const { reject } of this.#waiting) reject(new MillraceError('bus.closed'));
    this.#waiting = [];
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #declare(subscription: Subscription): MemoryQueue {
    const { queue: name, patterns, temporary = false, maxDeliveries = DEFAULT_MAX_DELIVERIES } = subscription;
    const queue = this.#queues.get(name) ?? new MemoryQueue(subscription, maxDeliveries, this.#queueParts());
    if (queue.maxDeliveries !== maxDeliveries) {
      const details = { queue: name, setting: 'maxDeliveries', existing: queue.maxDeliveries, wanted: maxDeliveries };
      throw new MillraceError('bus.queue-differs', details);
    }
    if (queue.temporary !== temporary || (temporary && queue.hasConsumers)) {
      const details = { queue: name, setting: 'temporary', existing: queue.temporary, wanted: temporary };
      throw new MillraceError('bus.queue-differs', details);
    }
    for (const pattern of patterns) queue.patterns.add(pattern);
    this.#queues.set(name, queue);
    this.#routes.clear();
    return queue;
  }

  #forget(queue: MemoryQueue): void {
    this.#queues.delete(queue.name);
    this.#routes.clear();
    this.#admitWaiting();
  }

  #queueParts(): ConstructorParameters<typeof MemoryQueue>[2] {
    return {
      clock: this.#options.clock,
      log: this.#options.log,
      maxLength: this.#options.maxQueueLength,
      maxDeadLetters: this.#options.maxDeadLetters,
      onReady: (queue) => {
        this.#ready.add(queue);
        this.#schedule();
      },
      onRoom: () => {
        if (this.#waiting.length > 0) this.#schedule();
      },
    };
  }

  /** Soon, or, when many messages have been handed out in a row, after the process had time for other work. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#handOutsLeft > 0) return queueMicrotask(() => this.#deliver());
    setImmediate(() => {
      this.#handOutsLeft = HAND_OUTS_IN_A_ROW;
      this.#deliver();
    });
  }

  #deliver(): void {
    this.#scheduled = false;
    const queues = [...this.#ready];
    this.#ready.clear();
    for (const queue of queues) {
      const limit = this.#handOutsLeft;
      const count = queue.deliver(limit);
      this.#handOutsLeft -= count;
      if (count === limit) this.#ready.add(queue);
    }
    if (this.#ready.size > 0) this.#schedule();
    this.#admitWaiting();
  }

  async #waitForRoom(
    draft: Publisher['draft'],
    { signal, queue }: { readonly signal: AbortSignal | undefined; readonly queue: string },
  ): Promise<Receipt> {
    const waiting = this.#waiting.length;
    if (waiting >= this.#options.maxWaitingPublishers) throw new MillraceError('bus.queue-full', { queue, waiting });
    let giveUp = (): void => {};
    try {
      return await new Promise<Receipt>((resolve, reject) => {
        const publisher: Publisher = { draft, resolve, reject };
        giveUp = () => {
          this.#waiting = this.#waiting.filter((other) => other !== publisher);
          reject(signal?.reason);
          this.#admitWaiting();
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        this.#waiting.push(publisher);
      });
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  #admitWaiting(): void {
    const blocked = new Set<MemoryQueue>();
    this.#waiting = this.#waiting.filter(({ draft, resolve }) => {
      const queues = this.#route(draft.message.routingKey);
      if (queues.some((queue) => queue.isFull || blocked.has(queue))) {
        for (const queue of queues) blocked.add(queue);
        return true;
      }
      resolve(admit(draft, queues));
      return false;
    });
  }

  #route(routingKey: string): readonly MemoryQueue[] {
    const known = this.#routes.get(routingKey);
    if (known !== undefined) return known;
    const queues = [...this.#queues.values()].filter(({ patterns }) =>
      [...patterns].some((pattern) => matchesTopic(pattern, routingKey)),
    );
    if (this.#routes.size >= MAX_KNOWN_ROUTES) this.#routes.clear();
    this.#routes.set(routingKey, queues);
    return queues;
  }

  #named(name: string): MemoryQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new MillraceError('bus.unknown-queue', { queue: name });
    return queue;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new MillraceError('bus.closed');
  }
}

/** Into all queues in one step; the receipt is settled when each is through with it. */
function admit(draft: Publisher['draft'], queues: readonly MemoryQueue[]): Receipt {
  if (queues.length === 0) return { routed: false, settled: Promise.resolve() };
  let open = queues.length;
  const settled = new Promise<void>((resolve) => {
    const settle = (): void => {
      open -= 1;
      if (open === 0) resolve();
    };
    for (const queue of queues) queue.add({ ...draft, settle });
  });
  return { routed: true, settled };
}
