/** How the in-process worker works a long queue off: in parts, without pauses, in order. */
import { describe, expect, it } from 'vitest';
import { type Disk, openQueue } from '../../test/jobs/queue.ts';
import { done } from '../kernel/settlement.ts';
import { CLAIM_PAUSE_MS } from './worker.ts';

describe('a long queue', () => {
  const enqueue = (queue: Awaited<ReturnType<typeof openQueue>>, count: number) =>
    queue.jobs.enqueueMany(Array.from({ length: count }, (_, n) => ({ kind: 'k', payload: n })));

  it('is claimed part by part, one part ahead of what has been answered, and never for more hands than there are', async () => {
    const disk: Disk = {};
    await using queue = await openQueue(disk);
    await enqueue(queue, 1_000);
    disk.writeMs = () => 10;
    const asked: { readonly limit: number; readonly underWay: number }[] = [];
    const { jobs } = queue;
    let underWay = 0;
    let held = 0;
    let most = 0;
    const claim = jobs.claim.bind(jobs);
    jobs.claim = async (wanted) => {
      underWay += 1;
      asked.push({ limit: wanted.limit, underWay });
      const claimed = await claim(wanted);
      underWay -= 1;
      held += claimed.length;
      most = Math.max(most, held);
      return claimed;
    };
    const settle = jobs.settle.bind(jobs);
    jobs.settle = async (worker, settlements) => {
      const verdicts = await settle(worker, settlements);
      held -= verdicts.length;
      return verdicts;
    };
    queue.work(() => done(), { concurrency: 160 });
    await queue.clock.advance(1_000);
    expect(new Set((await queue.rows()).map(({ state }) => state))).toEqual(new Set(['done']));
    expect(most).toBeLessThanOrEqual(160);
    expect(Math.max(...asked.map((one) => one.underWay))).toBe(2);
    expect(asked.slice(1).every(({ limit }) => limit <= 80)).toBe(true);
  });

  it('is worked off by few hands without a pause between the claims', async () => {
    await using queue = await openQueue();
    await enqueue(queue, 100);
    queue.work(() => done(), { concurrency: 2 });
    await queue.clock.advance(CLAIM_PAUSE_MS * 2);
    expect((await queue.rows()).every(({ state }) => state === 'done')).toBe(true);
  });

  it('is not passed by jobs that are enqueued while others wait, though hands are free between two claims', async () => {
    const disk: Disk = {};
    await using queue = await openQueue(disk);
    await enqueue(queue, 1_000);
    disk.writeMs = () => 10;
    const begun: unknown[] = [];
    queue.work(
      ({ payload }) => {
        begun.push(payload);
        return done();
      },
      { concurrency: 400 },
    );
    await queue.clock.advance(15); // the first claim has been answered: the queue is known to be long
    for (let n = 1_000; n < 1_030; n++) {
      void queue.jobs.enqueue({ kind: 'k', payload: n });
      await queue.clock.advance(1);
    }
    await queue.clock.advance(1_000);
    expect(begun).toEqual(Array.from({ length: 1_030 }, (_, n) => n));
  });
});
