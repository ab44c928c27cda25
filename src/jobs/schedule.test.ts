/** Schedules: which times are due, and that each of them makes its job once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openQueue, START } from '../../test/jobs/queue.ts';
import { done } from '../kernel/settlement.ts';
import { dueOf, GRACE_MS, MAX_BACKFILL, nextAfter, type Timing } from './schedule.ts';
import { startSchedules } from './schedules.ts';

const HOUR = 3_600_000;
const hourly: Timing = { cron: '0 * * * *', everyMs: null, timeZone: 'UTC' };
const at = (text: string): number => Date.parse(text);

describe('the next time', () => {
  it('follows the pattern in the time zone that was named, across the change of clocks', () => {
    const timing = { cron: '30 2 * * *', everyMs: null, timeZone: 'Europe/Berlin' };
    // 29 March 2026: the clock goes from 2:00 to 3:00, there is no 2:30.
    const times = [at('2026-03-27T12:00:00Z')];
    for (let n = 0; n < 4; n++) times.push(nextAfter(timing, times.at(-1) as number));
    expect(times.slice(1).map((time) => new Date(time).toISOString())).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
  });

  it('comes once where the clock repeats it', () => {
    const timing = { cron: '30 2 * * *', everyMs: null, timeZone: 'Europe/Berlin' };
    const first = nextAfter(timing, at('2026-10-24T22:00:00Z'));
    expect(new Date(nextAfter(timing, first)).toISOString().slice(0, 10)).toBe('2026-10-26');
  });

  it('is refused with a reason when the pattern or the time zone is none', () => {
    for (const wrong of [
      { ...hourly, cron: '61 * * * *' },
      { ...hourly, cron: 'now and then' },
      { ...hourly, timeZone: 'Mars/Olympus' },
    ])
      expect(() => nextAfter(wrong, START)).toThrow(expect.objectContaining({ code: 'job.bad-schedule' }));
  });
});

describe('times that passed unserved', () => {
  const missed = { ...hourly, nextAt: START + HOUR };
  const now = START + 5 * HOUR + GRACE_MS + 1;

  it('count as the backfill rule says', () => {
    expect(dueOf({ ...missed, backfill: 'all' }, now).times).toEqual([1, 2, 3, 4, 5].map((n) => START + n * HOUR));
    expect(dueOf({ ...missed, backfill: 'last' }, now).times).toEqual([START + 5 * HOUR]);
    expect(dueOf({ ...missed, backfill: 'none' }, now).times).toEqual([]);
    expect(dueOf({ ...missed, backfill: 'none' }, START + 5 * HOUR + GRACE_MS).times).toEqual([START + 5 * HOUR]);
  });

  it('are made up for in bites, none twice and none left out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * MAX_BACKFILL }), (count) => {
        const seen: number[] = [];
        let nextAt = START + HOUR;
        const end = START + count * HOUR;
        while (nextAt <= end) {
          const due = dueOf({ ...hourly, nextAt, backfill: 'all' }, end);
          expect(due.times.length).toBeLessThanOrEqual(MAX_BACKFILL);
          seen.push(...due.times);
          ({ nextAt } = due);
        }
        expect(seen).toEqual(Array.from({ length: count }, (_, n) => START + (n + 1) * HOUR));
      }),
      { numRuns: 10 },
    );
  });

  it('cost nothing to leap over, though a second has passed unserved a million times', () => {
    const everySecond = { cron: '* * * * * *', everyMs: null, timeZone: 'UTC', nextAt: START, backfill: 'last' };
    const end = START + 40 * 86_400_000;
    const { times, nextAt } = dueOf(everySecond, end);
    expect([times, nextAt]).toEqual([[end], end + 1_000]);
    const interval = { cron: null, everyMs: 7_000, timeZone: 'UTC', nextAt: START, backfill: 'last' };
    expect((dueOf(interval, end).times[0] as number) - START).toBe(Math.floor((40 * 86_400_000) / 7_000) * 7_000);
  });
});

describe('a schedule', () => {
  it('makes a job at each of its times, which says for which', async () => {
    await using queue = await openQueue();
    const { schedules } = queue.jobs;
    await schedules.put('report', { kind: 'k', payload: { line: 7 }, cron: '0 * * * *' }, 'eli');
    await using _loop = startSchedules({ ...queue, schedules });
    for (let n = 0; n < 3; n++) await queue.clock.advance(HOUR);
    expect((await queue.rows()).map(({ payload }) => JSON.parse(payload) as unknown)).toEqual(
      [1, 2, 3].map((n) => ({ line: 7, scheduledAt: new Date(START + n * HOUR).toISOString() })),
    );
  });

  it('makes each job once, though several servers look at the same moment', async () => {
    await using queue = await openQueue();
    const { schedules } = queue.jobs;
    await schedules.put('report', { kind: 'k', everyMs: 60_000 }, 'eli');
    await queue.clock.advance(60_000);
    await Promise.all([schedules.serve(), schedules.serve(), schedules.serve()]);
    expect(await queue.rows()).toHaveLength(1);
  });

  it('that may not overlap leaves a time out while its last job lives', async () => {
    await using queue = await openQueue();
    const { schedules } = queue.jobs;
    await schedules.put('report', { kind: 'k', everyMs: 60_000, isSingle: true }, 'eli');
    for (let n = 0; n < 3; n++) {
      await queue.clock.advance(60_000);
      await schedules.serve();
    }
    expect(await queue.rows()).toHaveLength(1);
    expect(await schedules.get('report')).toMatchObject({ skipped: 2 });
    for (const job of await queue.claim({ kind: 'k', limit: 9, worker: 'worker-1' })) await queue.settle(job, done());
    await queue.clock.advance(60_000);
    await schedules.serve();
    expect(await queue.rows()).toHaveLength(2);
  });

  it('that is paused lets its times pass, and does not make up for them', async () => {
    await using queue = await openQueue();
    const { schedules } = queue.jobs;
    await schedules.put('report', { kind: 'k', everyMs: 60_000, backfill: 'all' }, 'eli');
    await schedules.pause('report', true, 'eli');
    await queue.clock.advance(600_000);
    await schedules.serve();
    await schedules.pause('report', false, 'eli');
    await schedules.serve();
    expect(await queue.rows()).toEqual([]);
    await queue.clock.advance(60_000);
    await schedules.serve();
    expect(await queue.rows()).toHaveLength(1);
  });

  it('goes on when its queue is full', async () => {
    await using queue = await openQueue();
    const { schedules } = queue.jobs;
    queue.jobs.kinds.declare('k', { maxWaiting: 1 });
    await schedules.put('report', { kind: 'k', everyMs: 60_000 }, 'eli');
    for (let n = 0; n < 3; n++) {
      await queue.clock.advance(60_000);
      await schedules.serve();
    }
    expect(await queue.rows()).toHaveLength(1);
    expect(await schedules.get('report')).toMatchObject({ skipped: 2, nextAt: START + 4 * 60_000 });
  });
});
