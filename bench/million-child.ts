/** The engine with a million live instances, in a process that its parent kills. */

import { openSqliteStore } from '../src/adapters/sqlite/sqlite-store.ts';
import { families } from '../src/app/families.ts';
import { openSpine } from '../src/app/spine.ts';
import { systemClock } from '../src/kernel/clock.ts';
import type { InstanceId } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import { seededRandom } from '../src/kernel/random.ts';
import { DefectLoad } from './defect-load.ts';
import { note, print, quantile } from './figure.ts';
import { MILLION } from './million.ts';

const CLIENTS = 2_000;
const SECONDS = 20;
const [mode, directory = ''] = process.argv.slice(2);

const store = await openSqliteStore({ directory, families, clock: systemClock });
const spine = await openSpine({
  store,
  clock: systemClock,
  random: Math.random,
  log: silentLog,
  worker: 'bench',
  isAlone: true,
});
const load = new DefectLoad(spine, { random: seededRandom(1), capacity: MILLION });
if (mode === 'run') await fillAndRun();
else await completeOne();

async function fillAndRun(): Promise<void> {
  await load.deploy();
  const began = performance.now();
  await load.fill(MILLION, CLIENTS);
  note(`  ${MILLION} instances started at ${Math.round(MILLION / ((performance.now() - began) / 1_000))}/s`);
  load.startWorkers();
  await load.run(CLIENTS, 5_000);
  const took = await load.run(CLIENTS, SECONDS * 1_000);
  const setup = `sqlite, ${MILLION} live instances, ${CLIENTS} clients, ${SECONDS} s, 200-byte payload, full durability, history and statistics on`;
  print({ name: 'process.activities.sqlite.1m', value: load.activities / took, unit: '1/s', setup });
  const sorted = load.latenciesMs.sort((a, b) => a - b);
  note(
    `  ${Math.round(load.commands / took)} commands/s, p50 ${quantile(sorted, 0.5).toFixed(0)} ms, p99 ${quantile(sorted, 0.99).toFixed(0)} ms`,
  );
  print({
    name: 'process.live.rss',
    value: process.memoryUsage().rss,
    unit: 'B',
    setup: `sqlite, the process of the line above, its clients included`,
  });
  void load.run(CLIENTS, 3_600_000); // killed under load
  process.stdout.write('done\n');
}

async function completeOne(): Promise<void> {
  const [task] = await spine.tasks.list({ role: 'operator', limit: 1 });
  if (task === undefined) throw new Error('no task is open');
  await load.complete(task.ownerId as InstanceId, true);
  process.stdout.write('completed\n');
}
