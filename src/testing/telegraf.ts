/**
 * A consumer with the manners of Telegraf 1.39's amqp_consumer: its names, its prefetch, a text that it cannot read is
 * acked and dropped, and what its output does not take is rejected for good. Its queue has no dead letters. Telegraf itself
 * is not to be had in tests.
 */
import type { Broker, Consumer } from '../bus/broker.ts';
import { type ParsedPoint, parseLines } from './line-parser.ts';

export type Telegraf = Consumer & {
  readonly points: readonly ParsedPoint[];
  /** Bodies that could not be read. */
  readonly dropped: readonly string[];
  /** Bodies that the output did not take. */
  readonly refused: readonly string[];
  /** Resolves when there are so many points. */
  has(points: number): Promise<void>;
};

const TELEGRAF = { queue: 'telegraf', kind: 'requests', exchange: 'telegraf', patterns: ['#'], prefetch: 50 } as const;

/** `write` is the output; by default all points are kept. */
export async function openTelegraf(
  broker: Broker,
  write: (points: readonly ParsedPoint[], body: string) => Promise<void> = async () => {},
): Promise<Telegraf> {
  const points: ParsedPoint[] = [];
  const dropped: string[] = [];
  const refused: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const consumer = await broker.subscribe({
    ...TELEGRAF,
    onMessage: async ({ body }, delivery) => {
      let parsed: ParsedPoint[];
      try {
        parsed = parseLines(body);
      } catch {
        dropped.push(body);
        return delivery.ack();
      }
      try {
        await write(parsed, body);
      } catch (error) {
        refused.push(body);
        return delivery.reject({ reason: String(error) });
      }
      points.push(...parsed);
      delivery.ack();
      for (const { count, resolve } of waiting) if (points.length >= count) resolve();
    },
  });
  const has = (count: number): Promise<void> =>
    points.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }));
  return Object.assign(consumer, { points, dropped, refused, has });
}
