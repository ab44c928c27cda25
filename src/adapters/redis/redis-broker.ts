/**
 * Redis as the broker: any number of processes share its messages. Whether they outlive its restart is the server's setting,
 * which is read when the broker is opened.
 *
 * One connection carries commands and the bell, one the inbox of this process; each consumer has one on which it waits.
 */
import type {
  Broker,
  BrokerCapabilities,
  BrokerState,
  Consumer,
  DeadLetter,
  Inbox,
  InboxListener,
  Message,
  QueueState,
  Receipt,
  Subscription,
} from '../../bus/broker.ts';
import { checkMessage, checkSize, checkSubscription } from '../../bus/broker-limits.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, ServiceStack } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { DeadLetterDesk } from './dead-letter-desk.ts';
import { loadDriver, withoutPassword } from './driver.ts';
import { RedisKeys } from './keys.ts';
import type { Letter } from './letter.ts';
import {
  CLOSING_MS,
  HEARTBEAT_MS,
  LEASE_MS,
  MAX_QUEUE_LENGTH,
  MAX_UNCONFIRMED,
  MAX_WAITING_PUBLISHERS,
  RENEWALS_A_LEASE,
} from './limits.ts';
import { type Link, type LinkParts, openLink } from './link.ts';
import { Mailbox } from './mailbox.ts';
import { Publisher } from './publisher.ts';
import { QueueRegister } from './queue-register.ts';
import { stateScript } from './queue-scripts.ts';
import { RedisConsumer } from './redis-consumer.ts';
import { keepsWhatItConfirms } from './server-settings.ts';
import { ServerTime } from './server-time.ts';
import { Settlements } from './settlements.ts';
import { headOf } from './wire.ts';

export type RedisBrokerOptions = {
  /** redis:// or rediss://, with user, password and the number of the database. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: Random;
  /** In every key, so that installations can share a server. Default: none. */
  readonly prefix?: string;
  /** Messages that may be unconfirmed at a time. Default: {@link MAX_UNCONFIRMED}. */
  readonly maxUnconfirmed?: number;
  /** Publishers that may wait beside them before more are refused. Default: {@link MAX_WAITING_PUBLISHERS}. */
  readonly maxWaitingPublishers?: number;
  /** Messages that a queue takes before its publishers wait. Default: {@link MAX_QUEUE_LENGTH}. */
  readonly maxQueueLength?: number;
  /** How long a consumer that is not heard of keeps what it holds. Default: {@link LEASE_MS}. */
  readonly leaseMs?: number;
  /** How often an idle connection shows that it lives. Default: {@link HEARTBEAT_MS}. */
  readonly heartbeatMs?: number;
  /** How long closing waits for what is on its way. Default: {@link CLOSING_MS}. */
  readonly closingMs?: number;
};

/** Connects; throws `bus.unreachable` or `config.driver-missing`. */
export async function openRedisBroker(options: RedisBrokerOptions): Promise<Broker> {
  const opened = new ServiceStack();
  try {
    return await openParts(options, opened);
  } catch (error) {
    await opened.close();
    if (isMillraceError(error)) throw error;
    // It answered, and then refused what a broker needs.
    const details = { url: withoutPassword(options.url), reason: messageOf(error) };
    throw new MillraceError('bus.unreachable', details, { cause: error });
  }
}

async function openParts(options: RedisBrokerOptions, opened: ServiceStack): Promise<Broker> {
  const { url, clock, log, random = Math.random, prefix, leaseMs = LEASE_MS, heartbeatMs = HEARTBEAT_MS } = options;
  const base: LinkParts = { driver: await loadDriver(), url, heartbeatMs, clock, log, random };
  const keys = new RedisKeys(prefix);
  const time = new ServerTime(clock);
  let listener: Pick<QueueRegister, 'hear' | 'hearAll'> | undefined;
  const commands = opened.use(
    await openLink(base, {
      purpose: 'commands',
      setUp: async (connection) => {
        await connection.subscribe(keys.bell, (said) => listener?.hear(said));
        await time.sample(connection);
      },
      onUp: () => listener?.hearAll(),
    }),
  );
  const queues = new QueueRegister({ link: commands, keys, clock, log });
  listener = queues;
  const survivesRestart = await keepsWhatItConfirms(commands, log);
  const renewMs = leaseMs / RENEWALS_A_LEASE;
  const onRenewal = async (signal: AbortSignal): Promise<void> => time.sample(await commands.connected(signal));
  const mailbox = new Mailbox({ ...base, keys, commands, leaseMs, renewMs, onRenewal });
  await mailbox.open();
  opened.use(mailbox);
  const {
    maxUnconfirmed: window = MAX_UNCONFIRMED,
    maxWaitingPublishers: maxWaiting = MAX_WAITING_PUBLISHERS,
    maxQueueLength = MAX_QUEUE_LENGTH,
    closingMs = CLOSING_MS,
  } = options;
  const publisher = new Publisher({ link: commands, keys, clock, random, window, maxWaiting, maxQueueLength });
  opened.defer(() => publisher.close(closingMs));
  const consumerParts = { ...base, keys, commands, time, leaseMs, renewMs, closingMs };
  return new RedisBroker({ opened, consumerParts, commands, queues, mailbox, publisher, survivesRestart });
}

type Parts = {
  readonly opened: ServiceStack;
  readonly consumerParts: ConstructorParameters<typeof RedisConsumer>[1];
  readonly commands: Link;
  readonly queues: QueueRegister;
  readonly mailbox: Mailbox;
  readonly publisher: Publisher;
  readonly survivesRestart: boolean;
};

