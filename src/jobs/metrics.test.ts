/** What a scrape and the log say of jobs. */
import { describe, expect, it } from 'vitest';
import { gate, openQueue, START } from '../../test/jobs/queue.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { createLog, type LogLevel } from '../kernel/log.ts';
import { discard, done, fail, type Settlement, snooze } from '../kernel/settlement.ts';
import { put } from '../store/unit.ts';
import { jobFamily, MAX_LOST, newJobRow } from './job.ts';
import { rescue } from './keeper.ts';

function listen(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level, write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { log, lines };
}

describe('the metrics of jobs', () => {
  it('count what became of settled jobs, by kind', async () => {
    await using queue = await openQueue();
    const answers: Settlement[] = [done(), done(), discard('no such valve'), snooze({ delayMs: 60_000 }), fail('busy')];
    for (const answer of answers) await queue.jobs.enqueue({ kind: 'k', payload: answer });
    const unwanted = await queue.jobs.enqueue({ kind: 'other', payload: {} });
    await queue.jobs.cancel(unwanted);
    queue.work(({ payload }) => payload as Settlement);
    await queue.clock.advance(100);
    expect(queue.scrape('millrace_jobs_settled_total').toSorted()).toEqual([
      'millrace_jobs_settled_total{kind="k",state="dead"} 1',
      'millrace_jobs_settled_total{kind="k",state="done"} 2',
      'millrace_jobs_settled_total{kind="k",state="scheduled"} 2',
      'millrace_jobs_settled_total{kind="other",state="cancelled"} 1',
    ]);
  });

  it('count an answer that came too late as stale, and its lease as rescued', async () => {
    await using queue = await openQueue();
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const [claimed] = await queue.claim({ kind: 'k', limit: 1, worker: 'slow', leaseMs: 1_000 });
    await queue.clock.advance(1_001);
    expect(await rescue(queue)).toBe(1);
    expect(await queue.settle({ id, epoch: claimed?.epoch ?? 0 }, done())).toBe('stale');
    expect(queue.scrape('millrace_jobs_settled_total')).toEqual([
      'millrace_jobs_settled_total{kind="k",state="stale"} 1',
    ]);
    expect(queue.scrape('millrace_jobs_rescued_total')).toEqual(['millrace_jobs_rescued_total{kind="k"} 1']);
    expect(queue.scrape('millrace_jobs_quarantined_total')).toEqual([]);
  });

  it('show what workers run at this moment, until they stop', async () => {
    await using queue = await openQueue();
    const { opened, open } = gate();
    const worker = queue.work(async () => {
      await opened;
      return done();
    });
    for (let n = 0; n < 3; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    await queue.clock.advance(100);
    expect(queue.scrape('millrace_jobs_running')).toEqual(['millrace_jobs_running{kind="k"} 3']);
    open();
    await queue.clock.advance(100);
    expect(queue.scrape('millrace_jobs_running')).toEqual(['millrace_jobs_running{kind="k"} 0']);
    await worker.close();
    expect(queue.scrape('millrace_jobs_running')).toEqual([]);
  });
});

describe('the log of jobs', () => {
  it('has one line for a job that died, and none for one that is done', async () => {
    const { log, lines } = listen('info');
    await using queue = await openQueue({}, log);
    const id = await queue.jobs.enqueue({ kind: 'k', payload: discard('no such valve') });
    await queue.jobs.enqueue({ kind: 'k', payload: done() });
    queue.work(({ payload }) => payload as Settlement);
    await queue.clock.advance(100);
    expect(lines).toMatchObject([
      {
        level: 'warn',
        job: formatJobId(id),
        kind: 'k',
        attempt: 1,
        reason: 'no such valve',
        msg: 'a job failed for good; it is not tried again until a person says so',
      },
    ]);
  });

  it('has a line for a job that is done where everything is to be seen', async () => {
    const { log, lines } = listen('debug');
    await using queue = await openQueue({}, log);
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    queue.work(() => done('sent'));
    await queue.clock.advance(100);
    expect(lines).toMatchObject([{ job: formatJobId(id), state: 'done', outcome: 'sent', msg: 'a job was settled' }]);
  });

  it('says that a job was put aside, instead of that it was given back', async () => {
    const { log, lines } = listen('info');
    await using queue = await openQueue({}, log);
    const row = newJobRow({ id: queue.nextId() as JobId, kind: 'k', payload: {} }, START);
    await queue.store.commit([{ guards: [], writes: [put(jobFamily, { ...row, lost: MAX_LOST - 1 })] }]);
    await queue.claim({ kind: 'k', limit: 1, worker: 'worker-1', leaseMs: 1_000 });
    await queue.clock.advance(1_001);
    await rescue(queue);
    expect(lines).toMatchObject([
      {
        level: 'warn',
        kind: 'k',
        worker: 'worker-1',
        lost: MAX_LOST,
        msg: 'a job lost its worker too often; it is put aside until a person looks at it',
      },
    ]);
    expect(queue.scrape('millrace_jobs_quarantined_total')).toEqual(['millrace_jobs_quarantined_total{kind="k"} 1']);
    expect(queue.scrape('millrace_jobs_rescued_total')).toEqual([]);
  });
});
