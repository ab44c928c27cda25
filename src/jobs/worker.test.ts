/** The in-process worker: how many jobs it runs, what becomes of their answers, and how it stops. */
import { describe, expect, it } from 'vitest';
import { gate, OWNER, openQueue, START } from '../../test/jobs/queue.ts';
import type { JobId } from '../kernel/ids.ts';
import { createLog } from '../kernel/log.ts';
import { discard, done, fail, type Settlement, snooze } from '../kernel/settlement.ts';
import { put } from '../store/unit.ts';
import { jobFamily, MAX_LOST, newJobRow } from './job.ts';
import { KEEPER_POLL_MS } from './keeper.ts';
import { ABORT_GRACE_MS, type JobContext } from './worker.ts';

describe('a worker', () => {
  it('runs what is ready and settles it as the handler answers', async () => {
    await using queue = await openQueue();
    const answers: Settlement[] = [done('sent', { to: 3 }), discard('no such valve'), snooze({ delayMs: 500 })];
    for (const answer of answers) await queue.jobs.enqueue({ kind: 'k', payload: answer });
    queue.work(({ payload }) => payload as Settlement);
    await queue.clock.advance(100);
    expect(await queue.rows()).toMatchObject([
      { state: 'done', outcome: 'sent', output: '{"to":3}' },
      { state: 'dead', error: 'no such valve' },
      { state: 'scheduled', dueAt: expect.any(Number) },
    ]);
  });

  it('tells the handler what the job is', async () => {
    await using queue = await openQueue();
    const id = queue.nextId() as JobId;
    const owner = { kind: OWNER, id: 1, seq: 4 };
    const row = newJobRow({ id, kind: 'k', payload: { valve: 'V-12' }, owner }, START);
    await queue.store.commit([{ guards: [], writes: [put(jobFamily, row)] }]);
    const seen: JobContext[] = [];
    queue.work((job) => {
      seen.push(job);
      return done();
    });
    await queue.clock.advance(100);
    expect(seen).toMatchObject([{ id, kind: 'k', attempt: 1, payload: { valve: 'V-12' }, owner }]);
    expect(queue.told).toMatchObject([{ settled: { job: id, result: { outcome: 'done' } } }]);
  });

  it('leaves jobs of other kinds alone', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'other', payload: {} });
    queue.work(() => done());
    await queue.clock.advance(2_000);
    expect(await queue.rows()).toMatchObject([{ state: 'ready' }]);
  });

  it('counts an exception as a failed try', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    queue.work(() => {
      throw new Error('the printer is on fire');
    });
    await queue.clock.advance(100);
    expect(await queue.rows()).toMatchObject([{ state: 'scheduled', attempt: 1, error: 'the printer is on fire' }]);
  });

  it('tries again with growing pauses until the attempts are used up', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {}, maxAttempts: 4 });
    const attempts: { readonly attempt: number; readonly at: number }[] = [];
    queue.work(({ attempt }) => {
      attempts.push({ attempt, at: queue.clock.now() });
      return fail('down');
    });
    queue.keep();
    await queue.clock.advance(60_000);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(await queue.rows()).toMatchObject([{ state: 'dead', attempt: 4, error: 'down' }]);
  });
});

