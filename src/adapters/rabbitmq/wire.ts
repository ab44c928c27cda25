/**
 * A message as AMQP carries it, there and back: what AMQP has a property for is a property, so that programs in any
 * language can send and read it. Headers of ours begin with `mr-` and are not shown; foreign ones become text.
 *
 * AMQP's timestamp has whole seconds; the milliseconds are in `timestamp_in_ms`, as RabbitMQ's own interceptor writes them.
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Message as Frame, Options } from 'amqplib';
import { JSON_CONTENT, type Message } from '../../bus/broker.ts';
import type { RabbitNames } from './names.ts';

/** What a copy of a message carries of its way so far. */
export const HEADER = {
  /** The attempt that its next delivery is. */
  attempt: 'mr-attempt',
  /** How often the copies before it were handed out. */
  deliveries: 'mr-deliveries',
  /** Where it was published, because a copy comes through another exchange. */
  exchange: 'mr-exchange',
  key: 'mr-key',
  /** Not to be handed out before. Milliseconds since 1970, as the following. */
  dueAt: 'mr-due-at',
  /** Nobody wants it any more after that, and what its publisher said about it. */
  expiresAt: 'mr-expires-at',
  expiresIn: 'mr-expires-in',
  /** Of a dead letter. */
  reason: 'mr-reason',
  deadAt: 'mr-dead-at',
  milliseconds: 'timestamp_in_ms',
} as const;

/** Headers that the server writes on the way of a message; they say nothing about the message. */
const WRITTEN_BY_SERVER = [
  'x-death',
  'x-delivery-count',
  'x-acquired-count',
  'x-first-death-exchange',
  'x-first-death-queue',
  'x-first-death-reason',
  'x-last-death-exchange',
  'x-last-death-queue',
  'x-last-death-reason',
];
const HIDDEN = new Set<string>([...Object.values(HEADER), ...WRITTEN_BY_SERVER]);

const COUNTED_BY_SERVER = 'x-delivery-count';

/** Above this a message goes before others, as quorum queues have it from RabbitMQ 4 on. */
const USUAL_PRIORITY = 4;
const URGENT_PRIORITY = 5;
/** 49 days; a message that may wait longer does not expire. */
const LONGEST_EXPIRATION_MS = 4_294_967_295;

export type Table = Record<string, unknown>;

/** Everything but exchange, key and body. What awaits an answer need not outlive the server. */
export function propertiesOf(message: Omit<Message, 'routingKey' | 'exchange'>): Options.Publish {
  const { id, contentType, at, replyTo, correlationId, expiresInMs, urgent } = message;
  const headers: Table = { ...message.headers };
  headers[HEADER.milliseconds] = at;
  const properties: Options.Publish = {
    messageId: id,
    contentType: contentType ?? JSON_CONTENT,
    timestamp: Math.floor(at / 1_000),
    persistent: replyTo === undefined,
    headers,
  };
  if (replyTo !== undefined) properties.replyTo = replyTo;
  if (correlationId !== undefined) properties.correlationId = correlationId;
  if (expiresInMs !== undefined) setExpiration(properties, expiresInMs);
  if (urgent === true) properties.priority = URGENT_PRIORITY;
  return properties;
}

export function setExpiration(properties: Options.Publish, expiresInMs: number): void {
  if (expiresInMs <= LONGEST_EXPIRATION_MS) properties.expiration = String(Math.max(1, Math.ceil(expiresInMs)));
}

/** The message that a frame carries. One without an id gets one, which its copies keep. */
export function messageFrom(frame: Frame, names: RabbitNames): Message {
  const { properties, fields } = frame;
  const headers: Table = properties.headers ?? {};
  const copied = headers[HEADER.key] !== undefined;
  const exchange = copied ? textOrNothing(headers[HEADER.exchange]) : names.exchangeOf(fields.exchange);
  const expiresInMs = Number(headers[HEADER.expiresIn] ?? properties.expiration);
  const body = frame.content.toString();
  const message: Writable<Message> = {
    id: idOf(frame),
    routingKey: copied ? textOf(headers[HEADER.key]) : fields.routingKey,
    body,
    headers: visible(headers),
    at: instantOf(headers[HEADER.milliseconds], properties.timestamp),
  };
  if (exchange !== undefined) message.exchange = exchange;
  if (body.includes(REPLACEMENT) && !isUtf8(frame.content)) message.isGarbled = true;
  if (properties.contentType !== undefined) message.contentType = String(properties.contentType);
  if (properties.replyTo !== undefined) message.replyTo = String(properties.replyTo);
  if (properties.correlationId !== undefined) message.correlationId = String(properties.correlationId);
  if (expiresInMs > 0) message.expiresInMs = expiresInMs;
  if (isUrgent(frame)) message.urgent = true;
  return message;
}

/** Stands for bytes that are no UTF-8, unless somebody has written it. */
const REPLACEMENT = '\uFFFD';

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

export const isUrgent = ({ properties: { priority } }: Frame): boolean =>
  typeof priority === 'number' && priority > USUAL_PRIORITY;

/** The message's id; a foreign message without one is given one, once. */
export function idOf({ properties }: Frame): string {
  if (properties.messageId === undefined || properties.messageId === '')
    properties.messageId = `foreign-${randomUUID()}`;
  return String(properties.messageId);
}

/** A whole number that a header of ours says. */
export function numberIn(headers: Table | undefined, name: string): number | undefined {
  const value = headers?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** The properties of a copy, body excepted; of the headers, those that the message came with and then these. */
export function copiedProperties({ properties }: Frame, ours: Table): Options.Publish {
  const headers: Table = { ...properties.headers };
  for (const name of WRITTEN_BY_SERVER) delete headers[name];
  const copy: Record<string, unknown> = { persistent: properties.deliveryMode !== 1, headers: { ...headers, ...ours } };
  for (const name of COPIED) if (properties[name] !== undefined) copy[name] = properties[name];
  return copy;
}

/** What a copy must carry, because it comes another way: where the message was published first. */
export function originOf({ fields, properties }: Frame, names: RabbitNames): Table {
  if (properties.headers?.[HEADER.key] !== undefined) return {};
  const death = properties.headers?.['x-death']?.[0];
  const exchange = names.exchangeOf(death?.exchange ?? fields.exchange);
  return { [HEADER.key]: death?.['routing-keys'][0] ?? fields.routingKey, [HEADER.exchange]: exchange };
}

/** How often the message was handed out before. A classic queue only knows whether it was. */
export function deliveriesOf({ fields, properties: { headers } }: Frame): number {
  const inThisQueue = numberIn(headers, COUNTED_BY_SERVER) ?? (fields.redelivered ? 1 : 0);
  return (numberIn(headers, HEADER.deliveries) ?? 0) + inThisQueue;
}

/** Not: expiration, which starts anew with every copy, and the user, who must be the one that publishes. */
const COPIED = [
  'messageId',
  'correlationId',
  'replyTo',
  'contentType',
  'contentEncoding',
  'timestamp',
  'type',
  'appId',
  'priority',
] as const;

function visible(headers: Table): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name in headers) if (!HIDDEN.has(name)) shown[name] = textOf(headers[name]);
  return shown;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return value.toString();
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value ?? '');
}

const textOrNothing = (value: unknown): string | undefined => (value === undefined ? undefined : textOf(value));

function instantOf(milliseconds: unknown, seconds: unknown): number {
  if (typeof milliseconds === 'number') return milliseconds;
  return typeof seconds === 'number' ? seconds * 1_000 : 0;
}
