/**
 * Declares what a queue needs, again and again without harm: exchanges, the queue, its urgent twin, its dead letters,
 * the bindings. A queue that exists with other arguments is looked for under its other versions, `orders.2` and
 * `orders.3`, which `applyPlan` makes.
 */
import type { Channel, ChannelModel, Options, Replies } from 'amqplib';
import type { QueueKind, Subscription } from '../../bus/broker.ts';
import type { Step } from './delay-ladder.ts';
import { declareTopic } from './exchange-register.ts';
import type { RabbitNames } from './names.ts';
import { deadQueueOptions, queueOptions, unroutedQueueOptions, waitQueueOptions } from './queue-arguments.ts';
import { type Difference, differenceIn, queueDiffers } from './queue-difference.ts';
import { codeOf, NOT_FOUND, onSideChannel } from './side-channel.ts';

/** One of the queues that a consumer takes its messages from. */
export type Lane = {
  /** As it is declared, its version included. */
  readonly queue: string;
  /** Under which it gets back what it gave away. */
  readonly key: string;
  readonly isUrgent: boolean;
};

export type WantedQueue = Pick<Subscription, 'queue' | 'exchange' | 'patterns'> & {
  readonly kind: QueueKind;
  readonly maxLength: number;
};

export class Topology {
  readonly names: RabbitNames;
  #ready = new WeakMap<ChannelModel, Promise<void>>();
  #steps = new WeakMap<ChannelModel, Map<string, Promise<void>>>();

  constructor(names: RabbitNames) {
    this.names = names;
  }

  /** Declares the queue and binds it; the urgent lane comes first. Throws `bus.queue-differs`. */
  async declare(connection: ChannelModel, wanted: WantedQueue): Promise<Lane[]> {
    const { names } = this;
    const { queue, kind, exchange } = wanted;
    await this.#declareReturns(connection);
    await declareTopic(connection, names.exchange(exchange));
    await declareTopic(connection, names.urgentExchange(exchange));
    if (kind === 'work') await this.#declareDead(connection, queue);
    const usual = await this.#declareLane(connection, { wanted, key: names.queue(queue) });
    if (kind !== 'work') {
      await this.#bind(connection, { ...usual, isUrgent: true }, wanted);
      return [usual];
    }
    return [await this.#declareLane(connection, { wanted, key: names.urgentQueue(queue), isUrgent: true }), usual];
  }

  /** Something that was declared is gone: declare it again. */
  forget(): void {
    this.#ready = new WeakMap();
    this.#steps = new WeakMap();
  }

  /** Declares the queue of a step of the delay ladder, once for each connection. */
  declareStep(connection: ChannelModel, { name, ms }: Step): Promise<void> {
    const steps = this.#steps.get(connection) ?? new Map<string, Promise<void>>();
    this.#steps.set(connection, steps);
    const wait = this.names.wait(name);
    const declaring = steps.get(wait) ?? declareWait(connection, wait, waitQueueOptions(ms, this.names));
    steps.set(wait, declaring);
    declaring.catch(() => steps.delete(wait));
    return declaring;
  }

  async #declareLane(
    connection: ChannelModel,
    {
      wanted,
      key,
      isUrgent = false,
    }: { readonly wanted: WantedQueue; readonly key: string; readonly isUrgent?: boolean },
  ): Promise<Lane> {
    const queue = await declareVersioned(connection, key, queueOptions(wanted, this.names));
    const lane = { queue, key, isUrgent };
    await this.#bind(connection, lane, wanted);
    return lane;
  }

