/**
 * RabbitMQ as the broker: messages outlive its restarts, and any number of processes share them.
 *
 * Two connections, so that a server that takes no messages still gets our acks: one publishes, the other consumes. On
 * the publishing one are three channels: for messages, for answers, and for what consumers send back, so that neither
 * waits for the others.
 */
import {
  type Broker,
  type BrokerCapabilities,
  type BrokerState,
  type BrokerTopology,
  type Consumer,
  DEFAULT_MAX_DELIVERIES,
  type DeadLetter,
  type Inbox,
  type InboxListener,
  MAX_ROUTING_KEY_BYTES,
  type Message,
  type QueueState,
  type Receipt,
  type Subscription,
} from '../../bus/broker.ts';
import { checkMessage, checkSize, checkSubscription } from '../../bus/broker-limits.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, ServiceStack } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { type Answers, openAnswers } from './answers.ts';
import { DeadLetterDesk } from './dead-letter-desk.ts';
import { loadDriver } from './driver.ts';
import { declaredElsewhere, ExchangeRegister, type Exchanges } from './exchange-register.ts';
import { type Link, openLink } from './link.ts';
import { RabbitNames } from './names.ts';
import { type Letter, Publisher } from './publisher.ts';
import { MAX_QUEUE_LENGTH } from './queue-arguments.ts';
import { QueueRegister } from './queue-register.ts';
import { RabbitConsumer } from './rabbit-consumer.ts';
import { openRabbitInbox } from './rabbit-inbox.ts';
import { rabbitTopology } from './rabbit-topology.ts';
import { Returns } from './returns.ts';
import { Topology } from './topology.ts';
import { propertiesOf } from './wire.ts';

export type RabbitBrokerOptions = {
  /** amqp:// or amqps://, with user, password and virtual host. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: Random;
  /** Before every name that is declared, so that installations can share a server. Default: none. */
  readonly prefix?: string;
  /** Messages that may be unconfirmed at a time. Default: {@link MAX_UNCONFIRMED}. */
  readonly maxUnconfirmed?: number;
  /** Publishers that may wait beside them before more are refused. Default: {@link MAX_WAITING_PUBLISHERS}. */
  readonly maxWaitingPublishers?: number;
  /** Messages that a queue takes before its publishers wait. Default: {@link MAX_QUEUE_LENGTH}. Part of every queue. */
  readonly maxQueueLength?: number;
};

export const MAX_UNCONFIRMED = 1_000;
export const MAX_WAITING_PUBLISHERS = 1_000;
/** How long closing waits for the confirms of what is on its way. */
const CLOSING_MS = 5_000;

