import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../kernel/clock.ts';
import { createLog, silentLog } from '../../kernel/log.ts';
import { done, fail, snooze } from '../../kernel/settlement.ts';
import { type TestDesk, testDesk } from '../../testing/test-desk.ts';
import type { Desk } from '../desk.ts';
import { type DaemonOptions, startDaemon } from './daemon.ts';
import type { HandlerContext, HandlerJob, Handlers } from './handler.ts';

type Given = Partial<Omit<DaemonOptions, 'desk'>> & { readonly handlers: Handlers; readonly desk?: Desk };

function start(desk: TestDesk, given: Given) {
  return startDaemon({ ...{ desk, id: 'worker-1', log: silentLog, clock: desk.clock, random: () => 0.5 }, ...given });
}

/** A handler that a test lets go on, and sees begin. */
function gate() {
  const begun: { job: HandlerJob; context: HandlerContext; answer: (value?: unknown) => void }[] = [];
  let onBegin = () => {};
  const handler = (job: HandlerJob, context: HandlerContext) =>
    new Promise((answer) => {
      begun.push({ job, context, answer });
      onBegin();
    });
  const reach = async (count: number) => {
    while (begun.length < count) {
      await new Promise<void>((resolve) => {
        onBegin = resolve;
      });
    }
    return begun[count - 1] as (typeof begun)[number];
  };
  return { handler, begun, reach };
}

/** The same desk, and some of it otherwise. */
const deskWith = (desk: TestDesk, changes: Partial<Desk>): Desk => ({
  claim: (...given) => desk.claim(...given),
  settle: (...given) => desk.settle(...given),
  release: (...given) => desk.release(...given),
  heartbeat: (...given) => desk.heartbeat(...given),
  report: (...given) => desk.report(...given),
  leave: (...given) => desk.leave(...given),
  ...changes,
});

const virtualDesk = () => testDesk({ clock: new VirtualClock(0) });
const clockOf = ({ clock }: TestDesk) => clock as VirtualClock;

