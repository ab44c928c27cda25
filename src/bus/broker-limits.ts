/** What every broker refuses: subscriptions and messages that no adapter could carry. */
import { MillraceError } from '../kernel/errors.ts';
import { MAX_BODY_BYTES, MAX_PREFETCH, MAX_ROUTING_KEY_BYTES, type Message, type Subscription } from './broker.ts';
import { isTopicPattern } from './broker-topic.ts';

/** Throws `bus.invalid-subscription` for what no broker could do. */
export function checkSubscription({ queue, patterns, prefetch, maxDeliveries = 1 }: Subscription): void {
  const problem = [
    ...(queue === '' || isTooLong(queue) ? [`its name has 1 to ${MAX_ROUTING_KEY_BYTES} bytes`] : []),
    ...(patterns.length === 0 ? ['it has no patterns'] : []),
    ...patterns.filter((pattern) => !isPattern(pattern)).map((pattern) => `"${pattern}" is not a topic pattern`),
    ...(isCount(prefetch, MAX_PREFETCH) ? [] : [`prefetch is a whole number from 1 to ${MAX_PREFETCH}`]),
    ...(isCount(maxDeliveries, Number.MAX_SAFE_INTEGER) ? [] : ['maxDeliveries is a whole number from 1']),
  ];
  if (problem.length > 0) throw new MillraceError('bus.invalid-subscription', { queue, problem: problem.join('; ') });
}

/** The body as JSON text. Throws `bus.invalid-message` or `bus.message-too-large` for what no broker could carry. */
export function bodyText({ id, routingKey, body }: Message): string {
  if (routingKey === '' || isTooLong(routingKey) || /[*#]/.test(routingKey)) {
    const problem = `"${routingKey}" is not a routing key (1 to ${MAX_ROUTING_KEY_BYTES} bytes, without * and #)`;
    throw new MillraceError('bus.invalid-message', { id, problem });
  }
  const text = jsonOf(id, body);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) throw new MillraceError('bus.message-too-large', { id, bytes, limit: MAX_BODY_BYTES });
  return text;
}

function jsonOf(id: string, body: unknown): string {
  try {
    const text: unknown = JSON.stringify(body);
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw new MillraceError('bus.invalid-message', { id, problem: 'its body is not JSON' }, { cause });
  }
  throw new MillraceError('bus.invalid-message', { id, problem: 'its body is not JSON' });
}

const isPattern = (pattern: string): boolean => isTopicPattern(pattern) && !isTooLong(pattern);
const isTooLong = (text: string): boolean => Buffer.byteLength(text) > MAX_ROUTING_KEY_BYTES;
const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