const SETTLED = Promise.resolve();
const ROUTED: Receipt = { routed: true, settled: SETTLED };
const UNROUTED: Receipt = { routed: false, settled: SETTLED };

class RedisBroker implements Broker {
  readonly capabilities: BrokerCapabilities;
  readonly #parts: Parts;
  readonly #desk: DeadLetterDesk;
  readonly #settlements: Settlements | undefined;
  readonly #users = new Set<Service>();
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { survivesRestart, commands, consumerParts, mailbox, publisher } = parts;
    this.capabilities = {
      name: 'redis',
      survivesRestart,
      ordering: true,
      delay: true,
      priority: false,
      unroutable: true,
    };
    this.#parts = parts;
    this.#desk = new DeadLetterDesk(commands, consumerParts.keys);
    if (survivesRestart) return;
    const settlements = new Settlements(mailbox.id, (letter) => publisher.post(letter));
    this.#settlements = settlements;
    mailbox.listenToSettlements({
      onSettled: (tags) => settlements.note(tags),
      onLost: () => settlements.publishAgain(),
    });
  }

  async publish(message: Message, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Receipt> {
    this.#assertOpen();
    checkMessage(message);
    signal?.throwIfAborted();
    const { publisher } = this.#parts;
    const { routingKey, exchange, body, expiresInMs } = message;
    if (publisher.isCrowded)
      throw new MillraceError('bus.queue-full', { queue: `of ${routingKey}`, waiting: publisher.count });
    const head = headOf(message);
    return new Promise<Receipt>((resolve, reject) => {
      const settlements = this.#settlements;
      const letter: Letter = {
        ...{ head, body, expiresInMs, to: { routingKey, exchange } },
        onConfirmed: (queues, work) => {
          if (queues === 0) settlements?.forget(letter);
          resolve(this.#receipt(letter, { queues, work }));
        },
        onFailed: (error) => {
          settlements?.forget(letter);
          reject(error);
        },
      };
      if (settlements !== undefined) {
        letter.onSentAgain = () => settlements.watch(letter);
        settlements.watch(letter);
      }
      if (signal !== undefined) this.#endWaiting(letter, { signal, reject });
      publisher.post(letter);
    });
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#assertOpen();
    checkSubscription(subscription);
    const { queues, consumerParts } = this.#parts;
    const { queue, kind = 'work' } = subscription;
    const own = { ...subscription, patterns: [...subscription.patterns] };
    const consumer = new RedisConsumer(own, consumerParts);
    const opened = await consumer.open(async () => {
      this.#users.delete(opened);
      await queues.leave(queue, { consumer, kind });
    });
    queues.enter(queue, consumer);
    return this.#keep(opened);
  }

  async openInbox({ onMessage, onLost }: InboxListener): Promise<Inbox> {
    this.#assertOpen();
    return this.#parts.mailbox.listen({ onMessage, onLost });
  }

  async reply(address: string, message: Omit<Message, 'routingKey' | 'exchange'>): Promise<void> {
    this.#assertOpen();
    checkSize(message.id, message.body);
    const { publisher } = this.#parts;
    if (publisher.isCrowded) throw new MillraceError('bus.queue-full', { queue: address, waiting: publisher.count });
    const [inbox = '', place = ''] = address.split('.', 2);
    const head = headOf(message);
    return new Promise((resolve, reject) => {
      publisher.post({
        ...{ head, body: message.body, expiresInMs: message.expiresInMs, to: { inbox, place } },
        onConfirmed: () => resolve(),
        onFailed: reject,
      });
    });
  }

  state(): BrokerState {
    const { commands, mailbox, publisher, queues } = this.#parts;
    const lines = [commands, mailbox, ...queues.consumers()];
    const { blocked } = commands;
    return {
      isConnected: lines.every(({ isConnected }) => isConnected),
      publishing: publisher.count,
      reconnects: lines.reduce((sum, { reconnects }) => sum + reconnects, 0),
      ...(blocked !== undefined && { blocked }),
    };
  }

  async queues(names: readonly string[] = this.#parts.queues.names()): Promise<QueueState[]> {
    this.#assertOpen();
    const states = await Promise.all(names.map((name) => this.#stateOf(name)));
    return states.filter((state) => state !== undefined);
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

  async #stateOf(name: string): Promise<QueueState | undefined> {
    const { commands, queues, consumerParts } = this.#parts;
    const { keys, leaseMs } = consumerParts;
    const counts = await commands.runSurely<readonly [number, number, number] | null>(stateScript, {
      keys: [keys.queues, keys.queue(name), keys.later(name), keys.dead(name)],
      args: [name, String(leaseMs)],
    });
    if (counts === null) return undefined;
    const [ready, dead, consumers] = counts;
    const unacked = queues.consumersOf(name).reduce((sum, consumer) => sum + consumer.unacked, 0);
    return { name, ready, unacked, dead, consumers };
  }

  #receipt(letter: Letter, { queues, work }: { readonly queues: number; readonly work: number }): Receipt {
    if (queues === 0) return UNROUTED;
    if (this.#settlements === undefined) return ROUTED;
    return { routed: true, settled: this.#settlements.confirmed(letter, work) };
  }

  /** Consumers end first: what they still answer is carried out. */
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
      this.#parts.publisher.withdraw(letter);
      this.#settlements?.forget(letter);
      reject(signal.reason);
    };
    const settled = (): void => signal.removeEventListener('abort', giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    letter.onConfirmed = (queues, work) => {
      settled();
      onConfirmed(queues, work);
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
