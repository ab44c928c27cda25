/** How many may wait for jobs at a time, and whom a new job wakes. */
import { setMaxListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { openQueue, type Queue } from '../../test/jobs/queue.ts';
import { MAX_WAITING_CLAIMS } from './claims.ts';

it('a claim too many does not wait, and those that wait still get their jobs', async () => {
  await using queue = await openQueue();
  const off = new AbortController();
  setMaxListeners(0, off.signal);
  const claim = { kinds: ['k'], limit: 1, worker: 'worker-1', waitMs: 60_000 };
  const waiting = Array.from({ length: MAX_WAITING_CLAIMS }, () => queue.jobs.claim(claim, off.signal));
  await new Promise((resolve) => setImmediate(resolve));
  await expect(queue.jobs.claim(claim)).rejects.toMatchObject({ code: 'job.too-many-waiting' });
  expect(await queue.jobs.claim({ ...claim, waitMs: 0 })).toEqual([]);
  await queue.jobs.enqueue({ kind: 'k', payload: {} });
  expect(await Promise.race(waiting)).toHaveLength(1);
  off.abort();
  expect((await Promise.all(waiting)).flat()).toHaveLength(1);
  const last = new AbortController();
  last.abort();
  expect(await queue.jobs.claim(claim, last.signal)).toEqual([]);
});

/** Claims of one job each that wait, and how often they have looked. */
async function waitInLine(queue: Queue, count: number) {
  const off = new AbortController();
  setMaxListeners(0, off.signal);
  const claim = { kinds: ['k'], limit: 1, worker: 'worker-1', waitMs: 60_000 };
  const waiting = Array.from({ length: count }, () => queue.jobs.claim(claim, off.signal));
  await settled();
  const looks = vi.spyOn(queue.store, 'claim');
  const end = async () => {
    off.abort();
    return (await Promise.all(waiting)).flat();
  };
  return { looks, end };
}

const settled = async () => {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
};

it('a new job does not wake all that wait', async () => {
  await using queue = await openQueue();
  const { looks, end } = await waitInLine(queue, 100);
  await queue.jobs.enqueue({ kind: 'other', payload: {} });
  await settled();
  expect(looks).toHaveBeenCalledTimes(1);
  await queue.jobs.enqueue({ kind: 'k', payload: {} });
  await settled();
  expect(looks).toHaveBeenCalledTimes(4);
  expect(await end()).toHaveLength(1);
});

it('a burst reaches as many as there are jobs, without a pause', async () => {
  await using queue = await openQueue();
  const { looks, end } = await waitInLine(queue, 100);
  await queue.jobs.enqueueMany(Array.from({ length: 60 }, (_, n) => ({ kind: 'k', payload: n })));
  await settled();
  expect((await queue.rows()).filter(({ state }) => state === 'leased')).toHaveLength(60);
  expect(looks.mock.calls.length).toBeLessThanOrEqual(3 * 60);
  expect(await end()).toHaveLength(60);
});
