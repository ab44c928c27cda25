/** Whether messages really get through: a queue of its own, a few messages to it, and how long each took. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Broker } from '../broker.ts';
import { confirmed } from './confirmed.ts';

export const ROUND_TRIPS = 10;
export const ROUND_TRIP_TIMEOUT_MS = 5_000;

/** Milliseconds of each round trip. Throws `bus.no-round-trip` and `bus.not-confirmed`. */
export async function roundTrips(broker: Broker, clock: Clock): Promise<number[]> {
  const queue = `millrace.test.${randomUUID()}`;
  const arrived = new Map<string, () => void>();
  const consumer = await broker.subscribe({
    ...{ queue, kind: 'temporary', patterns: [queue], prefetch: ROUND_TRIPS },
    onMessage: ({ id }, delivery) => {
      delivery.ack();
      arrived.get(id)?.();
    },
  });
  try {
    const times: number[] = [];
    for (let place = 0; place < ROUND_TRIPS; place++) {
      const id = `${queue}-${place}`;
      const begun = performance.now();
      const back = new Promise<boolean>((resolve) => arrived.set(id, () => resolve(true)));
      const message = { id, routingKey: queue, body: '{}', headers: {}, at: clock.now() };
      await confirmed((signal) => broker.publish(message, { signal }));
      if (!(await isInTime(back, clock)))
        throw new MillraceError('bus.no-round-trip', { timeoutMs: ROUND_TRIP_TIMEOUT_MS });
      times.push(Math.round((performance.now() - begun) * 100) / 100);
    }
    return times;
  } finally {
    await consumer.close();
  }
}

async function isInTime(back: Promise<boolean>, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(ROUND_TRIP_TIMEOUT_MS, over.signal).then(() => false);
  try {
    return await Promise.race([back, late]);
  } finally {
    over.abort();
  }
}
