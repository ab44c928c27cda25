/**
 * The twelve scenarios that source (d) names for its worker, on the queue and the SQLite store. Its events come over the
 * queue's own watch and its heartbeats from the registry: a mirror in Redis shows the same two, and no more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import type { WorkerReport } from '../../src/jobs/desk.ts';
import { jobFamilies } from '../../src/jobs/families.ts';
import { jobFamily } from '../../src/jobs/job.ts';
import type { JobEvent, JobEventName } from '../../src/jobs/job-event.ts';
import { Jobs } from '../../src/jobs/jobs.ts';
import { startKeeper } from '../../src/jobs/keeper.ts';
import { jobMetrics } from '../../src/jobs/metrics.ts';
import { goneAt } from '../../src/jobs/registry.ts';
import { startWorker, type WorkerParts } from '../../src/jobs/worker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openIds } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { Metrics } from '../../src/kernel/metrics.ts';
import { done, fail } from '../../src/kernel/settlement.ts';
import { plantFeed } from '../../src/store/feed.ts';
import { plantOutbox } from '../../src/store/outbox.ts';
import { gate } from './queue.ts';

const families = [...jobFamilies, plantFeed, plantOutbox];

async function openPlant(directory: string) {
  const stop = new ServiceStack();
  const store = stop.use(await openSqliteStore({ directory, families, clock: systemClock }));
  const nextId = await openIds((size) => store.reserveIds(size));
  const metrics = jobMetrics(new Metrics());
  const parts = { store, clock: systemClock, nextId, owners: new Map(), log: silentLog, random: Math.random, metrics };
  const jobs = new Jobs(parts);
  jobs.kinds.declare('account', { backoff: { firstMs: 5, longestMs: 5 } });
  stop.use(startKeeper({ ...parts, jobs }));
  const events: JobEvent[] = [];
  jobs.watch.watch((some) => events.push(...some));
  return {
    ...{ store, jobs, events },
    work: (handler: WorkerParts['handler'], options: Partial<WorkerParts> = {}) =>
      stop.use(startWorker({ ...parts, jobs, worker: 'worker-1', kind: 'account', handler, ...options })),
    /** Resolves when so many events of that name have been told. */
    heard: (name: JobEventName, count = 1) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (events.filter((event) => event.name === name).length >= count) resolve();
        };
        jobs.watch.watch(look);
        look();
      }),
    close: () => stop.close(),
    [Symbol.asyncDispose]: () => stop.close(),
  };
}

/** A directory of one's own, and a queue on it. */
async function freshPlant() {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-source-'));
  const plant = await openPlant(directory);
  const dispose = async () => {
    await plant.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...plant, directory, [Symbol.asyncDispose]: dispose };
}

const account = (payload: unknown = {}) => ({ kind: 'account', payload });
const report: WorkerReport = {
  ...{ id: 'worker-1', kinds: ['account'], concurrency: 1, state: 'running', running: 0, succeeded: 0, failed: 0 },
  ...{ host: 'line-1', pid: 1, version: '1', everyMs: 30_000 },
};

