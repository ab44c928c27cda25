/** What every broker refuses: subscriptions and messages that no adapter could carry. */
import { MillraceError } from '../kernel/errors.ts';
import { MAX_BODY_BYTES, MAX_PREFETCH, MAX_ROUTING_KEY_BYTES, type Message, type Subscription } from './broker.ts';
import { isTopicPattern } from './broker-topic.ts';

/** Throws `bus.invalid-subscription` for what no broker could do. */
export function checkSubscription({ queue, exchange, patterns, prefetch, maxDeliveries = 1 }: Subscription): void {
  const problem = [
    ...(queue === '' || isTooLong(queue) ? [`its name has 1 to ${MAX_ROUTING_KEY_BYTES} bytes`] : []),
    ...(exchange === '' || isTooLong(exchange ?? '') ? ['its exchange has no name, or one that is too long'] : []),
    ...(patterns.length === 0 ? ['it has no patterns'] : []),
    ...patterns.filter((pattern) => !isPattern(pattern)).map((pattern) => `"${pattern}" is not a topic pattern`),
    ...(isCount(prefetch, MAX_PREFETCH) ? [] : [`prefetch is a whole number from 1 to ${MAX_PREFETCH}`]),
    ...(isCount(maxDeliveries, Number.MAX_SAFE_INTEGER) ? [] : ['maxDeliveries is a whole number from 1']),
  ];
  if (problem.length > 0) throw new MillraceError('bus.invalid-subscription', { queue, problem: problem.join('; ') });
}

/** Throws `bus.invalid-message` or `bus.message-too-large` for what no broker could carry. */
export function checkMessage({ id, exchange, routingKey, body, expiresInMs }: Message): void {
  const problem = messageProblem({ exchange, routingKey, body, expiresInMs });
  if (problem !== undefined) throw new MillraceError('bus.invalid-message', { id, problem });
  checkSize(id, body);
}

/** Throws `bus.message-too-large`. */
export function checkSize(id: string, body: string): void {
  if (body.length * MOST_BYTES_A_UNIT <= MAX_BODY_BYTES) return;
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) throw new MillraceError('bus.message-too-large', { id, bytes, limit: MAX_BODY_BYTES });
}

/** UTF-8 needs no more for a unit of UTF-16; most bodies need not be counted. */
const MOST_BYTES_A_UNIT = 3;

type Checked = { readonly [Part in 'exchange' | 'routingKey' | 'body' | 'expiresInMs']: unknown };

function messageProblem({ exchange, routingKey, body, expiresInMs = 1 }: Checked): string | undefined {
  if (typeof routingKey !== 'string' || routingKey === '' || isTooLong(routingKey) || /[*#]/.test(routingKey))
    return `"${routingKey}" is not a routing key (1 to ${MAX_ROUTING_KEY_BYTES} bytes, without * and #)`;
  if (exchange !== undefined && (typeof exchange !== 'string' || exchange === '' || isTooLong(exchange)))
    return 'its exchange has no name, or one that is too long';
  if (typeof body !== 'string') return 'its body is not text';
  return typeof expiresInMs === 'number' && expiresInMs > 0 ? undefined : 'it expires before it is sent';
}

const isPattern = (pattern: string): boolean => isTopicPattern(pattern) && !isTooLong(pattern);
const isTooLong = (text: string): boolean =>
  text.length * MOST_BYTES_A_UNIT > MAX_ROUTING_KEY_BYTES && Buffer.byteLength(text) > MAX_ROUTING_KEY_BYTES;
const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
