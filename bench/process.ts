/** `npm run bench -- process [part]`: activities and steps per second through the engine's public calls, on the stores there are; and beside them the parts in process/. */
import { seededRandom } from '../src/kernel/random.ts';
import type { Store } from '../src/store/store.ts';
import { DefectLoad } from './defect-load.ts';
import { note, quantile } from './figure.ts';
import { million } from './million.ts';
import { measurePeer, type Peer, printBeside } from './peers.ts';
import { definitions } from './process/definitions.ts';
import { overHttp } from './process/http.ts';
import { instances } from './process/instances.ts';
import { onPostgres, onSqlite, openBenchSpine } from './process/stores.ts';
import { timers } from './process/timers.ts';

/** Calls that wait for their answers at the same time. */
export const CLIENTS = 2_000;
/** Until the code is compiled and the young generation has its size. */
const WARM_UP_MS = 4_000;

type Options = {
  readonly name: string;
  readonly live: number;
  readonly clients: number;
  readonly seconds: number;
  readonly peers: readonly Peer[];
};

export async function run([only, count]: readonly string[]): Promise<void> {
  const wanted = (name: string) => only === undefined || name.startsWith(only);
  const small = { live: 10_000, clients: CLIENTS, seconds: 8 };
  const peers = wanted('activities') ? await activityPeers() : [];
  if (wanted('activities.sqlite'))
    await onSqlite((store) => activities(store, { name: 'process.activities.sqlite', ...small, peers }));
  if (wanted('activities.postgres'))
    await onPostgres((store) => activities(store, { name: 'process.activities.postgres', ...small, peers }));
  if (wanted('chain')) {
    const peer = await measurePeer('bpmn-engine');
    await onSqlite((store) => chain(store, { name: 'process.chain.sqlite', ...small, peers: listOf([peer]) }));
  }
  if (wanted('instances')) await instances();
  if (wanted('definitions')) await definitions(...listOf([count]).map(Number));
  await overHttp(wanted);
  if (wanted('timers')) await timers(...listOf([count]).map(Number));
  if (wanted('million')) await million();
}

/** Each with the same process, in turn. */
async function activityPeers(): Promise<readonly Peer[]> {
  const dbos = await measurePeer('dbos');
  const restate = await measurePeer('restate');
  return listOf([dbos, restate, await measurePeer('bpmn-engine', 'activities')]);
}

const listOf = <Thing>(things: readonly (Thing | undefined)[]): Thing[] =>
  things.flatMap((thing) => (thing === undefined ? [] : [thing]));

export async function activities(store: Store, { name, live, clients, seconds, peers }: Options): Promise<void> {
  const spine = await openBenchSpine(store);
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
  printBeside(peers, { name, value: load.activities / took, unit: '1/s', setup });
  note(
    `  ${Math.round(load.commands / took)} commands/s, p50 ${quantile(sorted, 0.5).toFixed(0)} ms, p99 ${quantile(sorted, 0.99).toFixed(0)} ms, ` +
      `${((cpu.user + cpu.system) / load.commands).toFixed(1)} µs CPU a command, RSS ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  await spine.close();
}

async function chain(store: Store, { name, clients, seconds, peers }: Options): Promise<void> {
  const spine = await openBenchSpine(store);
  const gates = Array.from({ length: 10 }, (_, place) => ({
    id: `step-${place + 1}`,
    type: 'exclusiveGateway',
    next: place < 9 ? `step-${place + 2}` : 'end',
  }));
  const nodes = [{ id: 'start', type: 'start', next: 'step-1' }, ...gates, { id: 'end', type: 'end' }];
  await spine.process.definitions.deploy({ key: 'chain', nodes }, 'bench');
  let started = 0;
  const began = performance.now();
  const client = async () => {
    while (performance.now() - began < seconds * 1_000) {
      await spine.process.engine.start({ definition: 'chain', variables: { text: 'x'.repeat(180) } }, 'bench');
      started += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const took = (performance.now() - began) / 1_000;
  const setup = `${store.capabilities.name}, ten pure steps an instance, each in the history, ${clients} clients, ${seconds} s`;
  printBeside(peers, { name, value: (started * 10) / took, unit: '1/s', setup });
  await spine.close();
}
