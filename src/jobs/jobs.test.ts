/** The job queue over the model store: what each call promises to who calls it. */
import { describe, expect, it } from 'vitest';
import { type Disk, OWNER, openQueue, type Queue, START } from '../../test/jobs/queue.ts';
import { MillraceError } from '../kernel/errors.ts';
import type { JobId } from '../kernel/ids.ts';
import { discard, done, fail, snooze } from '../kernel/settlement.ts';
import { put, set } from '../store/unit.ts';
import { jobFamily, MAX_ERROR_LENGTH, MAX_PAYLOAD_BYTES, type NewJob, newJobRow } from './job.ts';
import { Jobs } from './jobs.ts';
import { MAX_CONFLICTS } from './refusal.ts';
import { readStatistics } from './statistics.ts';

const claim = (queue: Queue, limit = 10, worker = 'worker-1') => queue.claim({ kind: 'k', limit, worker });
const claimOne = async (queue: Queue) => {
  const [row] = await claim(queue, 1);
  if (row === undefined) throw new Error('no job is ready');
  return { ...row, id: row.id as JobId };
};
/** A ready job that belongs to the owner of these tests; `seq` 0: nobody waits for it. */
async function enqueueOwned({ store, nextId }: Queue, seq: number, more: Partial<NewJob> = {}): Promise<JobId> {
  const id = nextId() as JobId;
  const row = newJobRow({ id, kind: 'k', payload: {}, owner: { kind: OWNER, id: 1, seq }, ...more }, store.now());
  await store.commit([{ guards: [], writes: [put(jobFamily, row)] }]);
  return id;
}

describe('what a worker is told', () => {
  it('is how long its lease lasts, whatever the kind says', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const [job] = await queue.jobs.claim({ kinds: ['k'], limit: 1, worker: 'worker-1', leaseMs: 5_000 });
    expect(job?.leaseMs).toBe(5_000);
  });

  it('of two claims of one job in one call is true of each', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const job = await claimOne(queue);
    expect(await queue.heartbeat([{ ...job, epoch: job.epoch - 1 }, job])).toEqual(['stale', 'ok']);
  });

  it('is that nobody wants the job any more, also when another server has cancelled it', async () => {
    await using queue = await openQueue();
    const other = new Jobs(queue);
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const job = await claimOne(queue);
    await other.cancel(job.id);
    expect(await queue.release(job)).toBe('cancel');
    expect(await queue.settle(job, done())).toBe('cancel');
  });
});

describe('a batch of settlements', () => {
  it('is not harmed by one that no store takes', async () => {
    await using queue = await openQueue();
    for (let n = 0; n < 3; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    const jobs = await claim(queue);
    const answers = [done('a\0b'), snooze({ delayMs: Number.NaN }), done()];
    const settlements = jobs.map(({ id, epoch }, place) => ({ id, epoch, settlement: answers[place] ?? done() }));
    expect(await queue.jobs.settle('worker-1', settlements)).toEqual(['ok', 'ok', 'ok']);
    expect((await queue.rows()).map(({ state }) => state)).toEqual(['dead', 'dead', 'done']);
  });

  it('fails as a whole when the store is away, and leaves no failure that nobody hears of', async () => {
    await using queue = await openQueue();
    await enqueueOwned(queue, 1);
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const jobs = await claim(queue);
    const settlements = jobs.map(({ id, epoch }) => ({ id, epoch, settlement: done() }));
    queue.store.crash();
    await expect(queue.jobs.settle('worker-1', settlements)).rejects.toMatchObject({ code: 'store.closed' });
  });
});

describe('claiming', () => {
  it('gives the most urgent first, then the eldest', async () => {
    await using queue = await openQueue();
    const enqueue = (priority: number) => queue.jobs.enqueue({ kind: 'k', payload: {}, priority });
    const [low, first, urgent, second] = [await enqueue(-5), await enqueue(0), await enqueue(9), await enqueue(0)];
    expect((await claim(queue)).map(({ id }) => id)).toEqual([urgent, first, second, low]);
  });

  it('gives a job of the kind that was asked for, and no more than were asked for', async () => {
    await using queue = await openQueue();
    for (let n = 0; n < 5; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    await queue.jobs.enqueue({ kind: 'other', payload: {} });
    expect(await claim(queue, 3)).toHaveLength(3);
    expect(await claim(queue)).toHaveLength(2);
    expect(await claim(queue)).toHaveLength(0);
  });

  it('gives one job to one worker, however many ask at once', async () => {
    await using queue = await openQueue();
    for (let n = 0; n < 7; n++) await queue.jobs.enqueue({ kind: 'k', payload: n });
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => claim(queue, 3, worker)));
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(7);
    expect(new Set(ids).size).toBe(7);
  });

  it('leases until a time and raises the epoch', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const [job] = await queue.claim({ kind: 'k', limit: 1, worker: 'worker-1', leaseMs: 5_000 });
    expect(job).toMatchObject({ state: 'leased', worker: 'worker-1', leaseUntil: START + 5_000, epoch: 1 });
  });

  it('leaves a job for later alone', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: START + 1 });
    expect(await claim(queue)).toEqual([]);
  });
});

