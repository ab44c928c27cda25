/** How many may wait for jobs at a time. */
import { setMaxListeners } from 'node:events';
import { expect, it } from 'vitest';
import { openQueue } from '../../test/jobs/queue.ts';
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
