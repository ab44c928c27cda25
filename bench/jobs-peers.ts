/**
 * What the figures of the jobs are held against: other job queues, each measured by a program in peers/jobs on the Redis and
 * the PostgreSQL that the product uses. Contestants take turns, a round each, so that whatever else the machine does slows
 * all of them alike.
 */
import { note } from './figure.ts';
import { type JobPeerResult, type RunningJobPeer, startJobPeer } from './jobs-peer-process.ts';
import { installPeers, type Peer } from './peers.ts';

export type JobPeer = JobPeerResult & {
  readonly name: Extract<Peer['name'], 'bullmq' | 'graphile-worker' | 'pg-boss'>;
  /** The way in which it works; one that has several is measured in each. */
  readonly way: 'concurrency-100' | 'concurrency-1' | 'batch' | 'batch-notified';
};

type Case = Pick<JobPeer, 'name' | 'way'>;

/** So many turns come to everybody. */
const ROUNDS = 3;
const CASES: readonly Case[] = [
  { name: 'bullmq', way: 'concurrency-100' },
  { name: 'bullmq', way: 'concurrency-1' },
  { name: 'graphile-worker', way: 'batch' },
  { name: 'pg-boss', way: 'batch' },
  { name: 'pg-boss', way: 'batch-notified' },
];

/**
 * Three rounds of each peer with so many waiting jobs of 200 bytes; before each comes a turn of our own, with or without
 * peers. There are none with `--no-peers`; a note says why one is left out.
 */
export async function jobPeers(
  jobs: number,
  ownTurn: () => Promise<void> = async () => {},
): Promise<readonly JobPeer[]> {
  const entries: Entry[] = [];
  try {
    for (const of of await wanted()) {
      note(`jobs: warming up ${of.name} ${of.way}`);
      const running = await orLeftOut(of, () => startJobPeer({ ...of, jobs, rounds: ROUNDS }));
      if (running !== undefined) entries.push({ of, running });
    }
    for (let round = 1; round <= ROUNDS; round += 1) {
      note(`jobs: round ${round} of ${ROUNDS}`);
      await ownTurn();
      for (const { of, running } of entries) await orLeftOut(of, () => running.turn());
    }
    const results = entries.map(({ of, running }) => ({ of, result: running.result() }));
    return results.flatMap(({ of, result }) => (result === undefined ? [] : [{ ...of, ...result }]));
  } finally {
    await Promise.all(entries.map(({ running }) => running.close()));
  }
}

type Entry = { readonly of: Case; readonly running: RunningJobPeer };

async function wanted(): Promise<readonly Case[]> {
  if (process.argv.includes('--no-peers')) return [];
  try {
    await installPeers();
    return CASES;
  } catch (error) {
    note(`the peers are left out: ${reasonOf(error)}`);
    return [];
  }
}

/** Undefined when the peer cannot do it: the others go on. */
async function orLeftOut<Answer>({ name, way }: Case, act: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await act();
  } catch (error) {
    note(`${name} ${way} is left out: ${reasonOf(error)}`);
    return undefined;
  }
}

/** A number of a peer, in the unit in which figures give it. */
const NUMBERS = {
  enqueue: (peer) => peer.enqueuePerSecond,
  'claim-to-done': (peer) => peer.claimToDonePerSecond,
  'start-latency.p50': (peer) => peer.startLatencyMs.p50,
  'start-latency.p99': (peer) => peer.startLatencyMs.p99,
  'idle.rss': (peer) => peer.idleRssBytes,
} as const satisfies Record<string, (peer: JobPeer) => number>;

/** What a figure of the jobs is held `against`; what the peer promises belongs to its set-up. */
export function asPeer(peer: JobPeer, number: keyof typeof NUMBERS): Peer {
  return { name: peer.name, value: NUMBERS[number](peer), setup: `${peer.setup}; ${peer.durability}` };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
