/**
 * The broker port: messages go to every queue whose patterns match their routing key; the consumers of a queue share
 * its messages. Everything else of the bus – services, RPC, events – stands on these few calls.
 *
 * Ready: in the queue, in the order of publishing. Delivered: one consumer has it, and at most `prefetch` at a time.
 * From there it is acked (gone), rejected (to the dead letters, or back to the queue), or returned because its consumer
 * closed, its handler threw or its process died. A message that comes back `maxDeliveries` times is a dead letter.
 */
import type { Instant } from '../kernel/clock.ts';
import type { Service } from '../kernel/lifecycle.ts';

export type Message = {
  /** The same for every repeat: by this a consumer recognises what it has already taken in. */
  readonly id: string;
  /** Words with dots between them: millrace.jobs.job.dead. */
  readonly routingKey: string;
  /** A JSON value. Every consumer gets a copy of its own. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: Instant;
};

export type BrokerCapabilities = {
  readonly name: 'memory' | 'rabbitmq' | 'redis';
  /** Whether a confirmed message outlives the broker's restart. If not, the outbox keeps it until it is settled. */
  readonly survivesRestart: boolean;
  /** Whether the only consumer of a queue gets the messages in the order in which they were published. */
  readonly ordering: boolean;
  /** Whether `afterMs` of a rejection is kept to the millisecond; if not, it is rounded up to a step of a ladder. */
  readonly delay: boolean;
  /** Whether a queue can prefer some messages to others. */
  readonly priority: boolean;
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
  ack(): void;
  /** To the dead letters with this reason, or with `requeue` back to the queue, not before `afterMs` have passed. */
  reject(rejection: { readonly reason: string; readonly requeue?: boolean; readonly afterMs?: number }): void;
};

/** A handler that throws has rejected with requeue; one that returns without an answer may still give it later. */
export type OnMessage = (message: Message, delivery: Delivery) => void | Promise<void>;

export type Subscription = {
  /** Subscribers of one queue compete for its messages. The queue and its patterns stay when they are gone. */
  readonly queue: string;
  /** Topic patterns: `*` is one word, `#` any number of them. They add to those that the queue already has. */
  readonly patterns: readonly string[];
  /** How many messages the consumer may hold unacked. */
  readonly prefetch: number;
  /** The same for all subscribers of a queue. Default: {@link DEFAULT_MAX_DELIVERIES}. */
  readonly maxDeliveries?: number;
  /** The queue belongs to this subscriber alone and goes with it, messages and all. */
  readonly temporary?: boolean;
  readonly onMessage: OnMessage;
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
  /** Waiting for a consumer, delayed ones included. */
  readonly ready: number;
  /** Held by consumers of this process. */
  readonly unacked: number;
  readonly dead: number;
  readonly consumers: number;
};

export interface Broker extends Service {
  readonly capabilities: BrokerCapabilities;
  /**
   * Resolves on the broker's confirm: every matching queue has the message. Waits while one of them is full, and rejects
   * with `bus.queue-full` when too many wait. An aborted signal ends the waiting; the message may be published all the same.
   */
  publish(message: Message, options?: { readonly signal?: AbortSignal }): Promise<Receipt>;
  /** Closing ends the deliveries, waits for running handlers, and returns what is still unacked to the queue. */
  subscribe(subscription: Subscription): Promise<Service>;
  queues(): Promise<QueueState[]>;
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
