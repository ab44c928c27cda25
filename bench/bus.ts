/**
 * `npm run bench -- bus [rpc|publish|consume …]`: what the bus carries on each broker, against the bare driver and the frameworks
 * one would use instead. All of them echo the same body under the same load; their programs are in peers/bus.
 */
import { hold } from './bus/contest.ts';
import { measurements } from './bus/measurements.ts';

export async function run([part = '']: readonly string[]): Promise<void> {
  for (const measurement of measurements) {
    if (measurement.name.startsWith(`bus.${part}`)) await hold(measurement);
  }
}
