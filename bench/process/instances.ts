/**
 * `process.instances.sqlite` and `process.start-to-wait`: starting instances of a process with one step, many callers at once;
 * and how long one alone waits, on a server with nothing else to do, until its instance waits for its worker and is on the disk.
 */
import type { Spine } from '../../src/app/spine.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { note, print, quantile } from '../figure.ts';
import { onSqlite, openBenchSpine } from './stores.ts';

const CLIENTS = 2_000;
const WARM_UP_MS = 2_000;
const SECONDS = 6;
const SAMPLES = 500;
const PAUSE_MS = 5;
const VARIABLES = { line: 'line-1', operatorNote: 'x'.repeat(140), shift: 3 };

/** Its job waits for a worker that never comes. */
export const ONE_STEP = {
  key: 'one-step',
  nodes: [
    { id: 'start', type: 'start', next: 'step' },
    { id: 'step', type: 'job', kind: 'bench.step', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

export async function instances(): Promise<void> {
  await onSqlite(async (store) => {
    const spine = await openBenchSpine(store);
    await spine.process.definitions.deploy(ONE_STEP, 'bench');
    await latencies(spine, SAMPLES / 5);
    const sorted = (await latencies(spine, SAMPLES)).sort((a, b) => a - b);
    const alone = `sqlite, one caller at a time, ${SAMPLES} starts of a one-step process, in process, until its job is stored and on the disk`;
    print({ name: 'process.start-to-wait.p50', value: quantile(sorted, 0.5), unit: 'ms', setup: alone });
    print({ name: 'process.start-to-wait.p99', value: quantile(sorted, 0.99), unit: 'ms', setup: alone });
    await startsPerSecond(spine, WARM_UP_MS);
    const value = await startsPerSecond(spine, SECONDS * 1_000);
    const setup = `sqlite, one-step process, ${CLIENTS} clients, ${SECONDS} s, 200-byte payload, full durability, history and statistics on`;
    print({ name: 'process.instances.sqlite', value, unit: '1/s', setup });
    note(`  RSS ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
    await spine.close();
  });
}

export const startOne = ({ process: { engine } }: Spine) =>
  engine.start({ definition: ONE_STEP.key, variables: VARIABLES }, 'bench');

async function latencies(spine: Spine, samples: number): Promise<number[]> {
  const taken: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const asked = performance.now();
    await startOne(spine);
    taken.push(performance.now() - asked);
    await systemClock.sleep(PAUSE_MS);
  }
  return taken;
}

async function startsPerSecond(spine: Spine, durationMs: number): Promise<number> {
  let started = 0;
  const began = performance.now();
  const client = async () => {
    while (performance.now() - began < durationMs) {
      await startOne(spine);
      started += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return started / ((performance.now() - began) / 1_000);
}
