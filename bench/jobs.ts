/**
 * `npm run bench -- jobs [peers|depth|idle]`: enqueue, claim to done and start latency on the stores there are, in turns with
 * other job queues; the same with a million jobs waiting; and the memory of those that wait.
 */

import { note, print, quantile } from './figure.ts';
import { type Contestant, median, openOnPostgres, openOnSqlite, type Turn } from './jobs/contestant.ts';
import { idle } from './jobs/idle.ts';
import { asPeer, type JobPeer, jobPeers } from './jobs-peers.ts';
import { against, type Peer } from './peers.ts';

/** Waiting jobs of each turn. The peers do as many on their servers. */
const JOBS = { sqlite: 100_000, postgres: 20_000 } as const;
const MILLION = 1_000_000;
/** Worked off with few and with many waiting. */
const BITE = 50_000;

export async function run([part]: readonly string[]): Promise<void> {
  if (part === undefined || part === 'peers') await besidePeers();
  if (part === undefined || part === 'depth') await depth();
  if (part === undefined || part === 'idle') await idle();
}

async function besidePeers(): Promise<void> {
  const contestants = [await openOnSqlite(), await openOnPostgres()];
  const turns = new Map<Contestant, Turn[]>(contestants.map((one) => [one, []]));
  const ownTurn = async () => {
    for (const [contestant, results] of turns) results.push(await contestant.turn(JOBS[contestant.name]));
  };
  const peers = await jobPeers(JOBS.postgres, ownTurn);
  for (const [{ name }, results] of turns) show(name, results, peers);
  for (const { name, way, startLatencyMs, enqueuePerSecond, claimToDonePerSecond } of peers) {
    const { p50, p99 } = startLatencyMs;
    const speed = `${Math.round(enqueuePerSecond)}/s in, ${Math.round(claimToDonePerSecond)}/s done`;
    note(`  ${name} ${way}: ${speed}, start p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  }
  for (const contestant of contestants) await contestant.close();
}

/** Who each store is held against: work in bulk and one by one, whatever the peer promises. */
const RIVALS: Readonly<Record<Contestant['name'], readonly (readonly [JobPeer['name'], JobPeer['way']])[]>> = {
  sqlite: [['bullmq', 'concurrency-100']],
  postgres: [
    ['graphile-worker', 'batch'],
    ['pg-boss', 'batch'],
  ],
};

function show(name: Contestant['name'], turns: readonly Turn[], peers: readonly JobPeer[]): void {
  const latencies = turns.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const setup = `${name}, ${JOBS[name]} jobs of 200 bytes, no-op handler, full durability, history and statistics kept, median of ${turns.length} turns`;
  const rivals = RIVALS[name].flatMap(([peer, way]) => peers.filter((one) => one.name === peer && one.way === way));
  const figure = (what: Parameters<typeof asPeer>[1], value: number, unit: '1/s' | 'ms') => {
    const named = { name: NAMES[what](name), value, unit, setup };
    if (rivals.length === 0) print(named);
    for (const rival of rivals) print(against(asPeer(rival, what) satisfies Peer, named));
  };
  figure('enqueue', median(turns.map(({ enqueuePerSecond }) => enqueuePerSecond)), '1/s');
  figure('claim-to-done', median(turns.map(({ donePerSecond }) => donePerSecond)), '1/s');
  figure('start-latency.p50', quantile(latencies, 0.5), 'ms');
  figure('start-latency.p99', quantile(latencies, 0.99), 'ms');
}

const NAMES = {
  enqueue: (store) => `jobs.enqueue.${store}`,
  'claim-to-done': (store) => `jobs.claim-to-done.${store}`,
  'start-latency.p50': (store) => `jobs.start-latency.p50.${store}`,
  'start-latency.p99': (store) => (store === 'sqlite' ? 'jobs.start-latency.p99' : `jobs.start-latency.p99.${store}`),
  'idle.rss': (store) => `jobs.idle.rss.${store}`,
} as const satisfies Record<Parameters<typeof asPeer>[1], (store: Contestant['name']) => string>;

/** Whether a long queue makes the work slower. */
async function depth(): Promise<void> {
  const contestant = await openOnSqlite();
  try {
    await contestant.fill(10_000 + BITE);
    const few = await contestant.drain(BITE);
    note(`jobs: filling up to ${MILLION} waiting jobs`);
    await contestant.fill(MILLION);
    const many = await contestant.drain(BITE);
    const setup = `sqlite, ${BITE} jobs of 200 bytes with a million waiting; ${Math.round(few)}/s with ten thousand`;
    print({ name: 'jobs.claim-to-done.sqlite.1m', value: many, unit: '1/s', setup });
  } finally {
    await contestant.close();
  }
}