  async #bind(connection: ChannelModel, { queue, key, isUrgent }: Lane, wanted: WantedQueue): Promise<void> {
    const { names } = this;
    const exchange = isUrgent ? names.urgentExchange(wanted.exchange) : names.exchange(wanted.exchange);
    await onSideChannel(connection, async (channel) => {
      for (const pattern of wanted.patterns) await channel.bindQueue(queue, exchange, pattern);
      if (wanted.kind !== 'temporary') await channel.bindQueue(queue, names.returnExchange, key);
    });
  }

  async #declareDead(connection: ChannelModel, queue: string): Promise<void> {
    const { deadExchange } = this.names;
    const dead = await declareVersioned(connection, this.names.deadQueue(queue), deadQueueOptions);
    await onSideChannel(connection, (channel) => channel.bindQueue(dead, deadExchange, this.names.queue(queue)));
  }

  /** Where everything that comes back goes through, once for each connection. */
  #declareReturns(connection: ChannelModel): Promise<void> {
    const declaring = this.#ready.get(connection) ?? declareReturns(connection, this.names);
    this.#ready.set(connection, declaring);
    declaring.catch(() => this.#ready.delete(connection));
    return declaring;
  }
}

async function declareReturns(connection: ChannelModel, names: RabbitNames): Promise<void> {
  const { deadExchange, returnExchange, unrouted } = names;
  await onSideChannel(connection, async (channel) => {
    await channel.assertExchange(deadExchange, 'direct');
    await channel.assertExchange(unrouted, 'fanout');
    await channel.assertQueue(unrouted, unroutedQueueOptions);
    await channel.bindQueue(unrouted, unrouted, '');
    await channel.assertExchange(returnExchange, 'direct', { alternateExchange: unrouted });
  });
}

async function declareWait(connection: ChannelModel, wait: string, options: Options.AssertQueue): Promise<void> {
  await onSideChannel(connection, async (channel) => {
    await channel.assertExchange(wait, 'fanout');
    await channel.assertQueue(wait, options);
    await channel.bindQueue(wait, wait, '');
  });
}

/** Answers the name of the version that has these arguments; if there is no version at all, declares the first. */
export async function declareVersioned(
  connection: ChannelModel,
  name: string,
  options: Options.AssertQueue,
): Promise<string> {
  const { fitting, others, difference } = await findVersions(connection, name, options);
  if (fitting !== undefined) return fitting;
  if (difference !== undefined) throw queueDiffers(others.at(-1) ?? name, difference);
  await onSideChannel(connection, (channel) => channel.assertQueue(name, options));
  return name;
}

/** The versions of a queue that exist. */
export type Versions = {
  /** The first that has the arguments. */
  readonly fitting: string | undefined;
  /** Those before it, or all, that have others; and in what the last of them differs. */
  readonly others: readonly string[];
  readonly difference: Difference | undefined;
};

/** Declares nothing. There may be gaps: old versions are deleted when they are empty. */
export async function findVersions(
  connection: ChannelModel,
  name: string,
  options: Options.AssertQueue,
): Promise<Versions> {
  const others: string[] = [];
  let difference: Difference | undefined;
  for (const versioned of versionsOf(name)) {
    if ((await lookAt(connection, versioned)) === undefined) continue;
    const refusal = await refusalOf(connection, (channel) => channel.assertQueue(versioned, options));
    if (refusal === undefined) return { fitting: versioned, others, difference };
    difference = differenceIn(refusal);
    if (difference === undefined) throw refusal;
    others.push(versioned);
  }
  return { fitting: undefined, others, difference };
}

/** Under these names the versions of a queue are looked for; one that is free takes the next version. */
export const versionsOf = (name: string): readonly string[] => [name, `${name}.2`, `${name}.3`];

async function refusalOf(connection: ChannelModel, ask: (channel: Channel) => Promise<unknown>): Promise<unknown> {
  try {
    await onSideChannel(connection, ask);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== undefined) return error;
    throw error;
  }
}

/** What the server says of a queue, without declaring it; undefined when there is none. */
export async function lookAt(connection: ChannelModel, queue: string): Promise<Replies.AssertQueue | undefined> {
  try {
    return await onSideChannel(connection, (channel) => channel.checkQueue(queue));
  } catch (error) {
    if (codeOf(error) === NOT_FOUND) return undefined;
    throw error;
  }
}