describe('hands', () => {
  it('never hold more jobs than there are, whether jobs are claimed or handed over', async () => {
    await using queue = await openQueue();
    const pass = gate();
    let running = 0;
    let most = 0;
    const handler = async () => {
      running += 1;
      most = Math.max(most, running);
      await pass.opened;
      running -= 1;
      return done();
    };
    for (let n = 0; n < 10; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    queue.work(handler, { concurrency: 4 });
    // Handed over while the first claim is under way, and afterwards.
    await Promise.all(Array.from({ length: 10 }, () => queue.jobs.enqueue({ kind: 'k', payload: {} })));
    await queue.clock.advance(100);
    await Promise.all(Array.from({ length: 10 }, () => queue.jobs.enqueue({ kind: 'k', payload: {} })));
    await queue.clock.advance(100);
    expect(most).toBe(4);
    pass.open();
    await queue.clock.advance(2_000);
    expect(most).toBe(4);
    expect((await queue.rows()).map(({ state }) => state)).toEqual(Array(30).fill('done'));
  });

  it('that become free are filled at once, also while others are busy for long', async () => {
    await using queue = await openQueue();
    const never = gate();
    await queue.jobs.enqueue({ kind: 'k', payload: 'long', priority: 1 });
    for (let n = 0; n < 20; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    queue.work(
      async ({ payload }) => {
        if (payload === 'long') await never.opened;
        return done();
      },
      { concurrency: 2 },
    );
    await queue.clock.advance(900); // less than an idle worker waits before it looks by itself
    expect((await queue.rows()).filter(({ state }) => state === 'done')).toHaveLength(20);
    never.open();
  });

  it('get a new job in the commit that creates it, and nobody claims it a second time', async () => {
    await using queue = await openQueue();
    const pass = gate();
    const runs: JobId[] = [];
    const handler = async ({ id }: JobContext) => {
      runs.push(id);
      await pass.opened;
      return done();
    };
    queue.work(handler, { worker: 'worker-1' });
    await queue.clock.advance(50);
    queue.work(handler, { worker: 'worker-2' });
    await queue.clock.advance(50);
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    expect(await queue.jobs.get(id)).toMatchObject({ state: 'leased', epoch: 1 });
    await queue.clock.advance(3_000);
    expect(runs).toEqual([id]);
    pass.open();
  });

  it('are free again when the commit did not come about', async () => {
    await using queue = await openQueue();
    const runs: unknown[] = [];
    queue.work(
      ({ payload }) => {
        runs.push(payload);
        return done();
      },
      { concurrency: 1 },
    );
    await queue.clock.advance(50);
    for (let n = 0; n < 3; n++) {
      const row = queue.jobs.hands.newRow({ id: queue.nextId() as JobId, kind: 'k', payload: 'lost' }, START);
      expect(row.state).toBe('leased');
      queue.jobs.created([row], false);
    }
    await queue.jobs.enqueue({ kind: 'k', payload: 'kept' });
    await queue.clock.advance(50);
    expect(runs).toEqual(['kept']);
  });

  it('of the right worker get the job when a second worker of the kind has come meanwhile', async () => {
    await using queue = await openQueue();
    const runs: string[] = [];
    const worker = (name: string) =>
      queue.work(
        () => {
          runs.push(name);
          return done();
        },
        { worker: name, concurrency: 1 },
      );
    worker('worker-1');
    await queue.clock.advance(50);
    const enqueued = queue.jobs.enqueue({ kind: 'k', payload: {} });
    worker('worker-2');
    await enqueued;
    await queue.clock.advance(50);
    expect(runs).toEqual(['worker-1']);
  });
});

describe('a hand-over', () => {
  it('is possible also while the worker looks into the queue', async () => {
    await using queue = await openQueue();
    const pass = gate();
    queue.work(() => pass.opened.then(() => done()), { concurrency: 4 }); // its first look is under way
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    expect(await queue.jobs.get(id)).toMatchObject({ state: 'leased', epoch: 1 });
    pass.open();
  });

  it('does not happen before a job is due', async () => {
    await using queue = await openQueue();
    let runs = 0;
    queue.work(() => {
      runs += 1;
      return done();
    });
    queue.keep();
    await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: START + 5_000 });
    await queue.clock.advance(4_900);
    expect(runs).toBe(0);
    await queue.clock.advance(200);
    expect(runs).toBe(1);
  });
});

describe('a lease', () => {
  it('is kept by heartbeats for as long as the handler runs', async () => {
    await using queue = await openQueue();
    const pass = gate();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    let runs = 0;
    queue.work(
      async () => {
        runs += 1;
        await pass.opened;
        return done();
      },
      { leaseMs: 3_000 },
    );
    queue.keep();
    await queue.clock.advance(30_000);
    expect(await queue.rows()).toMatchObject([{ state: 'leased', lost: 0 }]);
    pass.open();
    await queue.clock.advance(100);
    expect(await queue.rows()).toMatchObject([{ state: 'done' }]);
    expect(runs).toBe(1);
  });

  it('that was lost all the same aborts the signal, and the late answer changes nothing', async () => {
    await using queue = await openQueue();
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    let aborted = false;
    queue.work(
      async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        aborted = true;
        return done('late');
      },
      { leaseMs: 3_000 },
    );
    await queue.clock.advance(100);
    await queue.jobs.cancel(id);
    await queue.clock.advance(1_100); // a third of the lease: the next heartbeat
    expect(aborted).toBe(true);
    expect(await queue.rows()).toMatchObject([{ state: 'cancelled', outcome: null }]);
  });

  it('of a worker that died runs out: the job runs again, and is put aside when it was lost too often', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    queue.keep();
    const states: string[] = [];
    for (let n = 0; n < MAX_LOST; n++) {
      // A worker that claims and is never heard of again.
      expect(await queue.claim({ kind: 'k', limit: 1, worker: 'dead', leaseMs: 3_000 })).toHaveLength(1);
      await queue.clock.advance(3_000 + KEEPER_POLL_MS + 100);
      states.push((await queue.rows())[0]?.state ?? '');
    }
    expect(states).toEqual(['ready', 'ready', 'quarantined']);
    expect(await queue.rows()).toMatchObject([{ attempt: 0, lost: MAX_LOST }]);
  });
});

