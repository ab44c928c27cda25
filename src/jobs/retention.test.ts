/** What is forgotten of jobs, and what never is. */
import { describe, expect, it } from 'vitest';
import { openQueue, type Queue } from '../../test/jobs/queue.ts';
import { done, fail } from '../kernel/settlement.ts';
import { attemptFamily } from './attempt.ts';
import { lineFamily } from './lines.ts';
import { Retention } from './retention.ts';
import { condense, readStatistics, statisticFamily } from './statistics.ts';

const DAY = 86_400_000;
const retentionOf = ({ store, jobs: { kinds, lengths } }: Queue) =>
  new Retention({ store, kinds, keptBytes: (kind) => lengths.keptBytes(kind) });

async function work(queue: Queue, settlement = done()): Promise<void> {
  for (const job of await queue.claim({ kind: 'k', limit: 1_000, worker: 'worker-1' })) {
    await queue.heartbeat([{ ...job, lines: [{ level: 'info', text: 'at work' }] } as never]);
    await queue.settle(job, settlement);
  }
}

describe('retention', () => {
  it('forgets what ended longer ago than its kind keeps it, with its attempts and lines, and nothing that lives', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { keepMs: 2 * DAY });
    await queue.jobs.enqueueMany([1, 2].map((payload) => ({ kind: 'k', payload, maxAttempts: 2 })));
    await work(queue, fail('not yet'));
    await queue.promote(600_000);
    await work(queue);
    const alive = await queue.jobs.enqueue({ kind: 'k', payload: 3 });
    const retention = retentionOf(queue);
    await retention.round();
    expect(await queue.rows()).toHaveLength(3);
    await queue.clock.advance(2 * DAY + 1);
    await retention.round();
    expect((await queue.rows()).map(({ id }) => id)).toEqual([alive]);
    expect(await queue.store.select(attemptFamily, { limit: 10 })).toEqual([]);
    expect(await queue.store.select(lineFamily, { limit: 10 })).toEqual([]);
  });

  it('forgets the eldest of a kind that keeps too many bytes, until it keeps few enough', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { keepBytes: 2_500 });
    const payload = 'x'.repeat(998); // 1,000 as JSON
    await queue.jobs.enqueueMany(Array.from({ length: 5 }, () => ({ kind: 'k', payload })));
    await work(queue);
    await queue.jobs.lengths.refresh();
    expect(queue.jobs.lengths.keptBytes('k')).toBe(5_000);
    const before = await queue.rows();
    await retentionOf(queue).round();
    expect((await queue.rows()).map(({ id }) => id)).toEqual(before.slice(3).map(({ id }) => id));
    await queue.jobs.lengths.refresh();
    expect(queue.jobs.lengths.keptBytes('k')).toBe(2_000);
  });

  it('comes back to the beginning, so that it finds what ended later', async () => {
    await using queue = await openQueue();
    queue.jobs.kinds.declare('k', { keepMs: DAY });
    await queue.jobs.enqueueMany(Array.from({ length: 600 }, (_, n) => ({ kind: 'k', payload: n })));
    await queue.clock.advance(2 * DAY);
    const retention = retentionOf(queue);
    while (await retention.round());
    expect(await queue.rows()).toHaveLength(600);
    await work(queue);
    await queue.clock.advance(2 * DAY);
    while (await retention.round());
    expect(await queue.rows()).toEqual([]);
  });
});

describe('old statistics', () => {
  it('are summed up by hours and days, and still say the same in sum', async () => {
    await using queue = await openQueue();
    for (let minute = 0; minute < 200; minute++) {
      await queue.jobs.enqueue({ kind: 'k', payload: 1 });
      await queue.clock.advance(60_000);
    }
    const sum = () => readStatistics(queue.store, { prefix: 'job/', since: 0 });
    const rows = async () => (await queue.store.select(statisticFamily, { limit: 1_000 })).length;
    const before = await sum();
    expect(await rows()).toBe(200);
    await queue.clock.advance(3 * DAY);
    await condense(queue.store, ['', -1]);
    expect([await rows(), await sum()]).toEqual([4, before]);
    await queue.clock.advance(100 * DAY);
    await condense(queue.store, ['', -1]);
    expect([await rows(), await sum()]).toEqual([1, before]);
  });
});
