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
  type BrokerState,
  type Consumer,
  DEFAULT_MAX_DELIVERIES,
  type DeadLetter,
  EVENTS_EXCHANGE,
  type Inbox,
  type InboxListener,
  MAX_DEAD_LETTERS_LISTED,
  type Message,
  type QueueState,
  type Receipt,
  type Subscription,
} from '../../bus/broker.ts';
import { checkMessage, checkSize, checkSubscription } from '../../bus/broker-limits.ts';
import { matchesTopic } from '../../bus/broker-topic.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { service } from '../../kernel/lifecycle.ts';
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

type Draft = Omit<Publication, 'settle'>;
type Publisher = {
  readonly draft: Draft;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (reason: unknown) => void;
};

class MemoryBroker implements Broker {
  readonly capabilities: BrokerCapabilities = {
    name: 'memory',
    survivesRestart: false,
    ordering: true,
    delay: true,
    priority: true,
    unroutable: true,
  };
  readonly #options: Required<MemoryBrokerOptions>;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #subscriptions = new Set<Consumer>();
  readonly #inboxes = new Map<string, InboxListener>();
  readonly #routes = new Map<string, readonly MemoryQueue[]>();
  readonly #ready = new Set<MemoryQueue>();
  #waiting: Publisher[] = [];
  /** Queues that those who wait would go to. */
  #waitedFor = new Set<MemoryQueue>();
  #scheduled = false;
  #handOutsLeft = HAND_OUTS_IN_A_ROW;
  #nextInbox = 1;
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
    checkMessage(message);
    const draft = this.#draftOf(message);
    const queues = this.#route(message);
    const full = this.#findFull(queues);
    return full === undefined ? admit(draft, queues) : this.#waitForRoom(draft, { signal, queue: full.name });
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#assertOpen();
    checkSubscription(subscription);
    const queue = this.#declare(subscription);
    const isTemporary = queue.kind === 'temporary';
    const end = queue.consume(subscription);
    const handle = service({ stop: async () => end.stop() }, async () => {
      if (isTemporary) this.#forget(queue);
      await end.close();
      if (isTemporary) await queue.close();
      this.#subscriptions.delete(handle);
    });
    this.#subscriptions.add(handle);
    return handle;
  }

  async openInbox(listener: InboxListener): Promise<Inbox> {
    this.#assertOpen();
    const address = `inbox-${this.#nextInbox++}`;
    this.#inboxes.set(address, listener);
    return service({ address }, async () => {
      this.#inboxes.delete(address);
    });
  }

  async reply(address: string, message: Omit<Message, 'routingKey' | 'exchange'>): Promise<void> {
    this.#assertOpen();
    checkSize(message.id, message.body);
    const listener = this.#inboxes.get(address);
    if (listener === undefined) return;
    const { id, correlationId, contentType, body, headers, at } = message;
    const copy: Message = {
      ...{ id, routingKey: address, body, at, headers: { ...headers } },
      ...(correlationId !== undefined && { correlationId }),
      ...(contentType !== undefined && { contentType }),
    };
    queueMicrotask(() => {
      if (this.#inboxes.get(address) === listener) listener.onMessage(copy);
    });
  }

  state(): BrokerState {
    return { isConnected: this.#closing === undefined, publishing: this.#waiting.length, reconnects: 0 };
  }

  async queues(names: readonly string[] = [...this.#queues.keys()]): Promise<QueueState[]> {
    return names.flatMap((name) => this.#queues.get(name)?.state ?? []);
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
    this.#inboxes.clear();
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #declare(subscription: Subscription): MemoryQueue {
    const { queue: name, exchange = EVENTS_EXCHANGE, patterns } = subscription;
    const { kind = 'work', maxDeliveries = DEFAULT_MAX_DELIVERIES } = subscription;
    const queue = this.#queues.get(name) ?? new MemoryQueue(subscription, maxDeliveries, this.#queueParts());
    if (queue.maxDeliveries !== maxDeliveries) {
      const details = { queue: name, setting: 'maxDeliveries', existing: queue.maxDeliveries, wanted: maxDeliveries };
      throw new MillraceError('bus.queue-differs', details);
    }
    if (queue.kind !== kind || (kind === 'temporary' && queue.hasConsumers)) {
      const details = { queue: name, setting: 'kind', existing: queue.kind, wanted: kind };
      throw new MillraceError('bus.queue-differs', details);
    }
    queue.bind(exchange, patterns);
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
        for (const matching of this.#route(draft.message)) this.#waitedFor.add(matching);
      });
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  #admitWaiting(): void {
    const blocked = new Set<MemoryQueue>();
    this.#waiting = this.#waiting.filter(({ draft, resolve }) => {
      const queues = this.#route(draft.message);
      if (queues.some((queue) => queue.isFull || blocked.has(queue))) {
        for (const queue of queues) blocked.add(queue);
        return true;
      }
      resolve(admit(draft, queues));
      return false;
    });
    this.#waitedFor = blocked;
  }

  /** A queue that has no room, or that others wait for already. */
  #findFull(queues: readonly MemoryQueue[]): MemoryQueue | undefined {
    return queues.find((queue) => queue.isFull || this.#waitedFor.has(queue));
  }

  #draftOf(message: Message): Draft {
    const { expiresInMs } = message;
    const expiresAt = expiresInMs === undefined ? Number.POSITIVE_INFINITY : this.#options.clock.now() + expiresInMs;
    return { message: { ...message, headers: { ...message.headers } }, expiresAt };
  }

  #route({ exchange = EVENTS_EXCHANGE, routingKey }: Message): readonly MemoryQueue[] {
    const route = `${exchange}\n${routingKey}`;
    const known = this.#routes.get(route);
    if (known !== undefined) return known;
    const queues = [...this.#queues.values()].filter(({ patterns }) =>
      [...(patterns.get(exchange) ?? [])].some((pattern) => matchesTopic(pattern, routingKey)),
    );
    if (this.#routes.size >= MAX_KNOWN_ROUTES) this.#routes.clear();
    this.#routes.set(route, queues);
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
function admit(draft: Draft, queues: readonly MemoryQueue[]): Receipt {
  if (queues.length === 0) return { routed: false, settled: Promise.resolve() };
  const receipt = new MemoryReceipt(queues.length);
  const publication = { ...draft, settle: () => receipt.settle() };
  for (const queue of queues) queue.add(publication);
  return receipt;
}

/** Makes a promise only for those who ask. */
class MemoryReceipt implements Receipt {
  readonly routed = true;
  #open: number;
  #settled: Promise<void> | undefined;
  #resolve: (() => void) | undefined;

  constructor(queues: number) {
    this.#open = queues;
  }

  get settled(): Promise<void> {
    this.#settled ??= new Promise((resolve) => {
      if (this.#open === 0) resolve();
      else this.#resolve = resolve;
    });
    return this.#settled;
  }

  settle(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#resolve?.();
  }
}
