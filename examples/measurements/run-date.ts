/** One local date of a device, run as a job: on the command line `millrace analyze run brick-production --device saw-1 --date 2026-01-05`. */
import type { Client } from '../../src/client/index.ts';
import { analysed, newSaw, readings, send } from './saw.ts';

export async function runDate(client: Client): Promise<string> {
  const saw = await newSaw(client);
  await send(client, saw, readings(0, 240));
  const { countIncrement, errorIncrement, avgSpeed } = await analysed(client, { device: saw, date: '2026-01-05' });
  return `On 2026-01-05: ${countIncrement} planks, ${errorIncrement} of them bad, ${avgSpeed} an hour while it ran.`;
}
