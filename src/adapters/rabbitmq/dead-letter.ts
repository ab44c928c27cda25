/**
 * What a frame of a dead-letter queue says: our headers where the adapter gave the message up, and otherwise what the
 * server wrote when it did.
 */
import type { GetMessage, XDeath } from 'amqplib';
import type { DeadLetter, Message } from '../../bus/broker.ts';
import type { RabbitNames } from './names.ts';
import { HEADER, messageFrom, numberIn } from './wire.ts';

export const EXPIRED = 'nobody took it before it expired';

/** The server's words for why it moved a message, in ours. */
const REASONS: Readonly<Record<string, string>> = {
  expired: EXPIRED,
  delivery_limit: 'it came back too often',
  rejected: 'it was rejected without a reason',
  maxlen: 'the queue was full',
};

export function letterFrom(frame: GetMessage, names: RabbitNames): DeadLetter {
  const headers = frame.properties.headers ?? {};
  const message = messageFrom(frame, names);
  const deliveries = numberIn(headers, HEADER.deliveries) ?? 0;
  const reason: unknown = headers[HEADER.reason];
  const at = numberIn(headers, HEADER.deadAt) ?? 0;
  if (typeof reason === 'string') return { message, reason, deliveries, at };
  const death = headers['x-death']?.[0];
  if (death === undefined) return { message, reason: 'it was put here by another program', deliveries, at };
  return {
    message: beforeDeath(message, { death, isCopy: headers[HEADER.key] !== undefined, names }),
    reason: REASONS[death.reason] ?? death.reason,
    deliveries,
    at: death.time.value * 1_000,
  };
}

type Death = { readonly death: XDeath; readonly isCopy: boolean; readonly names: RabbitNames };

/** The message as it was: the server changes exchange and key, and takes the expiration away. */
function beforeDeath(message: Message, { death, isCopy, names }: Death): Message {
  const expiresInMs = message.expiresInMs ?? Number(death['original-expiration'] ?? 0);
  const exchange = isCopy ? message.exchange : names.exchangeOf(death.exchange);
  const { exchange: _, ...rest } = message;
  return {
    ...rest,
    ...(exchange !== undefined && { exchange }),
    ...(expiresInMs > 0 && { expiresInMs }),
    routingKey: isCopy ? message.routingKey : (death['routing-keys'][0] ?? message.routingKey),
  };
}
