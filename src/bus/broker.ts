/**
 * The broker port: messages go to an exchange, and from there to every queue whose patterns match their routing key; the
 * consumers of a queue share its messages. Everything else of the bus – services, RPC, events – stands on these few calls.
 *
 * Ready: in the queue, in the order of publishing. Delivered: one consumer has it, and at most `prefetch` at a time.
 * From there it is acked (gone), rejected (to the dead letters, or back to the queue for another attempt), given back
 * unstarted, or returned because its consumer closed, its handler threw or its process died. A message that was handed
 * out `maxDeliveries` times and comes back once more is a dead letter.
 */
import type { Instant } from '../kernel/clock.ts';
import type { Service } from '../kernel/lifecycle.ts';

/** Where events go, and where queues are bound, unless the message or the subscription says otherwise. */
export const EVENTS_EXCHANGE = 'millrace.events';

export type Message = {
  /** The same for every repeat: by this a consumer recognises what it has already taken in. */
  readonly id: string;
  /** A topic exchange. Default: {@link EVENTS_EXCHANGE}. */
  readonly exchange?: string;
  /** Words with dots between them: millrace.jobs.job.dead. */
  readonly routingKey: string;
  /** Text, as `contentType` says. */
  readonly body: string;
  /** What came was no UTF-8: the body has replacement characters where it could not be read. */
  readonly isGarbled?: true;
  /** When it is published, {@link JSON_CONTENT} is meant by default; on a message that came, the sender did not say. */
  readonly contentType?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: Instant;
  /** The address of an inbox ({@link Broker.openInbox}) where an answer is awaited. */
  readonly replyTo?: string;
  /** By this the one who asked knows what is answered. */
  readonly correlationId?: string;
  /** Nobody wants it any more after that time: then it is a dead letter of a work queue, and gone from any other. */
  readonly expiresInMs?: number;
  /** Goes before the others that wait in its work queues, where the broker has `priority`. */
  readonly urgent?: boolean;
};

export const JSON_CONTENT = 'application/json';
export const TEXT_CONTENT = 'text/plain; charset=utf-8';

export type BrokerCapabilities = {
  readonly name: 'memory' | 'rabbitmq' | 'redis';
  /** Whether a confirmed message outlives the broker's restart. If not, the outbox keeps it until it is settled. */
  readonly survivesRestart: boolean;
  /** Whether the only consumer of a queue gets the messages in the order in which they were published. */
  readonly ordering: boolean;
  /** Whether `afterMs` of a rejection is kept to the millisecond; if not, it is rounded up to a step of a ladder. */
  readonly delay: boolean;
  /** Whether urgent messages go before those that wait. */
  readonly priority: boolean;
  /** Whether a publisher learns at the confirm that no queue took its message. If not, `routed` may be true for nobody. */
  readonly unroutable: boolean;
};

/** What a publisher knows when the broker has confirmed. */
export type Receipt = {
  /** Whether any queue took it. */
  readonly routed: boolean;
  /**
   * Resolves when nothing of it can get lost any more: at once on a broker that survives restarts, otherwise when every
   * queue that took it has seen it acked or a person has dropped it. A dead letter stays open, so that the outbox keeps it.
   */
  readonly settled: Promise<void>;
};

/** What the consumer may answer, once; later answers, and those after closing, change nothing. */
export type Delivery = {
  /** How many times the queue has handed it out, this time included. */
  readonly count: number;
  /** 1, and one more for each rejection with `requeue`. What was given back or returned spends no attempt. */
  readonly attempt: number;
  ack(): void;
  /** To the dead letters with this reason, or with `requeue` back to the queue, not before `afterMs` have passed. */
  reject(rejection: { readonly reason: string; readonly requeue?: boolean; readonly afterMs?: number }): void;
  /** Back to its place in the queue, unstarted; with `afterMs` not before they have passed. Spends no attempt. */
  giveBack(options?: { readonly afterMs?: number }): void;
};

/** A handler that throws has rejected with requeue; one that returns without an answer may still give it later. */
export type OnMessage = (message: Message, delivery: Delivery) => void | Promise<void>;

/**
 * work: outlives its consumers and, where messages do, the broker; has dead letters.
 * requests: the queue outlives its consumers; its messages need not outlive the broker, expire, and never become dead letters.
 * temporary: belongs to one subscriber alone and goes with it, messages and all.
 */
export type QueueKind = 'work' | 'requests' | 'temporary';

export type Subscription = {
  /** Subscribers of one queue compete for its messages. The queue and its patterns stay when they are gone. */
  readonly queue: string;
  /** Default: work. The same for all subscribers of a queue. */
  readonly kind?: QueueKind;
  /** The exchange that the patterns are about. Default: {@link EVENTS_EXCHANGE}. */
  readonly exchange?: string;
  /** Topic patterns: `*` is one word, `#` any number of them. They add to those that the queue already has. */
  readonly patterns: readonly string[];
  /** How many messages the consumer may hold unacked. */
  readonly prefetch: number;
  /** The same for all subscribers of a queue. Default: {@link DEFAULT_MAX_DELIVERIES}. */
  readonly maxDeliveries?: number;
  readonly onMessage: OnMessage;
};

