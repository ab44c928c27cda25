/** A consumer comes to its queue, and goes. */
import { DEFAULT_MAX_DELIVERIES, EVENTS_EXCHANGE, type Subscription } from '../../bus/broker.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { RedisKeys } from './keys.ts';
import type { Link } from './link.ts';
import { declareScript, leaveScript } from './queue-scripts.ts';

type Parts = {
  readonly link: Link;
  readonly keys: RedisKeys;
  readonly consumer: string;
  readonly leaseMs: number;
  readonly signal?: AbortSignal;
};

/** Makes the queue, its bindings and the consumer, or finds them there. Throws `bus.queue-differs`. */
export async function declareQueue(subscription: Subscription, parts: Parts): Promise<void> {
  const { link, keys, consumer, leaseMs, signal } = parts;
  const { queue, kind = 'work', maxDeliveries = DEFAULT_MAX_DELIVERIES, exchange = EVENTS_EXCHANGE } = subscription;
  const settings = [queue, kind, String(maxDeliveries), consumer, String(leaseMs), exchange];
  const difference = await link.runSurely<readonly string[] | null>(declareScript, {
    keys: keysOf(queue, keys),
    args: [...settings, ...subscription.patterns],
    ...(signal !== undefined && { signal }),
  });
  if (difference === null) return;
  const [setting, existing, wanted] = difference;
  throw new MillraceError('bus.queue-differs', { queue, setting, existing, wanted });
}

export async function leaveQueue({ queue, kind = 'work' }: Subscription, parts: Parts): Promise<void> {
  const { link, keys, consumer } = parts;
  await link.runSurely(leaveScript, { keys: keysOf(queue, keys), args: [queue, kind, consumer, keys.bell] });
}

const keysOf = (queue: string, keys: RedisKeys): string[] => [
  keys.version,
  keys.queues,
  keys.queue(queue),
  keys.later(queue),
  keys.owner(queue),
];