describe('a payload', () => {
  it('that is too large is refused and stored nowhere', async () => {
    await using queue = await openQueue();
    const payload = 'x'.repeat(MAX_PAYLOAD_BYTES);
    await expect(queue.jobs.enqueue({ kind: 'k', payload })).rejects.toMatchObject({ code: 'job.payload-too-large' });
    expect(await queue.rows()).toEqual([]);
  });
});

describe('settling', () => {
  it('stores the outcome and counts it', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    expect(await queue.settle(await claimOne(queue), done('sent', { to: 3 }))).toBe('ok');
    expect(await queue.settle(await claimOne(queue), discard('no'))).toBe('ok');
    expect(await queue.rows()).toMatchObject([
      { state: 'done', outcome: 'sent', output: '{"to":3}' },
      { state: 'dead' },
    ]);
    expect(await readStatistics(queue.store, { prefix: 'job/', since: 0 })).toEqual([
      { subject: 'job/k', started: 2, completed: 1, failed: 1 },
    ]);
  });

  it('is stale when it was settled, released, cancelled or claimed anew, and changes nothing then', async () => {
    await using queue = await openQueue();
    const { jobs } = queue;
    const lose: ((job: { id: JobId; epoch: number }) => Promise<unknown>)[] = [
      (job) => queue.settle(job, done('first')),
      (job) => queue.release(job),
      ({ id }) => jobs.cancel(id),
      async (job) => {
        await queue.release(job);
        return claimOne(queue);
      },
    ];
    for (const loseIt of lose) {
      await jobs.enqueue({ kind: 'k', payload: {} });
      const job = await claimOne(queue);
      await loseIt(job);
      const before = await jobs.get(job.id);
      for (const late of [done('late'), fail('late'), snooze({ delayMs: 1 }), discard('late')]) {
        expect(await queue.settle(job, late)).toBe(before.state === 'cancelled' ? 'cancel' : 'stale');
      }
      expect(await jobs.get(job.id)).toEqual(before);
      if (before.state === 'ready') await queue.settle(await claimOne(queue), done());
      if (before.state === 'leased') await queue.settle({ id: job.id, epoch: before.epoch }, done());
    }
  });

  it('takes one of two settlements that come at the same moment', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const job = await claimOne(queue);
    const verdicts = await Promise.all([queue.settle(job, done('a')), queue.settle(job, done('b'))]);
    expect(verdicts.sort()).toEqual(['ok', 'stale']);
  });

  it('makes an output that is no JSON a failure instead of losing the job', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    expect(await queue.settle(await claimOne(queue), done('done', { count: 1n }))).toBe('ok');
    expect(await queue.rows()).toMatchObject([{ state: 'dead', error: expect.stringContaining('BigInt') }]);
  });
});

