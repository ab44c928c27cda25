/** Rows that come late: the day they belong to is worked out again, as if they had come in time. */
import type { Client } from '../../src/client/index.ts';
import { analysed, MINUTE_MS, newSaw, readings, send } from './saw.ts';

export async function lateRows(client: Client): Promise<string> {
  const saw = await newSaw(client);
  const unknown = async () => {
    const { elements } = await analysed(client, { device: saw, from: '2026-01-05T06:00Z', to: '2026-01-05T10:00Z' });
    return elements.unknown / MINUTE_MS;
  };
  await send(client, saw, [...readings(0, 60), ...readings(100, 240)]);
  const before = await unknown();
  await send(client, saw, readings(61, 99));
  return `Late rows: ${before} minutes were unknown, then ${await unknown()}.`;
}
