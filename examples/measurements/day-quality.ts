/** How good the data of a day are: a sensor that was silent for a while, and rows that were wrong. */
import type { Client } from '../../src/client/index.ts';
import { analysed, newSaw, percent, readings, send } from './saw.ts';

export async function dayQuality(client: Client): Promise<string> {
  const saw = await newSaw(client);
  const wrong = readings(200, 219).map((row) => ({ ...row, values: { count: -1, errors: 0 } }));
  await send(client, saw, [...readings(0, 99), ...wrong, ...readings(120, 199)]);
  await analysed(client, { device: saw, date: '2026-01-05' });
  const { items } = await client.analyses.quality(saw, { from: '2026-01-05', to: '2026-01-05' });
  const [day] = items;
  return `Quality of the day: complete to ${percent(day?.completeness ?? null)}, valid to ${percent(day?.validity ?? null)}.`;
}
