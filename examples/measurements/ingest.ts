/** Readings by HTTP: what was stored, what was known already, and what was put aside with its reason. */
import type { Client } from '../../src/client/index.ts';
import { newSaw, readings, send } from './saw.ts';

export async function ingest(client: Client): Promise<string> {
  const saw = await newSaw(client);
  const rows = readings(0, 9);
  await send(client, saw, rows);
  const broken = { ts: '2026-01-05T06:20:00Z', values: { count: 'many', errors: 0 } };
  const { stored, duplicate, quarantined } = await send(client, saw, [...readings(8, 12), broken]);
  return `Sent by HTTP: ${stored} stored, ${duplicate} known already, put aside: ${quarantined.map(({ code }) => code)}.`;
}