/** Connects; throws `bus.unreachable`, `bus.unsupported-server` or `config.driver-missing`. */
export async function openRabbitBroker(options: RabbitBrokerOptions): Promise<Broker> {
  const opened = new ServiceStack();
  try {
    return await openParts(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openParts(options: RabbitBrokerOptions, opened: ServiceStack): Promise<Broker> {
  const { url, clock, log, random = Math.random, prefix } = options;
  const base = { driver: await loadDriver(), url, clock, log, random };
  const publishers: Publisher[] = [];
  const onBlocked = (reason: string | undefined): void => {
    for (const publisher of publishers) publisher.pause(reason !== undefined);
  };
  const publishing = opened.use(await openLink({ ...base, purpose: 'publishing', onBlocked }));
  const consuming = opened.use(await openLink({ ...base, purpose: 'consuming' }));
  const exchanges = new ExchangeRegister(publishing);
  const openPublisher = async (
    purpose: string,
    known: Exchanges,
    { window, maxWaiting }: Window,
  ): Promise<Publisher> => {
    const parts = { link: publishing, clock, log, random };
    const publisher = new Publisher(parts, known, { purpose, window, maxWaiting });
    publishers.push(publisher);
    await publisher.open();
    opened.defer(() => publisher.close(CLOSING_MS));
    return publisher;
  };
  const { maxUnconfirmed: window = MAX_UNCONFIRMED, maxWaitingPublishers: maxWaiting = MAX_WAITING_PUBLISHERS } =
    options;
  const messages = await openPublisher('the channel for messages', exchanges, { window, maxWaiting });
  const answers = opened.use(await openAnswers({ link: publishing, clock, log, random }, window));
  const unlimited = { window, maxWaiting: Number.POSITIVE_INFINITY }; // consumers hold no more than their prefetch
  const copies = await openPublisher('the channel for what goes back', declaredElsewhere, unlimited);
  const topology = new Topology(new RabbitNames(prefix));
  const returns = new Returns({ clock, log, link: publishing, publisher: copies, topology });
  return new RabbitBroker({ options, opened, publishing, consuming, messages, answers, topology, returns });
}

type Window = { readonly window: number; readonly maxWaiting: number };

type Parts = {
  readonly options: RabbitBrokerOptions;
  readonly opened: ServiceStack;
  readonly publishing: Link;
  readonly consuming: Link;
  readonly messages: Publisher;
  readonly answers: Answers;
  readonly topology: Topology;
  readonly returns: Returns;
};

const SETTLED = Promise.resolve();
const ROUTED: Receipt = { routed: true, settled: SETTLED };
const UNROUTED: Receipt = { routed: false, settled: SETTLED };

class RabbitBroker implements Broker {
  readonly capabilities: BrokerCapabilities = {
    name: 'rabbitmq',
    survivesRestart: true,
    ordering: true,
    delay: false,
    priority: true,
    unroutable: true,
  };
  readonly topology: BrokerTopology;
  readonly #parts: Parts;
  readonly #queues = new QueueRegister();
  readonly #desk: DeadLetterDesk;
  readonly #users = new Set<Service>();
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { url, prefix, maxQueueLength = MAX_QUEUE_LENGTH } = parts.options;
    this.topology = rabbitTopology({ url, ...(prefix !== undefined && { prefix }) }, maxQueueLength);
    this.#parts = parts;
    this.#desk = new DeadLetterDesk({ link: parts.consuming, returns: parts.returns });
  }

  async publish(message: Message, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Receipt> {
    this.#assertOpen();
    checkMessage(message);
    signal?.throwIfAborted();
    const { messages, topology } = this.#parts;
    const { routingKey, exchange, urgent } = message;
    if (messages.isCrowded) {
      throw new MillraceError('bus.queue-full', { queue: `of ${routingKey}`, waiting: messages.count });
    }
    const properties = propertiesOf(message);
    properties.mandatory = true;
    const { names } = topology;
    return new Promise<Receipt>((resolve, reject) => {
      const letter: Letter = {
        exchange: urgent === true ? names.urgentExchange(exchange) : names.exchange(exchange),
        routingKey,
        content: Buffer.from(message.body),
        properties,
        onConfirmed: (routed) => resolve(routed ? ROUTED : UNROUTED),
        onFailed: (error) => reject(asInvalid(message.id, error)),
      };
      if (signal !== undefined) this.#endWaiting(letter, { signal, reject });
      messages.post(letter);
    });
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#assertOpen();
    checkSubscription(subscription);
    const { options, consuming, topology, returns } = this.#parts;
    const { clock, log, random = Math.random, maxQueueLength: maxLength = MAX_QUEUE_LENGTH } = options;
    const { queue, kind = 'work', maxDeliveries = DEFAULT_MAX_DELIVERIES } = subscription;
    checkLength(queue, topology.names);
    const known = this.#queues.enter(subscription);
    const consumer = new RabbitConsumer(subscription, {
      ...{ link: consuming, clock, log, random, returns, maxDeliveries },
      declare: async (connection) => {
        known.lanes = await topology.declare(connection, { ...subscription, kind, maxLength });
        return [...known.lanes];
      },
    });
    known.consumers.add(consumer);
    try {
      return this.#keep(await consumer.open(() => this.#queues.leave(known, consumer)));
    } catch (error) {
      this.#queues.leave(known, consumer);
      throw error;
    }
  }

  async openInbox(listener: InboxListener): Promise<Inbox> {
    this.#assertOpen();
    const { options, consuming, topology } = this.#parts;
    const { clock, log, random = Math.random } = options;
    const parts = { link: consuming, clock, log, random, names: topology.names };
    const inbox: Inbox = await openRabbitInbox(listener, parts, () => this.#users.delete(inbox));
    return this.#keep(inbox);
  }

  async reply(address: string, message: Omit<Message, 'routingKey' | 'exchange'>): Promise<void> {
    this.#assertOpen();
    checkSize(message.id, message.body);
    const properties = propertiesOf(message);
    properties.persistent = false;
    try {
      await this.#parts.answers.send({ address, content: Buffer.from(message.body), properties });
    } catch (error) {
      throw asInvalid(message.id, error);
    }
  }

  state(): BrokerState {
    const { publishing, consuming, messages } = this.#parts;
    const { blocked } = publishing;
    return {
      isConnected: publishing.isConnected && consuming.isConnected,
      publishing: messages.count,
      reconnects: publishing.reconnects + consuming.reconnects,
      ...(blocked !== undefined && { blocked }),
    };
  }

  async queues(names: readonly string[] = this.#queues.names()): Promise<QueueState[]> {
    this.#assertOpen();
    const { consuming, topology } = this.#parts;
    const states: QueueState[] = [];
    for (const name of names) {
      const state = await this.#queues.stateOf(name, consuming, topology.names);
      if (state !== undefined) states.push(state);
    }
    return states;
  }

  async deadLetters(queue: string, page?: { readonly limit: number }): Promise<DeadLetter[]> {
    this.#assertOpen();
    return this.#desk.list(queue, page?.limit);
  }

  async replay(queue: string, messageIds: readonly string[]): Promise<number> {
    this.#assertOpen();
    return this.#desk.replay(queue, messageIds);
  }

  async drop(queue: string, messageIds: readonly string[]): Promise<number> {
    this.#assertOpen();
    return this.#desk.drop(queue, messageIds);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Consumers end first: what they send back is still published. */
  async #end(): Promise<void> {
    await Promise.all([...this.#users].map((user) => user.close()));
    await this.#parts.opened.close();
  }

  #keep<User extends Service>(user: User): User {
    this.#users.add(user);
    return user;
  }

  /** The caller waits no longer; what is under way may arrive all the same. */
  #endWaiting(
    letter: Letter,
    { signal, reject }: { readonly signal: AbortSignal; readonly reject: (reason: unknown) => void },
  ): void {
    const { onConfirmed, onFailed } = letter;
    const giveUp = (): void => {
      this.#parts.messages.withdraw(letter);
      reject(signal.reason);
    };
    const settled = (): void => signal.removeEventListener('abort', giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    letter.onConfirmed = (routed) => {
      settled();
      onConfirmed(routed);
    };
    letter.onFailed = (error) => {
      settled();
      onFailed(error);
    };
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new MillraceError('bus.closed');
  }
}

/** What the driver cannot write down: a name that is too long, headers that do not fit. */
const asInvalid = (id: string, error: unknown): unknown =>
  isMillraceError(error) ? error : new MillraceError('bus.invalid-message', { id, problem: messageOf(error) });

function checkLength(queue: string, names: RabbitNames): void {
  const bytes = Buffer.byteLength(names.longest(queue));
  if (bytes <= MAX_ROUTING_KEY_BYTES) return;
  const problem = `with what is added to it, its name has ${bytes} bytes instead of ${MAX_ROUTING_KEY_BYTES}`;
  throw new MillraceError('bus.invalid-subscription', { queue, problem });
}