describe('closing', () => {
  it('begins nothing new and waits for what runs', async () => {
    await using queue = await openQueue();
    const pass = gate();
    await queue.jobs.enqueue({ kind: 'k', payload: 'first' });
    const runs: unknown[] = [];
    const worker = queue.work(async ({ payload }) => {
      runs.push(payload);
      await pass.opened;
      return done();
    });
    await queue.clock.advance(50);
    let isClosed = false;
    const closing = worker.close().then(() => {
      isClosed = true;
    });
    await queue.jobs.enqueue({ kind: 'k', payload: 'second' });
    await queue.clock.advance(2_000);
    expect([isClosed, runs]).toEqual([false, ['first']]);
    pass.open();
    await closing;
    expect(await queue.rows()).toMatchObject([{ state: 'done' }, { state: 'ready' }]);
  });

  it('aborts what takes longer than its grace, and a handler that ends by it costs no attempt', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const worker = queue.work(
      ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
        ),
      { graceMs: 5_000 },
    );
    await queue.clock.advance(50);
    const closing = worker.close();
    await queue.clock.advance(4_900);
    expect(await queue.rows()).toMatchObject([{ state: 'leased' }]);
    await queue.clock.advance(200);
    await closing;
    expect(await queue.rows()).toMatchObject([{ state: 'ready', attempt: 0, lost: 0 }]);
  });

  it('keeps what a handler has done by then', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const worker = queue.work(
      ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(done('in time')), { once: true })),
      { graceMs: 0 },
    );
    await queue.clock.advance(50);
    const closing = worker.close();
    await queue.clock.advance(50);
    await closing;
    expect(await queue.rows()).toMatchObject([{ state: 'done', outcome: 'in time' }]);
  });

  it('gives back what does not come to an end, and does not wait for ever', async () => {
    await using queue = await openQueue();
    const pass = gate();
    const lines: string[] = [];
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const worker = queue.work(
      async () => {
        await pass.opened; // deaf to the signal
        return done('too late');
      },
      { graceMs: 1_000, log: createLog({ level: 'warn', write: (line) => lines.push(line) }) },
    );
    await queue.clock.advance(50);
    const closing = worker.close();
    await queue.clock.advance(1_000 + ABORT_GRACE_MS + 50);
    await closing;
    expect(await queue.rows()).toMatchObject([{ state: 'ready', attempt: 0, lost: 0 }]);
    pass.open();
    await queue.clock.advance(50);
    expect(await queue.rows()).toMatchObject([{ state: 'ready', outcome: null }]);
    expect(lines).toEqual([expect.stringContaining('their jobs are given back')]);
  });

  it('gives back a job whose hand-over was under way', async () => {
    await using queue = await openQueue();
    const runs: JobId[] = [];
    const worker = queue.work(({ id }) => {
      runs.push(id);
      return done();
    });
    await queue.clock.advance(50);
    const enqueued = queue.jobs.enqueue({ kind: 'k', payload: {} });
    const closing = worker.close();
    await enqueued;
    await closing;
    expect(runs).toEqual([]);
    expect(await queue.rows()).toMatchObject([{ state: 'ready', attempt: 0, worker: null }]);
  });

  it('twice is fine', async () => {
    await using queue = await openQueue();
    const worker = queue.work(() => done());
    await Promise.all([worker.close(), worker.close()]);
    await worker.close();
    expect(queue.clock.nextDue()).toBeUndefined();
  });
});