describe('a worker daemon', () => {
  it('works on jobs of several kinds and settles each with what its handler answers', async () => {
    const desk = testDesk();
    for (const kind of ['greet', 'nothing', 'throws', 'later'])
      desk.add({ kind, payload: { name: 'Ada' }, maxAttempts: 1 });
    await using _ = start(desk, {
      handlers: {
        greet: ({ payload }) => ({ hello: (payload as { name: string }).name }),
        nothing: () => undefined,
        throws: () => {
          throw new Error('the press is jammed');
        },
        later: () => snooze({ delayMs: 60_000 }),
      },
    });
    await desk.until(() => desk.settled.length === 4);
    const answers = Object.fromEntries(desk.settled.map(({ kind, settlement }) => [kind, settlement]));
    expect(answers).toEqual({
      greet: done('done', { hello: 'Ada' }),
      nothing: done(),
      throws: fail('the press is jammed'),
      later: { kind: 'snooze', delayMs: 60_000 },
    });
  });

  it('has never more jobs than hands, and asks for no more', async () => {
    const desk = testDesk();
    for (let count = 0; count < 6; count++) desk.add({ kind: 'k' });
    const limits: number[] = [];
    const watched: Desk = deskWith(desk, {
      claim: (...[claim, signal]: Parameters<Desk['claim']>) => {
        limits.push(claim.limit);
        return desk.claim(claim, signal);
      },
    });
    const { handler, begun, reach } = gate();
    await using _ = start(desk, {
      desk: watched,
      handlers: { k: handler },
      concurrency: 2,
      drainMs: 0,
      lastMomentMs: 1,
    });
    await reach(2);
    begun[0]?.answer();
    await reach(3);
    expect(Math.max(...limits)).toBe(2);
    expect(begun.length).toBe(3);
  });

  it('settles in one call what is answered at the same moment', async () => {
    const desk = testDesk();
    for (let count = 0; count < 50; count++) desk.add({ kind: 'k' });
    await using _ = start(desk, { handlers: { k: () => undefined }, concurrency: 50 });
    await desk.until(() => desk.settled.length === 50);
    expect(desk.calls.settle).toBe(1);
  });

  it('keeps one claim waiting, not more', async () => {
    const desk = virtualDesk();
    await using worker = start(desk, { handlers: { k: () => undefined }, fetchWaitMs: 5_000 });
    await worker.started;
    await clockOf(desk).advance(1);
    const before = desk.calls.claim;
    await clockOf(desk).advance(4_900);
    expect(desk.calls.claim).toBe(before);
    await clockOf(desk).advance(5_200);
    expect(desk.calls.claim).toBe(before + 2);
  });

  it('renews all leases in one call at a third of the lease, and sends progress and lines with it', async () => {
    const desk = virtualDesk();
    const [first] = [desk.add({ kind: 'k', leaseMs: 9_000 }), desk.add({ kind: 'k', leaseMs: 9_000 })];
    const { handler, reach, begun } = gate();
    await using _ = start(desk, { handlers: { k: handler } });
    const { context } = await reach(1);
    await reach(2);
    context.progress(0.5, 'half of the wall');
    context.log('warn', 'smtp://ada:secret@mail.example is slow');
    await clockOf(desk).advance(3_000);
    expect(desk.calls.heartbeat).toBe(1);
    expect(desk.job(first)).toMatchObject({
      progress: { share: 0.5, note: 'half of the wall' },
      lines: [{ level: 'warn', text: 'smtp://ada:***@mail.example is slow' }],
    });
    await clockOf(desk).advance(60_000);
    expect(desk.job(first)).toMatchObject({ state: 'leased', lost: 0 });
    for (const { answer } of begun) answer();
    await desk.until(() => desk.settled.length === 2);
  });

  it('sends the last lines of a job before it settles it', async () => {
    const desk = testDesk();
    const id = desk.add({ kind: 'k' });
    await using _ = start(desk, { handlers: { k: (_job, { log }) => log('info', 'the only line') } });
    await desk.until(() => desk.settled.length === 1);
    expect(desk.job(id).lines).toEqual([{ level: 'info', text: 'the only line' }]);
  });

  it('aborts the signal of a job that was cancelled, and drops what it answers', async () => {
    const desk = virtualDesk();
    const id = desk.add({ kind: 'k', leaseMs: 9_000 });
    const { handler, reach } = gate();
    await using worker = start(desk, { handlers: { k: handler } });
    const { context, answer } = await reach(1);
    desk.cancel(id);
    await clockOf(desk).advance(3_000);
    expect(context.signal.aborted).toBe(true);
    answer({ late: true });
    await clockOf(desk).advance(1);
    expect(desk.settled).toEqual([]);
    expect(worker.status().running).toBe(0);
  });

  it('frees the hand of a cancelled job whose handler does not stop', async () => {
    const desk = virtualDesk();
    const id = desk.add({ kind: 'k', leaseMs: 9_000 });
    const { handler, reach } = gate();
    await using worker = start(desk, { handlers: { k: handler }, lastMomentMs: 1_000 });
    await reach(1);
    desk.cancel(id);
    await clockOf(desk).advance(4_100);
    expect(worker.status().running).toBe(0);
  });

  it('ends an attempt that takes too long, with a sentence that holds still', async () => {
    const desk = virtualDesk();
    desk.add({ kind: 'k', timeoutMs: 5_000, maxAttempts: 1 });
    const { handler, reach } = gate();
    await using _ = start(desk, { handlers: { k: handler }, lastMomentMs: 1_000 });
    const { context } = await reach(1);
    await clockOf(desk).advance(5_000);
    expect(context.signal.aborted).toBe(true);
    await clockOf(desk).advance(1_000);
    expect(desk.settled.map(({ settlement }) => settlement)).toEqual([
      fail('the attempt took longer than 5s and was ended'),
    ]);
  });

  it('takes the good end that a handler still comes to when its time is over', async () => {
    const desk = virtualDesk();
    desk.add({ kind: 'k', timeoutMs: 5_000 });
    const handler = (_: HandlerJob, { signal }: HandlerContext) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ saved: 7 })));
    await using _ = start(desk, { handlers: { k: handler } });
    await clockOf(desk).advance(5_001);
    expect(desk.settled[0]?.settlement).toEqual(done('done', { saved: 7 }));
  });

  it('makes a failure final when the worker allows no more attempts', async () => {
    const desk = testDesk();
    const id = desk.add({ kind: 'k', maxAttempts: 10 });
    await using _ = start(desk, { handlers: { k: () => fail('no') }, maxAttempts: 2 });
    await desk.until(() => desk.settled.length === 2);
    expect(desk.settled.map(({ settlement }) => settlement.kind)).toEqual(['fail', 'discard']);
    expect(desk.job(id).state).toBe('dead');
  });

  it('reports itself to the registry, with counts, and leaves it', async () => {
    const desk = virtualDesk();
    desk.add({ kind: 'k' });
    const worker = start(desk, { handlers: { k: () => undefined }, everyMs: 30_000 });
    await clockOf(desk).advance(30_001);
    expect(desk.workers.get('worker-1')).toMatchObject({
      ...{ id: 'worker-1', kinds: ['k'], concurrency: 8, state: 'running', running: 0, succeeded: 1, failed: 0 },
      everyMs: 30_000,
    });
    expect(desk.calls.report).toBe(2);
    await worker.close();
    expect(desk.workers.size).toBe(0);
  });

  it('refuses kinds that it has no handler for', () => {
    expect(() => start(testDesk(), { handlers: { a: () => {} }, kinds: ['a', 'b', 'c'] })).toThrow(
      'There is no handler for b, c; there are handlers for a.',
    );
  });
});

