/**
 * With which arguments each queue is declared. They cannot be changed later (the server answers 406), so nothing is in
 * them that a plant might want to change often: the limit of deliveries is kept by the adapter, not by the queue.
 */
import type { Options } from 'amqplib';
import type { QueueKind } from '../../bus/broker.ts';
import type { RabbitNames } from './names.ts';

/** Messages that a queue takes before its publishers have to wait. */
export const MAX_QUEUE_LENGTH = 100_000;
/** Dead letters that a queue keeps; the oldest goes when one more comes. */
export const MAX_DEAD_LETTERS = 100_000;
/** What came back to a queue that is gone. */
const MAX_UNROUTED = 10_000;
/** Never reached: the adapter counts itself. Without it RabbitMQ 4 would drop what was looked at twenty times. */
const NO_DELIVERY_LIMIT = 2_147_483_647;

type Wanted = { readonly queue: string; readonly kind: QueueKind; readonly maxLength: number };

/** Of the queue itself and, for work, of its urgent twin. */
export function queueOptions({ queue, kind, maxLength }: Wanted, names: RabbitNames): Options.AssertQueue {
  if (kind === 'work') return { durable: true, arguments: workArguments(names.queue(queue), { maxLength, names }) };
  // Without priorities: a queue that has them takes a twentieth longer for every call.
  const common = { 'x-max-length': maxLength, 'x-overflow': 'reject-publish' };
  // reject-publish also for requests: the caller, who waits for an answer anyway, learns that there is no room.
  if (kind === 'requests') return { durable: true, arguments: common };
  return { durable: false, exclusive: true, autoDelete: true, arguments: common };
}

function workArguments(
  key: string,
  { maxLength, names }: { readonly maxLength: number; readonly names: RabbitNames },
): object {
  return {
    'x-queue-type': 'quorum',
    'x-max-length': maxLength,
    'x-overflow': 'reject-publish', // at-least-once dead-lettering demands it
    'x-dead-letter-exchange': names.deadExchange,
    'x-dead-letter-routing-key': key,
    'x-dead-letter-strategy': 'at-least-once',
    'x-delivery-limit': NO_DELIVERY_LIMIT,
  };
}

export const deadQueueOptions: Options.AssertQueue = keeping(MAX_DEAD_LETTERS);
export const unroutedQueueOptions: Options.AssertQueue = keeping(MAX_UNROUTED);

function keeping(maxLength: number): Options.AssertQueue {
  return {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-max-length': maxLength, 'x-delivery-limit': NO_DELIVERY_LIMIT },
  };
}

/** A queue of the delay ladder: what has waited `ms` goes back, under the key that it came with. */
export const waitQueueOptions = (ms: number, names: RabbitNames): Options.AssertQueue => ({
  durable: true,
  arguments: {
    'x-queue-type': 'quorum',
    'x-message-ttl': ms,
    'x-overflow': 'reject-publish',
    'x-dead-letter-exchange': names.returnExchange,
    'x-dead-letter-strategy': 'at-least-once',
    'x-delivery-limit': NO_DELIVERY_LIMIT,
  },
});