describe('the reason of a failure', () => {
  it('is kept also when it holds what no store takes, or is cut in the middle of a character', async () => {
    await using queue = await openQueue();
    const long = `${'x'.repeat(MAX_ERROR_LENGTH - 1)}😀`;
    for (const text of ['a\0b', 'half \ud83d', '\ude00 half', long]) {
      await queue.jobs.enqueue({ kind: 'k', payload: {}, maxAttempts: 1 });
      expect(await queue.settle(await claimOne(queue), fail(text))).toBe('ok');
    }
    expect((await queue.rows()).map(({ error }) => error)).toEqual([
      'a\ufffdb',
      'half \ufffd',
      '\ufffd half',
      `${'x'.repeat(MAX_ERROR_LENGTH - 1)}\ufffd`,
    ]);
  });
});

describe('the owner of a job', () => {
  it('hears of its end in the same unit', async () => {
    await using queue = await openQueue();
    const id = await enqueueOwned(queue, 4);
    await queue.settle(await claimOne(queue), done('sent', { to: 3 }), 'worker-1');
    expect(queue.told.map(({ settled }) => settled)).toEqual([
      {
        job: id,
        kind: 'k',
        owner: { kind: OWNER, id: 1, seq: 4 },
        actor: 'worker-1',
        begunAt: queue.store.now(),
        result: { kind: 'done', outcome: 'sent', variables: { to: 3 } },
      },
    ]);
    expect(await queue.rows()).toMatchObject([{ state: 'done' }]);
  });

  it('does not hear of a try that failed', async () => {
    await using queue = await openQueue();
    await enqueueOwned(queue, 4, { maxAttempts: 2 });
    await queue.settle(await claimOne(queue), fail('down'));
    expect(queue.told).toEqual([]);
  });

  it('does not hear of a job beside it that is done, only of one that failed', async () => {
    await using queue = await openQueue();
    await enqueueOwned(queue, 0);
    await queue.settle(await claimOne(queue), done());
    expect(queue.told).toEqual([]);
    await enqueueOwned(queue, 0);
    await queue.settle(await claimOne(queue), discard('no such list'));
    expect(queue.told).toMatchObject([{ settled: { result: { kind: 'failed', message: 'no such list' } } }]);
  });

  it('that was changed meanwhile is told again', async () => {
    await using queue = await openQueue();
    await enqueueOwned(queue, 4);
    const tell = queue.owners.get(OWNER);
    let conflicts = MAX_CONFLICTS - 1;
    queue.owners.set(OWNER, async (settled, part) =>
      conflicts-- > 0 ? 'conflict' : (tell?.(settled, part) ?? 'conflict'),
    );
    expect(await queue.settle(await claimOne(queue), done())).toBe('ok');
    expect(await queue.rows()).toMatchObject([{ state: 'done' }]);
  });

  it('that is changed all the time is a conflict, and the claim is still held', async () => {
    await using queue = await openQueue();
    await enqueueOwned(queue, 4);
    queue.owners.set(OWNER, async () => 'conflict');
    const job = await claimOne(queue);
    await expect(queue.settle(job, done())).rejects.toMatchObject({ code: 'store.conflict' });
    expect(await queue.heartbeat([job])).toEqual(['ok']);
  });

  it.each(['process.unknown-outcome', 'process.variables-too-large'] as const)(
    'that will never take the answer (%s) makes it a failure that is not tried again',
    async (code) => {
      await using queue = await openQueue();
      await enqueueOwned(queue, 4);
      const tell = queue.owners.get(OWNER);
      queue.owners.set(OWNER, async (settled, part) => {
        if (settled.result.kind === 'done') throw new MillraceError(code, { outcome: 'odd' });
        return tell?.(settled, part) ?? 'conflict';
      });
      expect(await queue.settle(await claimOne(queue), done('odd'))).toBe('ok');
      expect(await queue.rows()).toMatchObject([
        { state: 'dead', error: new MillraceError(code, { outcome: 'odd' }).message },
      ]);
      expect(queue.told).toMatchObject([{ settled: { result: { kind: 'failed' } } }]);
    },
  );

  it('that has withdrawn the job makes the settlement stale', async () => {
    await using queue = await openQueue();
    const id = await enqueueOwned(queue, 4);
    const job = await claimOne(queue);
    queue.owners.set(OWNER, async () => {
      queue.owners.delete(OWNER);
      await queue.jobs.cancel(id);
      throw new MillraceError('process.not-waiting', { what: 'it' });
    });
    expect(await queue.settle(job, done())).toBe('cancel');
    expect(await queue.rows()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('that is just withdrawing the job makes the settlement stale as well, however slow the disk is', async () => {
    const disk: Disk = {};
    await using queue = await openQueue(disk);
    const id = await enqueueOwned(queue, 4);
    const job = await claimOne(queue);
    disk.writeMs = () => 50;
    queue.owners.set(OWNER, async () => {
      const withdrawn = set(jobFamily, [id], { state: 'cancelled', epoch: 99, settledAt: START });
      void queue.store.commit([{ guards: [], writes: [withdrawn] }]);
      throw new MillraceError('process.not-waiting', { what: 'it' });
    });
    const verdict = queue.settle(job, done());
    await queue.clock.advance(1_000);
    expect(await verdict).toBe('cancel');
  });
});

describe('a heartbeat', () => {
  it('prolongs the leases that are held and says which are not', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: 1 });
    await queue.jobs.enqueue({ kind: 'k', payload: 2 });
    const [mine, lost] = [await claimOne(queue), await claimOne(queue)];
    await queue.release(lost);
    await queue.clock.advance(1_000);
    expect(await queue.heartbeat([mine, lost], 9_000)).toEqual(['ok', 'stale']);
    expect(await queue.rows()).toMatchObject([{ leaseUntil: START + 10_000 }, { leaseUntil: null, state: 'ready' }]);
  });
});