export type Consumer = Service & {
  /** Ends the deliveries. What the consumer holds it may still answer until it closes. Safe to call twice. */
  stop(): Promise<void>;
};

/** A place of its own where answers come to. */
export type Inbox = Service & {
  /** To be given as `replyTo`. */
  readonly address: string;
};

export type InboxListener = {
  readonly onMessage: (message: Message) => void;
  /** The way back to this inbox broke: answers to what was asked before will not come. It works again for new questions. */
  readonly onLost: () => void;
};

/** A message that its queue gave up. It waits for a person: replay or drop. */
export type DeadLetter = {
  readonly message: Message;
  readonly reason: string;
  readonly deliveries: number;
  readonly at: Instant;
};

export type QueueState = {
  readonly name: string;
  /** Waiting for a consumer, delayed ones included where the broker can tell. */
  readonly ready: number;
  /** Held by consumers of this process. */
  readonly unacked: number;
  readonly dead: number;
  readonly consumers: number;
};

export type BrokerState = {
  readonly isConnected: boolean;
  /** Why the broker takes nothing at the moment, in its own words. */
  readonly blocked?: string;
  /** Messages on their way to the confirm, those that wait for room included. */
  readonly publishing: number;
  /** How often the connection has been made anew. */
  readonly reconnects: number;
};

/** A queue as a subscriber would declare it. */
export type PlannedQueue = Pick<Subscription, 'queue' | 'kind' | 'exchange' | 'patterns'>;

/**
 * same: the server has it as it is wanted. missing: it is not there yet; whoever subscribes makes it. differs: it is there
 * with a setting that cannot be changed in place.
 */
export type PlannedState = {
  readonly queue: string;
  /** As the server has it; one queue may be several there. */
  readonly name: string;
} & (
  | { readonly state: 'same' | 'missing' }
  | { readonly state: 'differs'; readonly setting: string; readonly existing: string; readonly wanted: string }
);
export type AppliedChange = {
  /** The version with the old settings, and the one that took its place. */
  readonly name: string;
  readonly became: string;
  /** Messages that went along. */
  readonly moved: number;
  /** Not as long as somebody consumes the old one. */
  readonly isDeleted: boolean;
};

/** Queues as they are and as they should be, without subscribing to them. */
export interface BrokerTopology {
  plan(queues: readonly PlannedQueue[]): Promise<PlannedState[]>;
  /**
   * Gives every queue that differs a version with the wanted settings, and moves its messages there. One that is published
   * meanwhile may come twice. Consumers use the new version when they subscribe anew.
   */
  apply(queues: readonly PlannedQueue[]): Promise<AppliedChange[]>;
}

export interface Broker extends Service {
  readonly capabilities: BrokerCapabilities;
  /** Where queues have settings that cannot be changed in place. */
  readonly topology?: BrokerTopology;
  /**
   * Resolves on the broker's confirm: every matching queue has the message. Waits while one of them is full, while the
   * broker is away or blocked, and while too many are on their way; rejects with `bus.queue-full` when too many wait.
   * An aborted signal ends the waiting; the message may be published all the same.
   */
  publish(message: Message, options?: { readonly signal?: AbortSignal }): Promise<Receipt>;
  /** Closing ends the deliveries, waits for running handlers, and returns what is still unacked to the queue. */
  subscribe(subscription: Subscription): Promise<Consumer>;
  openInbox(listener: InboxListener): Promise<Inbox>;
  /**
   * To the inbox with this address; what is sent to one that is gone vanishes. Resolves when it is on its way: like a question
   * that nobody answers, an answer that is lost with its connection is noticed by the deadline of the one who asked.
   */
  reply(address: string, message: Omit<Message, 'routingKey' | 'exchange'>): Promise<void>;
  state(): BrokerState;
  /** Of the queues that this process consumes or has declared, or of these, of which unknown ones are left out. */
  queues(names?: readonly string[]): Promise<QueueState[]>;
  /** The oldest first. */
  deadLetters(queue: string, page?: { readonly limit: number }): Promise<DeadLetter[]>;
  /** Puts dead letters back into their queue as if they were new; answers how many. */
  replay(queue: string, messageIds: readonly string[]): Promise<number>;
  /** Removes dead letters for good; answers how many. */
  drop(queue: string, messageIds: readonly string[]): Promise<number>;
}

export const DEFAULT_MAX_DELIVERIES = 20;
/** AMQP allows no longer ones. */
export const MAX_ROUTING_KEY_BYTES = 255;
export const MAX_BODY_BYTES = 1_048_576;
export const MAX_PREFETCH = 10_000;
/** Dead letters that one answer lists at most. */
export const MAX_DEAD_LETTERS_LISTED = 1_000;
