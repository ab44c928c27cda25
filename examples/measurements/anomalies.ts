/** What a service found strange, and how it compares with what people say really was wrong. */
import type { Client } from '../../src/client/index.ts';
import { analysed, at, newSaw, readings, send, time } from './saw.ts';

export async function anomalies(client: Client): Promise<string> {
  const saw = await newSaw(client);
  await send(client, saw, readings(0, 240));
  await analysed(client, { device: saw, date: '2026-01-05' });
  const { items } = await client.devices.anomalies(saw);
  const found = items.map(({ detector, from, to, severity }) => `${severity} ${detector} ${time(from)}–${time(to)}`);
  const labels: [string, string][] = [[at(110), at(160)]];
  const { hit, missed } = await client.measurements.report({ device: saw, labels });
  return `Found: ${found.join(', ')}; of the labelled windows ${hit} hit, ${missed} missed.`;
}
