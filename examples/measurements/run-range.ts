/** Any stretch of time, worked out and not written: `millrace analyze run --device saw-1 --start-time … --end-time … --dry-run`. */
import type { Client } from '../../src/client/index.ts';
import { analysed, at, newSaw, readings, send, time } from './saw.ts';

export async function runRange(client: Client): Promise<string> {
  const saw = await newSaw(client);
  await send(client, saw, readings(0, 240));
  const { segments, run } = await analysed(client, { device: saw, from: at(90), to: at(180), dryRun: true });
  const states = segments.map(({ state, from, to }) => `${state} ${time(from)}–${time(to)}`);
  return `From 07:30 to 09:00: ${states.join(', ')}; ${run === null ? 'nothing' : 'something'} was written.`;
}
