/** The job queue of this product on one store, measured in turns: enqueue, claim to done, and how soon an idle worker starts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { families } from '../../src/app/families.ts';
import { openSpine, type Spine } from '../../src/app/spine.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { done } from '../../src/kernel/settlement.ts';
import type { Store } from '../../src/store/store.ts';
import { quantile } from '../figure.ts';

const KIND = 'noop';
/** 200 bytes as JSON, as the peers have. */
const PAYLOAD = { text: 'x'.repeat(189) };
const CONCURRENCY = 2_000;
const SAMPLES = 200;
const WARM_UP_JOBS = 5_000;
/** Calls to enqueue that wait at the same time, 500 jobs each. */
const CALLS = 8;

export type Turn = {
  readonly enqueuePerSecond: number;
  readonly donePerSecond: number;
  readonly latenciesMs: readonly number[];
};

export type Contestant = {
  readonly name: 'sqlite' | 'postgres';
  readonly turn: (jobs: number) => Promise<Turn>;
  /** So many jobs, waiting. */
  readonly fill: (jobs: number) => Promise<number>;
  /** Works off so many of those that wait, and answers how many a second. */
  readonly drain: (jobs: number) => Promise<number>;
  readonly close: () => Promise<void>;
};

export async function openOnSqlite(): Promise<Contestant> {
  const { openSqliteStore } = await import('../../src/adapters/sqlite/sqlite-store.ts');
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const store = await openSqliteStore({ directory, families, clock: systemClock });
  return contestant(store, {
    name: 'sqlite',
    tidy: async () => {},
    drop: async () => rmSync(directory, { recursive: true }),
  });
}

export async function openOnPostgres(): Promise<Contestant> {
  const { openPostgresStore } = await import('../../src/adapters/postgres/postgres-store.ts');
  const url = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';
  const schema = `millrace_bench_${process.pid}`;
  const store = await openPostgresStore({ url, families, schema });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return contestant(store, {
    name: 'postgres',
    // As the peers do: where autovacuum is off nobody else does it.
    tidy: async () => {
      for (const table of ['job', 'statistic']) await client.query(`VACUUM (ANALYZE) ${schema}.${table}`);
    },
    drop: async () => {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    },
  });
}

type Parts = {
  readonly name: Contestant['name'];
  readonly tidy: () => Promise<void>;
  readonly drop: () => Promise<void>;
};

async function contestant(store: Store, { name, tidy, drop }: Parts): Promise<Contestant> {
  const parts = { store, clock: systemClock, log: silentLog, worker: 'bench' };
  const spine = await openSpine({ ...parts, random: Math.random });
  const fill = (jobs: number) => enqueue(spine, jobs);
  const drain = async (jobs: number) => {
    await tidy();
    return work(spine, parts, jobs);
  };
  await fill(WARM_UP_JOBS);
  await drain(WARM_UP_JOBS);
  return {
    name,
    fill,
    drain,
    turn: async (jobs) => {
      const enqueuePerSecond = await fill(jobs);
      const donePerSecond = await drain(jobs);
      return { enqueuePerSecond, donePerSecond, latenciesMs: await latencies(spine, parts) };
    },
    close: async () => {
      await spine.close();
      await store.close();
      await drop();
    },
  };
}

async function enqueue({ jobs }: Spine, count: number): Promise<number> {
  const began = performance.now();
  let left = Math.ceil(count / 500);
  const call = async () => {
    for (; left > 0; ) {
      left -= 1;
      await jobs.enqueueMany(Array.from({ length: 500 }, () => ({ kind: KIND, payload: PAYLOAD })));
    }
  };
  await Promise.all(Array.from({ length: CALLS }, call));
  return count / ((performance.now() - began) / 1_000);
}

type WorkParts = {
  readonly store: Store;
  readonly clock: typeof systemClock;
  readonly log: typeof silentLog;
  readonly worker: string;
};

/** From the first claim to the moment at which the last job is recorded as done. */
async function work({ jobs }: Spine, parts: WorkParts, count: number): Promise<number> {
  let started = 0;
  let stop = () => {};
  const all = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const began = performance.now();
  const handler = () => {
    started += 1;
    if (started === count) stop();
    return done();
  };
  const worker = startWorker({ ...parts, jobs, kind: KIND, concurrency: Math.min(CONCURRENCY, count), handler });
  await all;
  await worker.close(); // resolves when everything is settled
  return count / ((performance.now() - began) / 1_000);
}

/** From the call that enqueues to the start of the handler, one job at a time. */
async function latencies({ jobs }: Spine, parts: WorkParts): Promise<number[]> {
  const found: number[] = [];
  let arrived = () => {};
  const handler = () => {
    arrived();
    return done();
  };
  const worker = startWorker({ ...parts, jobs, kind: KIND, concurrency: 10, handler });
  for (let sample = 0; sample < SAMPLES; sample++) {
    const start = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const began = performance.now();
    void jobs.enqueue({ kind: KIND, payload: PAYLOAD });
    await start;
    found.push(performance.now() - began);
    await systemClock.sleep(5);
  }
  await worker.close();
  return found;
}

export const median = (numbers: readonly number[]): number =>
  quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
