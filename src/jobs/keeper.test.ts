/** The keeper: what is due becomes ready, what was lost is given back, and nothing starves. */
import { describe, expect, it } from 'vitest';
import { type Disk, OWNER, openQueue, type Queue, START } from '../../test/jobs/queue.ts';
import type { JobId } from '../kernel/ids.ts';
import { put } from '../store/unit.ts';
import { jobFamily, MAX_LOST, newJobRow } from './job.ts';
import { expireLeases, KEEPER_BATCH, KEEPER_POLL_MS, promote, rescue } from './keeper.ts';
import { readStatistics } from './statistics.ts';

const states = async ({ rows }: Queue) => (await rows()).map(({ state }) => state);

describe('promoting', () => {
  it('is exact to the millisecond', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: START + 1_000 });
    await queue.clock.advance(999);
    expect(await promote(queue)).toBe(0);
    await queue.clock.advance(1);
    expect(await promote(queue)).toBe(1);
  });

  it('makes ready what is due, at its time and not before', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: START + 1_000 });
    await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: START + 2_000 });
    queue.keep();
    await queue.clock.advanceTo(START + 999);
    expect(await states(queue)).toEqual(['scheduled', 'scheduled']);
    await queue.clock.advanceTo(START + 1_020);
    expect(await states(queue)).toEqual(['ready', 'scheduled']);
    await queue.clock.advanceTo(START + 2_020);
    expect(await states(queue)).toEqual(['ready', 'ready']);
  });

  it('sees a job that is due before the next look, though it was stored after the last', async () => {
    await using queue = await openQueue();
    queue.keep();
    await queue.clock.advance(100);
    await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: queue.clock.now() + 50 });
    await queue.clock.advance(100);
    expect(await states(queue)).toEqual(['ready']);
  });

  it('takes a burst in bounded bites, the most overdue first', async () => {
    await using queue = await openQueue();
    const count = KEEPER_BATCH + 10;
    for (let n = 0; n < count; n++) await queue.jobs.enqueue({ kind: 'k', payload: n, dueAt: START + count - n });
    await queue.clock.advance(count);
    expect(await promote(queue)).toBe(KEEPER_BATCH);
    expect((await queue.rows()).filter(({ state }) => state === 'scheduled').map(({ id }) => id)).toEqual(
      (await queue.rows()).slice(0, 10).map(({ id }) => id),
    );
    expect(await promote(queue)).toBe(10);
    expect(await promote(queue)).toBe(0);
  });
});

describe('rescuing', () => {
  it('leaves a job alone whose heartbeat came at the same moment', async () => {
    const disk: Disk = {};
    await using queue = await openQueue(disk);
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const [job] = await queue.claim({ kind: 'k', limit: 1, worker: 'worker-1', leaseMs: 1_000 });
    await queue.clock.advance(1_001);
    disk.writeMs = () => 5;
    const [verdicts] = await Promise.all([
      queue.heartbeat([job as NonNullable<typeof job>], 1_000),
      rescue(queue),
      queue.clock.advance(100),
    ]);
    expect(verdicts).toEqual(['ok']);
    expect(await queue.rows()).toMatchObject([{ state: 'leased', lost: 0 }]);
  });

  it('leaves a lease its last millisecond', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    await queue.claim({ kind: 'k', limit: 1, worker: 'worker-1', leaseMs: 1_000 });
    await queue.clock.advance(1_000);
    expect(await rescue(queue)).toBe(0);
    await queue.clock.advance(1);
    expect(await rescue(queue)).toBe(1);
  });

  it('gives back what was not heard of in time, and leaves alone what was', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: 'quiet' });
    await queue.jobs.enqueue({ kind: 'k', payload: 'alive' });
    const [, alive] = await queue.claim({ kind: 'k', limit: 2, worker: 'worker-1', leaseMs: 1_000 });
    await queue.clock.advance(900);
    await queue.heartbeat([{ id: alive?.id as JobId, epoch: alive?.epoch ?? 0 }], 1_000);
    await queue.clock.advance(200);
    expect(await rescue(queue)).toBe(1);
    expect(await queue.rows()).toMatchObject([
      { state: 'ready', lost: 1, worker: null },
      { state: 'leased', lost: 0 },
    ]);
  });

  it('tells the owner when a job is put aside, in one unit, and counts it as failed', async () => {
    await using queue = await openQueue();
    const row = newJobRow(
      { id: queue.nextId() as JobId, kind: 'k', payload: {}, owner: { kind: OWNER, id: 1, seq: 4 } },
      START,
    );
    await queue.store.commit([{ guards: [], writes: [put(jobFamily, { ...row, lost: MAX_LOST - 1 })] }]);
    await queue.claim({ kind: 'k', limit: 1, worker: 'worker-1', leaseMs: 1_000 });
    await queue.clock.advance(1_100);
    expect(await rescue(queue)).toBe(1);
    expect(queue.told).toMatchObject([
      { settled: { result: { kind: 'failed', message: 'Its worker was lost 3 times.' } } },
    ]);
    expect(await states(queue)).toEqual(['quarantined']);
    expect(await readStatistics(queue.store, { prefix: 'job/', since: 0 })).toMatchObject([
      { failed: 1, completed: 0 },
    ]);
  });

  it('goes on with the others when one cannot be given back', async () => {
    await using queue = await openQueue();
    const owner = { kind: OWNER, id: 1, seq: 4 };
    const row = newJobRow({ id: queue.nextId() as JobId, kind: 'k', payload: {}, owner }, START);
    await queue.store.commit([{ guards: [], writes: [put(jobFamily, { ...row, lost: MAX_LOST - 1 })] }]);
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    queue.owners.set(OWNER, async () => {
      throw new Error('the owner is broken');
    });
    await queue.claim({ kind: 'k', limit: 2, worker: 'worker-1', leaseMs: 1_000 });
    await queue.clock.advance(1_100);
    expect(await rescue(queue)).toBe(1);
    expect(await states(queue)).toEqual(['leased', 'ready']);
  });
});

describe('a server that starts alone', () => {
  it('takes back at once what its predecessor of the same name held, and nothing else', async () => {
    await using queue = await openQueue();
    for (const worker of ['server', 'elsewhere']) {
      await queue.jobs.enqueue({ kind: 'k', payload: {} });
      await queue.claim({ kind: 'k', limit: 1, worker });
    }
    await expireLeases(queue.store, 'server');
    expect(await rescue(queue)).toBe(1);
    expect(await queue.rows()).toMatchObject([{ state: 'ready' }, { state: 'leased', worker: 'elsewhere' }]);
  });

  it('does so for any number of them', async () => {
    await using queue = await openQueue();
    for (let n = 0; n < 2 * KEEPER_BATCH; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    await queue.claim({ kind: 'k', limit: 2 * KEEPER_BATCH, worker: 'server' });
    await expireLeases(queue.store, 'server');
    queue.keep();
    await queue.clock.advance(KEEPER_POLL_MS);
    expect(new Set(await states(queue))).toEqual(new Set(['ready']));
  });
});
