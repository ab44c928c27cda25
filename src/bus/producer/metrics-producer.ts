/**
 * Publishes metrics for Telegraf, which reads an exchange of the broker and writes to InfluxDB. Telegraf drops what it
 * cannot read without a word, so every line is judged here. While Telegraf is away its queue grows: messages expire.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import type { Broker, Message } from '../broker.ts';
import { CLOSE_GRACE_MS, openUnderway } from '../underway.ts';
import { type Batch, batchesOf } from './batch.ts';
import { FieldTypes } from './field-types.ts';
import { lineOf } from './line.ts';
import type { Metric } from './metric.ts';

export type MetricsProducerOptions = {
  /** Default: {@link METRICS_EXCHANGE}. */
  readonly exchange?: string;
  /** How long a message may wait for Telegraf. Default: {@link METRICS_EXPIRE_MS}. */
  readonly expiresInMs?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: random ones. */
  readonly newMessageId?: () => string;
  /** How long closing waits for confirms. Default: {@link CLOSE_GRACE_MS}. */
  readonly graceMs?: number;
};

/** The one that Telegraf's amqp_consumer reads by itself. */
export const METRICS_EXCHANGE = 'telegraf';
export const METRICS_EXPIRE_MS = 3_600_000;
export const LINES_CONTENT = 'text/plain; charset=utf-8';

export type PublishedMetrics = {
  readonly lines: number;
  readonly messages: number;
  /** Whether a queue took every message. If not, no Telegraf has ever read the exchange, and the rest is gone. */
  readonly routed: boolean;
};

export type MetricsProducer = Service & {
  /**
   * Resolves at the broker's confirm. All or nothing is published as far as the metrics are concerned: one that is wrong
   * rejects the call with `bus.invalid-metric`. If the broker fails on the way, the first messages may be out.
   */
  publish(metrics: Metric | readonly Metric[], options?: { readonly signal?: AbortSignal }): Promise<PublishedMetrics>;
};

export function openMetricsProducer(broker: Broker, options: MetricsProducerOptions = {}): MetricsProducer {
  const { clock = systemClock, graceMs = CLOSE_GRACE_MS } = options;
  const underway = openUnderway({ clock, graceMs });
  const types = new FieldTypes();
  const stamp = stampsOf(clock);
  const publish: MetricsProducer['publish'] = (metrics, { signal } = {}) =>
    underway.run(async (either) => {
      const lines = [metrics].flat().map((metric) => lineOf(metric, stamp()));
      types.learn(lines);
      const batches = batchesOf(lines);
      let routed = true;
      for (const batch of batches) {
        const receipt = await broker.publish(messageOf(batch, options), { signal: either });
        routed &&= receipt.routed;
      }
      return { lines: lines.length, messages: batches.length, routed };
    }, signal);
  return service({ publish }, () => underway.close());
}

function messageOf({ measurement, body }: Batch, options: MetricsProducerOptions): Message {
  const { exchange = METRICS_EXCHANGE, expiresInMs = METRICS_EXPIRE_MS } = options;
  const { clock = systemClock, newMessageId = randomUUID } = options;
  return {
    id: newMessageId(),
    exchange,
    routingKey: measurement.replace(/[*#\s]/g, '_'),
    body,
    contentType: LINES_CONTENT,
    headers: {},
    at: clock.now(),
    expiresInMs,
  };
}

/** Now in nanoseconds, and never the same twice: a second point of a series at the same moment would replace the first. */
function stampsOf(clock: Clock): () => bigint {
  let last = 0n;
  return () => {
    const now = BigInt(clock.now()) * 1_000_000n;
    last = now > last ? now : last + 1n;
    return last;
  };
}