describe('while the desk is away, a worker daemon', () => {
  it('keeps what was done, however long it takes, and says so once', async () => {
    const desk = virtualDesk();
    const lines: string[] = [];
    const log = createLog({
      level: 'info',
      write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg),
    });
    const ids = [desk.add({ kind: 'k', leaseMs: 9_000_000 }), desk.add({ kind: 'k', leaseMs: 9_000_000 })];
    const { handler, reach } = gate();
    await using _ = start(desk, { handlers: { k: handler }, log });
    const [first, second] = [await reach(1), await reach(2)];
    desk.away(true);
    first.answer({ part: 1 });
    await clockOf(desk).advance(3_600_000);
    second.answer({ part: 2 });
    await clockOf(desk).advance(60_000);
    expect(desk.settled).toEqual([]);
    desk.away(false);
    await clockOf(desk).advance(10_000);
    expect(desk.settled.map(({ settlement }) => settlement)).toEqual([
      done('done', { part: 1 }),
      done('done', { part: 2 }),
    ]);
    expect(ids.map((id) => desk.job(id).state)).toEqual(['done', 'done']);
    expect(lines.filter((line) => line.startsWith('the queue'))).toEqual([
      'the queue does not answer; what was done is kept and it is tried again',
      'the queue answers again',
    ]);
  });

  it('goes on claiming when it is back', async () => {
    const desk = virtualDesk();
    desk.away(true);
    await using worker = start(desk, { handlers: { k: () => undefined } });
    await clockOf(desk).advance(600_000);
    expect(worker.status()).toMatchObject({ isDeskAway: true, state: 'running' });
    expect(clockOf(desk).now() - worker.status().fetchedAt).toBeLessThan(15_000);
    desk.add({ kind: 'k' });
    desk.away(false);
    await clockOf(desk).advance(30_000);
    expect(desk.settled).toHaveLength(1);
  });

  it('ends all the same when it is told to, and leaves the leases to run out', async () => {
    const desk = virtualDesk();
    const id = desk.add({ kind: 'k', leaseMs: 9_000 });
    const { handler, reach } = gate();
    const worker = start(desk, { handlers: { k: handler }, drainMs: 1_000, lastMomentMs: 1_000 });
    await reach(1);
    desk.away(true);
    const closing = worker.close();
    await clockOf(desk).advance(60_000);
    await closing;
    desk.away(false);
    expect(desk.job(id)).toMatchObject({ state: 'ready', lost: 1 });
  });

  it('brings what the desk can take past what it cannot', async () => {
    const desk = virtualDesk();
    const ids = ['good', 'bad', 'good'].map((kind) => desk.add({ kind, leaseMs: 9_000_000, maxAttempts: 1 }));
    const picky: Desk = deskWith(desk, {
      settle: async (...[worker, settlements]: Parameters<Desk['settle']>) => {
        if (settlements.some(({ settlement }) => settlement.kind === 'done' && settlement.output?.huge === true))
          throw new Error('413: the output is too large');
        return desk.settle(worker, settlements);
      },
    });
    await using _ = start(desk, { desk: picky, handlers: { good: () => undefined, bad: () => ({ huge: true }) } });
    await clockOf(desk).advance(120_000);
    expect(ids.map((id) => desk.job(id).state)).toEqual(['done', 'dead', 'done']);
    expect(desk.settled.at(-1)?.settlement).toEqual(
      fail('the queue did not take the answer: 413: the output is too large'),
    );
  });

  it('gives up a call that is never answered, and gives back jobs that such a claim brings late', async () => {
    const desk = virtualDesk();
    let answerLate = () => {};
    let isHalfOpen = true;
    const halfOpen: Desk = deskWith(desk, {
      claim: (...[claim, signal]: Parameters<Desk['claim']>) => {
        if (!isHalfOpen) return desk.claim(claim, signal);
        isHalfOpen = false;
        return new Promise((resolve) => {
          answerLate = () => resolve(desk.claim({ ...claim, waitMs: 0 }));
        });
      },
    });
    await using _ = start(desk, { desk: halfOpen, handlers: { k: () => undefined }, fetchWaitMs: 60_000 });
    await clockOf(desk).advance(17_000);
    const late = desk.add({ kind: 'k' });
    answerLate();
    await clockOf(desk).advance(1_000);
    expect(desk.job(late)).toMatchObject({ state: 'done', released: 1, lost: 0 });
  });
});

