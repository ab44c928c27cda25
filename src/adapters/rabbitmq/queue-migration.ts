/**
 * Brings queues to other arguments. The server lets nobody change those of a queue, so `orders` with a new limit becomes
 * `orders.2`: made and bound as the old one was, which then gets nothing new, and is emptied and deleted. Consumers look
 * for the version with their arguments (topology.ts), so they follow at their next start.
 *
 * It can be interrupted at any time and begun again: every step says what shall be, and each message is confirmed in the
 * new queue before it goes from the old one, so that it may be there twice, but never nowhere.
 */
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import { MillraceError } from '../../kernel/errors.ts';
import { connectTo, endConnection, loadDriver } from './driver.ts';
import { RabbitNames } from './names.ts';
import { queueOptions } from './queue-arguments.ts';
import type { Difference } from './queue-difference.ts';
import { onSideChannel } from './side-channel.ts';
import { closeQuietly } from './standing-channel.ts';
import { findVersions, lookAt, Topology, versionsOf, type WantedQueue } from './topology.ts';
import { copiedProperties, deliveriesOf, HEADER, originOf } from './wire.ts';

/** Of a queue and, for work, of its urgent twin. */
export type QueuePlan = { readonly queue: string } & (
  | { readonly state: 'same' | 'missing' }
  | ({ readonly state: 'differs' } & Difference)
);

export type QueueChange = {
  readonly queue: string;
  /** The version that took its place. */
  readonly became: string;
  readonly moved: number;
  /** Not as long as somebody consumes it. */
  readonly isDeleted: boolean;
};

export type MigrationTarget = { readonly url: string; readonly prefix?: string };

/** Messages that are moved before the queue is looked at again; the rest follows with the next call. */
export const MAX_MOVED = 1_000_000;

/** What would have to change; changes nothing. */
export function planQueues(target: MigrationTarget, wanted: readonly WantedQueue[]): Promise<QueuePlan[]> {
  return onServer(target, async ({ connection, names }) => {
    const plans: QueuePlan[] = [];
    for (const queue of wanted)
      for (const key of keysOf(queue, names)) {
        const { fitting, others, difference } = await findVersions(connection, key, queueOptions(queue, names));
        if (fitting !== undefined) plans.push({ queue: key, state: 'same' });
        else if (difference === undefined) plans.push({ queue: key, state: 'missing' });
        else plans.push({ queue: others.at(-1) ?? key, state: 'differs', ...difference });
      }
    return plans;
  });
}

/** Makes the next version of every queue that differs, and goes on with what was begun. Leaves the others as they are. */
export function applyPlan(target: MigrationTarget, wanted: readonly WantedQueue[]): Promise<QueueChange[]> {
  return onServer(target, async ({ connection, names }) => {
    const changes: QueueChange[] = [];
    for (const queue of wanted) changes.push(...(await migrate({ connection, names }, queue)));
    return changes;
  });
}

async function migrate({ connection, names }: Server, queue: WantedQueue): Promise<QueueChange[]> {
  const options = queueOptions(queue, names);
  const moves: { readonly key: string; readonly old: string; readonly next: string }[] = [];
  for (const key of keysOf(queue, names)) {
    const { fitting, others } = await findVersions(connection, key, options);
    const next = fitting ?? versionsOf(key).find((name) => !others.includes(name));
    if (others.length === 0) continue;
    if (next === undefined) throw new MillraceError('bus.queue-differs', tooManyVersions(key, others));
    await onSideChannel(connection, (channel) => channel.assertQueue(next, options));
    moves.push(...others.map((old) => ({ key, old, next })));
  }
  if (moves.length > 0) await new Topology(names).declare(connection, queue); // binds the new ones
  const changes: QueueChange[] = [];
  for (const { key, old, next } of moves) changes.push(await replace({ connection, names, key, queue }, old, next));
  return changes;
}

type Server = { readonly connection: ChannelModel; readonly names: RabbitNames };
type Replacing = Server & { readonly key: string; readonly queue: WantedQueue };

const keysOf = ({ queue, kind }: WantedQueue, names: RabbitNames): string[] =>
  kind === 'work' ? [names.queue(queue), names.urgentQueue(queue)] : [names.queue(queue)];

const tooManyVersions = (queue: string, others: readonly string[]): Record<string, unknown> => {
  return { queue, setting: 'versions', existing: others, wanted: 'fewer: consumers still use the old ones' };
};

async function onServer<T>({ url, prefix }: MigrationTarget, act: (server: Server) => Promise<T>): Promise<T> {
  const connection = await connectTo(await loadDriver(), url);
  connection.on('error', () => {}); // what was asked rejects as well
  try {
    return await act({ connection, names: new RabbitNames(prefix) });
  } finally {
    await endConnection(connection);
  }
}

async function replace({ connection, names, key, queue }: Replacing, old: string, next: string): Promise<QueueChange> {
  const isUrgent = key === names.urgentQueue(queue.queue);
  const exchanges = isUrgent
    ? [names.urgentExchange(queue.exchange)]
    : [names.exchange(queue.exchange), names.urgentExchange(queue.exchange)];
  await onSideChannel(connection, async (channel) => {
    for (const exchange of exchanges)
      for (const pattern of queue.patterns) await channel.unbindQueue(old, exchange, pattern);
    await channel.unbindQueue(old, names.returnExchange, key);
  });
  const moved = await moveAll({ connection, names }, old, next);
  const state = await lookAt(connection, old);
  const isDeleted = state?.messageCount === 0 && state.consumerCount === 0;
  if (isDeleted) await onSideChannel(connection, (channel) => channel.deleteQueue(old)); // quorum queues know no ifEmpty
  return { queue: old, became: next, moved, isDeleted };
}

/** One after the other: a message goes from the old queue when the new one has it. */
async function moveAll({ connection, names }: Server, old: string, next: string): Promise<number> {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {}); // the call rejects as well
  try {
    let moved = 0;
    for (; moved < MAX_MOVED; moved++) {
      const frame = await channel.get(old);
      if (frame === false) break;
      await sendTo({ channel, queue: next }, frame, names);
      channel.ack(frame);
    }
    return moved;
  } finally {
    await closeQuietly(channel);
  }
}

function sendTo(
  { channel, queue }: { readonly channel: ConfirmChannel; readonly queue: string },
  frame: GetMessage,
  names: RabbitNames,
): Promise<void> {
  const ours = { ...originOf(frame, names), [HEADER.deliveries]: deliveriesOf(frame) };
  const properties = { ...copiedProperties(frame, ours), expiration: frame.properties.expiration };
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, frame.content, properties, (error: unknown) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
