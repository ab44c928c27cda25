/** `npm run bench -- process`: activities and steps per second through the engine's public calls, on the stores there are. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { families } from '../src/app/families.ts';
import { openSpine } from '../src/app/spine.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { seededRandom } from '../src/kernel/random.ts';
import type { Store } from '../src/store/store.ts';
import { DefectLoad } from './defect-load.ts';
import { note, print, quantile } from './figure.ts';
import { million } from './million.ts';
import { against, measurePeer, type Peer } from './peers.ts';

/** Calls that wait for their answers at the same time. */
export const CLIENTS = 2_000;
/** Until the code is compiled and the young generation has its size. */
const WARM_UP_MS = 4_000;

type Options = {
  readonly name: string;
  readonly live: number;
  readonly clients: number;
  readonly seconds: number;
  readonly peer?: Peer | undefined;
};

export async function run(args: readonly string[]): Promise<void> {
  const only = args[0];
  const wanted = (name: string) => only === undefined || name.startsWith(only);
  const small = { live: 10_000, clients: CLIENTS, seconds: 8 };
  if (wanted('activities.sqlite'))
    await onSqlite((store) => activities(store, { name: 'process.activities.sqlite', ...small }));
  if (wanted('chain')) {
    const peer = await measurePeer('bpmn-engine');
    await onSqlite((store) => chain(store, { name: 'process.chain.sqlite', ...small, peer }));
  }
  if (wanted('activities.postgres')) {
    const peer = await measurePeer('dbos');
    await onPostgres((store) => activities(store, { name: 'process.activities.postgres', ...small, peer }));
  }
  if (wanted('million')) await million();
}

async function onSqlite(use: (store: Store) => Promise<void>): Promise<void> {
  const { openSqliteStore } = await import('../src/adapters/sqlite/sqlite-store.ts');
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const store = await openSqliteStore({ directory, families, clock: systemClock });
  try {
    await use(store);
    note(`  file: ${(statSync(join(directory, 'millrace.db')).size / 1e6).toFixed(0)} MB`);
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

async function onPostgres(use: (store: Store) => Promise<void>): Promise<void> {
  const { openPostgresStore } = await import('../src/adapters/postgres/postgres-store.ts');
  const url = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';
  const store = await openPostgresStore({ url, families, schema: `bench_${process.pid}` });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

export async function activities(store: Store, { name, live, clients, seconds, peer }: Options): Promise<void> {
  const spine = await openSpine({ store, clock: systemClock, random: Math.random, log: silentLog, worker: 'bench' });
  const load = new DefectLoad(spine, { random: seededRandom(1), capacity: live });
  await load.deploy();
  const began = performance.now();
  await load.fill(live, clients);
  note(`${name}: ${live} instances started at ${Math.round(live / ((performance.now() - began) / 1_000))}/s`);
  const workers = load.startWorkers();
  await load.run(clients, WARM_UP_MS);
  const before = process.cpuUsage();
  const took = await load.run(clients, seconds * 1_000);
  const cpu = process.cpuUsage(before);
  const sorted = load.latenciesMs.sort((a, b) => a - b);
  const setup = `${store.capabilities.name}, ${live} live instances, ${clients} clients, ${seconds} s, 200-byte payload, full durability, history and statistics on`;
  print(against(peer, { name, value: load.activities / took, unit: '1/s', setup }));
  note(
    `  ${Math.round(load.commands / took)} commands/s, p50 ${quantile(sorted, 0.5).toFixed(0)} ms, p99 ${quantile(sorted, 0.99).toFixed(0)} ms, ` +
      `${((cpu.user + cpu.system) / load.commands).toFixed(1)} µs CPU a command, RSS ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  await spine.close();
}

async function chain(store: Store, { name, clients, seconds, peer }: Options): Promise<void> {
  const spine = await openSpine({ store, clock: systemClock, random: Math.random, log: silentLog, worker: 'bench' });
  const gates = Array.from({ length: 10 }, (_, place) => ({
    id: `step-${place + 1}`,
    type: 'exclusiveGateway',
    next: place < 9 ? `step-${place + 2}` : 'end',
  }));
  const nodes = [{ id: 'start', type: 'start', next: 'step-1' }, ...gates, { id: 'end', type: 'end' }];
  await spine.process.definitions.deploy({ key: 'chain', nodes }, 'bench');
  let instances = 0;
  const began = performance.now();
  const client = async () => {
    while (performance.now() - began < seconds * 1_000) {
      await spine.process.engine.start({ definition: 'chain', variables: { text: 'x'.repeat(180) } }, 'bench');
      instances += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const took = (performance.now() - began) / 1_000;
  const setup = `${store.capabilities.name}, ten pure steps an instance, each in the history, ${clients} clients, ${seconds} s`;
  print(against(peer, { name, value: (instances * 10) / took, unit: '1/s', setup }));
  await spine.close();
}