describe('a worker daemon that is told to stop', () => {
  it('takes no more, renews what runs, waits for it and leaves', async () => {
    const desk = virtualDesk();
    const id = desk.add({ kind: 'k', leaseMs: 3_000 });
    const { handler, reach } = gate();
    const worker = start(desk, { handlers: { k: handler } });
    const { answer, context } = await reach(1);
    const closing = worker.close();
    const left = desk.add({ kind: 'k' });
    await clockOf(desk).advance(20_000);
    expect(desk.workers.get('worker-1')?.state).toBe('draining');
    expect(desk.job(id)).toMatchObject({ state: 'leased', lost: 0 });
    expect(context.signal.aborted).toBe(false);
    answer();
    await clockOf(desk).advance(1);
    await closing;
    expect(desk.job(id).state).toBe('done');
    expect(desk.job(left)).toMatchObject({ state: 'ready', attempts: 0 });
    expect(desk.workers.size).toBe(0);
  });

  it('aborts what does not end in time, and gives it back at no cost of an attempt', async () => {
    const desk = virtualDesk();
    const ids = ['deaf', 'hears'].map((kind) => desk.add({ kind }));
    const { handler, reach } = gate();
    const hears = (_: HandlerJob, { signal }: HandlerContext) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const worker = start(desk, { handlers: { deaf: handler, hears }, drainMs: 5_000, lastMomentMs: 1_000 });
    const { context } = await reach(1);
    const closing = worker.close();
    await clockOf(desk).advance(5_000);
    expect(context.signal.aborted).toBe(true);
    await clockOf(desk).advance(1_001);
    await closing;
    for (const id of ids) expect(desk.job(id)).toMatchObject({ state: 'ready', attempts: 0, released: 1, lost: 0 });
  });

  it('gives everything back at once when it is told again', async () => {
    const desk = virtualDesk();
    const id = desk.add({ kind: 'k' });
    const { handler, reach } = gate();
    const worker = start(desk, { handlers: { k: handler } });
    await reach(1);
    const closing = worker.close();
    await worker.stopNow();
    await closing;
    expect(desk.job(id)).toMatchObject({ state: 'ready', attempts: 0, released: 1 });
    expect(clockOf(desk).now()).toBe(0);
  });

  it('gives back a job that a claim brings while it stops', async () => {
    const desk = virtualDesk();
    let answer = () => {};
    const slow: Desk = deskWith(desk, {
      claim: (claim: Parameters<Desk['claim']>[0]) =>
        new Promise((resolve) => {
          answer = () => resolve(desk.claim({ ...claim, waitMs: 0 }));
        }),
    });
    const id = desk.add({ kind: 'k' });
    const worker = start(desk, { desk: slow, handlers: { k: () => undefined } });
    await clockOf(desk).advance(1);
    const closing = worker.close();
    answer();
    await clockOf(desk).advance(1);
    await closing;
    expect(desk.job(id)).toMatchObject({ state: 'ready', released: 1, attempts: 0 });
  });
});
