/**
 * `process.timers`: a million instances that wait for a timer, of which fifty thousand are due within one second. How long until
 * all of those have rung, and how long the commands of others wait meanwhile.
 */
import type { Spine } from '../../src/app/spine.ts';
import { readStatistics } from '../../src/jobs/statistics.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { note, print, quantile } from '../figure.ts';
import { ONE_STEP, startOne } from './instances.ts';
import { onSqlite, openBenchSpine } from './stores.ts';

export const TIMERS = 1_000_000;
const DUE = 50_000;
const CLIENTS = 2_000;
/** Between the last start and the first ring, so that the store is at rest when they ring. */
const REST_MS = 8_000;
const QUIET_MS = 3_000;
const PROBE_PAUSE_MS = 5;
const LOOK_MS = 50;
const LIMIT_MS = 120_000;
const KEY = 'bench-timers';

const definition = {
  key: KEY,
  nodes: [
    { id: 'start', type: 'start', next: 'ring' },
    { id: 'ring', type: 'catch', timer: { at: '= at' }, next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

export async function timers(count = TIMERS): Promise<void> {
  await onSqlite(async (store) => {
    const spine = await openBenchSpine(store);
    await spine.process.definitions.deploy(definition, 'bench');
    await spine.process.definitions.deploy(ONE_STEP, 'bench');
    const began = performance.now();
    await start(spine, count - DUE, () => systemClock.now() + 86_400_000);
    const perSecond = count / ((performance.now() - began) / 1_000);
    note(`  ${count - DUE} instances started at ${Math.round(perSecond)}/s`);
    const first = systemClock.now() + (DUE / perSecond) * 2_000 + REST_MS;
    await start(spine, DUE, (number) => first + (number * 1_000) / DUE);
    const rss = process.memoryUsage().rss;
    if (systemClock.now() > first - QUIET_MS) throw new Error('the timers were due before all of them were set');
    await ring(spine, { first, count, rss });
    await spine.close();
  });
}

type Ringing = { readonly first: number; readonly count: number; readonly rss: number };

async function ring(spine: Spine, { first, count, rss }: Ringing): Promise<void> {
  await systemClock.sleep(first - QUIET_MS - systemClock.now());
  const before = await probed(spine, async () => systemClock.now() >= first);
  const deadline = first + LIMIT_MS;
  const during = await probed(spine, async () => (await rung(spine)) >= DUE || systemClock.now() > deadline);
  const seconds = (systemClock.now() - first) / 1_000;
  const all = await rung(spine);
  const setup = `sqlite, ${count} instances that wait for a timer, ${DUE} of them due in one second`;
  const late = all < DUE ? `; only ${all} rang` : '';
  print({
    name: 'process.timers',
    value: seconds,
    unit: 's',
    setup: `${setup}, from the first being due until all had rung, each in the history${late}`,
  });
  const quiet = `${quantile(before, 0.5).toFixed(1)} and ${quantile(before, 0.99).toFixed(1)} ms before, p50 ${quantile(during, 0.5).toFixed(1)} ms`;
  print({
    name: 'process.timers.others.p99',
    value: quantile(during, 0.99),
    unit: 'ms',
    setup: `${setup}, ${during.length} starts of other instances meanwhile, one after the other (p50 and p99 ${quiet} meanwhile)`,
  });
  print({
    name: 'process.timers.rss',
    value: rss,
    unit: 'B',
    setup: `${setup}, before they ring, the benchmark included`,
  });
}

/** How long commands of others take until something has happened, in ascending order. */
async function probed(spine: Spine, hasHappened: () => Promise<boolean>): Promise<number[]> {
  const taken: number[] = [];
  let isOver = false;
  const look = async () => {
    while (!(await hasHappened())) await systemClock.sleep(LOOK_MS);
    isOver = true;
  };
  const probe = async () => {
    while (!isOver) {
      const asked = performance.now();
      await startOne(spine);
      taken.push(performance.now() - asked);
      await systemClock.sleep(PROBE_PAUSE_MS);
    }
  };
  await Promise.all([look(), probe()]);
  return taken.sort((a, b) => a - b);
}

async function rung({ store }: Spine): Promise<number> {
  const totals = await readStatistics(store, { prefix: `instance/${KEY}`, since: 0 });
  return totals[0]?.completed ?? 0;
}

async function start({ process: { engine } }: Spine, count: number, dueAt: (number: number) => number): Promise<void> {
  let serial = 0;
  const client = async () => {
    while (serial < count) {
      serial += 1;
      await engine.start({ definition: KEY, variables: { at: new Date(dueAt(serial)).toISOString() } }, 'bench');
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}