describe('the scenarios of source (d)', () => {
  it('1 single job', async () => {
    await using plant = await freshPlant();
    plant.work(() => done('created', { user: 'u1' }));
    const id = await plant.jobs.enqueue(account());
    await plant.heard('completed');
    expect(await plant.jobs.get(id)).toMatchObject({ state: 'done', outcome: 'created', output: '{"user":"u1"}' });
  });

  it('2 many items per job', async () => {
    await using plant = await freshPlant();
    plant.work(({ payload }) =>
      done('created', { users: Array.from({ length: (payload as { count: number }).count }, (_, n) => `u${n}`) }),
    );
    const id = await plant.jobs.enqueue(account({ count: 3 }));
    await plant.heard('completed');
    expect(JSON.parse((await plant.jobs.get(id)).output ?? '')).toEqual({ users: ['u0', 'u1', 'u2'] });
  });

  it('3 jobs in sequence', async () => {
    await using plant = await freshPlant();
    const seen: unknown[] = [];
    for (let n = 0; n < 5; n++) await plant.jobs.enqueue({ ...account(n), key: 'line-1' });
    plant.work(({ payload }) => {
      seen.push(payload);
      return done();
    });
    await plant.heard('completed', 5);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('4 concurrent workers', async () => {
    await using plant = await freshPlant();
    const seen: number[] = [];
    await plant.jobs.enqueueMany(Array.from({ length: 60 }, (_, n) => account(n)));
    for (const worker of ['worker-1', 'worker-2', 'worker-3'])
      plant.work(({ payload }) => done(String(seen.push(payload as number))), { worker, concurrency: 2 });
    await plant.heard('completed', 60);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  it('5 failure and retry', async () => {
    await using plant = await freshPlant();
    plant.work(({ attempt, payload }) => (payload === 'mends' && attempt === 3 ? done() : fail('the creator is down')));
    const mends = await plant.jobs.enqueue(account('mends'));
    const never = await plant.jobs.enqueue(account('never'));
    await Promise.all([plant.heard('completed'), plant.heard('failed')]);
    expect(await plant.jobs.get(mends)).toMatchObject({ state: 'done', attempt: 3 });
    expect(await plant.jobs.get(never)).toMatchObject({ state: 'dead', attempt: 3, error: 'the creator is down' });
  });

  it('6 status progression', async () => {
    await using plant = await freshPlant();
    const [begun, finish] = [gate(), gate()];
    const id = await plant.jobs.enqueue(account());
    const states = [(await plant.jobs.get(id)).state];
    plant.work(async () => {
      begun.open();
      await finish.opened;
      return done();
    });
    await begun.opened;
    states.push((await plant.jobs.get(id)).state);
    finish.open();
    await plant.heard('completed');
    states.push((await plant.jobs.get(id)).state);
    expect(states).toEqual(['ready', 'leased', 'done']);
  });

  it('7 pub/sub events', async () => {
    await using plant = await freshPlant();
    await plant.jobs.enqueue(account());
    plant.work(({ attempt }) => (attempt === 1 ? fail('once') : done()));
    await plant.heard('completed');
    expect(plant.events.map(({ name }) => name)).toEqual([
      ...['enqueued', 'started', 'retried', 'promoted', 'started', 'completed'],
    ]);
  });

  it('8 persistence and FIFO', async () => {
    await using plant = await freshPlant();
    for (let n = 0; n < 5; n++) await plant.jobs.enqueue(account(n));
    await plant.close();
    await using again = await openPlant(plant.directory);
    const jobs = await again.jobs.claim({ kinds: ['account'], limit: 10, worker: 'worker-1' });
    expect(jobs.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4]);
  });

  it('9 empty-queue timeout', async () => {
    await using plant = await freshPlant();
    const empty = { kinds: ['account'], limit: 1, worker: 'worker-1', waitMs: 50 };
    expect(await plant.jobs.claim(empty)).toEqual([]);
    const waiting = plant.jobs.claim({ ...empty, waitMs: 20_000 });
    const id = await plant.jobs.enqueue(account());
    expect(await waiting).toMatchObject([{ id }]);
  });

  it('10 heartbeat and TTL', async () => {
    await using plant = await freshPlant();
    await plant.jobs.report(report);
    const [worker] = await plant.jobs.registry.list({ limit: 10 });
    expect(worker).toMatchObject({ id: 'worker-1', state: 'running' });
    expect(worker && goneAt(worker) - worker.seenAt).toBe(90_000);
    await plant.jobs.leave('worker-1');
    expect(await plant.jobs.registry.list({ limit: 10 })).toEqual([]);
  });

  it('11 graceful stop without loss', async () => {
    await using plant = await freshPlant();
    const [begun, finish] = [gate(), gate()];
    await plant.jobs.enqueueMany([account(0), account(1), account(2)]);
    const first = plant.work(
      async () => {
        begun.open();
        await finish.opened;
        return done();
      },
      { concurrency: 1 },
    );
    await begun.opened;
    const stopped = first.close();
    finish.open();
    await stopped;
    plant.work(() => done(), { worker: 'worker-2' });
    await plant.heard('completed', 3);
    const rows = await plant.store.select(jobFamily, { limit: 10 });
    expect(rows.map(({ state, attempt, lost }) => ({ state, attempt, lost }))).toEqual(
      rows.map(() => ({ state: 'done', attempt: 1, lost: 0 })),
    );
  });

  it('12 10,000 jobs in one go', { timeout: 120_000 }, async () => {
    await using plant = await freshPlant();
    const seen = new Set<unknown>();
    plant.work(({ payload }) => done(String(seen.add(payload).size)), { concurrency: 500 });
    await plant.jobs.enqueueMany(Array.from({ length: 10_000 }, (_, n) => account(n)));
    await plant.heard('completed', 10_000);
    expect(seen.size).toBe(10_000);
  });
});