describe('giving back', () => {
  it('costs no attempt, and the next claim has another epoch', async () => {
    await using queue = await openQueue();
    await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const first = await claimOne(queue);
    await queue.release(first);
    const second = await claimOne(queue);
    expect(second).toMatchObject({ id: first.id, attempt: 0, lost: 0 });
    expect(second.epoch).toBeGreaterThan(first.epoch);
  });
});

describe('cancelling', () => {
  it('ends a job in any state that is not final, and only those', async () => {
    await using queue = await openQueue();
    const later = await queue.jobs.enqueue({ kind: 'k', payload: {}, dueAt: START + 1_000 });
    const held = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    await claimOne(queue);
    const ready = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    for (const id of [later, held, ready]) await queue.jobs.cancel(id);
    expect((await queue.rows()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    await expect(queue.jobs.cancel(held)).rejects.toMatchObject({ code: 'job.ended' });
    await expect(queue.jobs.cancel(99 as JobId)).rejects.toMatchObject({ code: 'job.unknown' });
  });

  it('wins over a claim at the same moment', async () => {
    await using queue = await openQueue();
    const id = await queue.jobs.enqueue({ kind: 'k', payload: {} });
    const [, claimed] = await Promise.all([queue.jobs.cancel(id), claim(queue)]);
    expect(await queue.rows()).toMatchObject([{ state: 'cancelled' }]);
    for (const job of claimed) expect(await queue.heartbeat([{ ...job, id }])).toEqual(['cancel']);
  });

  it('tells an owner that waits for it, so that nothing is stuck', async () => {
    await using queue = await openQueue();
    await queue.jobs.cancel(await enqueueOwned(queue, 4), 'eli');
    expect(queue.told).toMatchObject([
      { settled: { actor: 'eli', result: { kind: 'failed', message: 'It was cancelled by eli.' } } },
    ]);
    await queue.jobs.cancel(await enqueueOwned(queue, 0));
    expect(queue.told).toHaveLength(1);
  });
});

it('says so when there is no such job', async () => {
  await using queue = await openQueue();
  await expect(queue.jobs.get(12 as JobId)).rejects.toMatchObject({ code: 'job.unknown' });
  expect(await queue.settle({ id: 12 as JobId, epoch: 1 }, done())).toBe('stale');
});
