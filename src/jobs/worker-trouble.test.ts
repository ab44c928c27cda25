/** A worker whose line to the store is cut for a time: it keeps its leases and its answers. */
import { describe, expect, it, vi } from 'vitest';
import { gate, openQueue } from '../../test/jobs/queue.ts';
import { done } from '../kernel/settlement.ts';
import type { Jobs } from './jobs.ts';

/** The first calls find that the line to the store is cut. */
function failOften(jobs: Jobs, name: 'settle' | 'heartbeat', times: number) {
  const spy = vi.spyOn(jobs, name);
  for (let n = 0; n < times; n++) spy.mockRejectedValueOnce(new Error('the line is cut'));
  return spy;
}

describe('an answer that cannot be stored', () => {
  it('is kept and sent again, and the job does not run twice', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    failOften(queue.jobs, 'settle', 4);
    let runs = 0;
    const handler = () => {
      runs += 1;
      return done('sent');
    };
    queue.work(handler, { leaseMs: 3_000 });
    queue.keep();
    await queue.clock.advance(15_000);
    expect(await queue.rows()).toMatchObject([{ state: 'done', outcome: 'sent', lost: 0 }]);
    expect(runs).toBe(1);
  });

  it('for long is given up, and the job runs again', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    failOften(queue.jobs, 'settle', 6);
    let runs = 0;
    const handler = () => {
      runs += 1;
      return done();
    };
    queue.work(handler, { leaseMs: 3_000 });
    queue.keep();
    await queue.clock.advance(60_000);
    expect(await queue.rows()).toMatchObject([{ state: 'done', lost: 1 }]);
    expect(runs).toBe(2);
  });
});

describe('a lease', () => {
  it('is kept while heartbeats fail for a time', async () => {
    await using queue = await openQueue();
    const pass = gate();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const beats = failOften(queue.jobs, 'heartbeat', 3);
    queue.work(() => pass.opened.then(() => done()), { leaseMs: 3_000 });
    queue.keep();
    await queue.clock.advance(12_000);
    expect(beats.mock.calls.length).toBeGreaterThan(3);
    expect(await queue.rows()).toMatchObject([{ state: 'leased', lost: 0 }]);
    pass.open();
    await queue.clock.advance(100);
    expect(await queue.rows()).toMatchObject([{ state: 'done' }]);
  });
});
