import { expect, it } from 'vitest';
import { VirtualClock } from '../kernel/clock.ts';
import { done, fail } from '../kernel/settlement.ts';
import { runHandler } from './run-handler.ts';
import { testDesk } from './test-desk.ts';

const claim = { worker: 'w', kinds: ['k'], limit: 9 };

it('hands a job out once, and again when its lease is over', async () => {
  const clock = new VirtualClock(0);
  const desk = testDesk({ clock });
  const id = desk.add({ kind: 'k', leaseMs: 1_000 });
  const [first] = await desk.claim(claim);
  expect(await desk.claim(claim)).toEqual([]);
  await clock.advance(1_000);
  const [second] = await desk.claim(claim);
  expect([first?.id, second?.id, second?.attempt]).toEqual([id, id, 1]);
  expect(desk.job(id).lost).toBe(1);
  const answer = (epoch = 0) => desk.settle('w', [{ id, epoch, settlement: done() }]);
  expect(await answer(first?.epoch)).toEqual(['stale']);
  expect(await answer(second?.epoch)).toEqual(['ok']);
  expect(desk.settled).toHaveLength(1);
});

it('tries a failed job again until its attempts are used up', async () => {
  const desk = testDesk();
  const id = desk.add({ kind: 'k', maxAttempts: 2 });
  for (const attempt of [1, 2]) {
    const [job] = await desk.claim(claim);
    expect(job?.attempt).toBe(attempt);
    await desk.settle('w', [{ id, epoch: job?.epoch ?? 0, settlement: fail('no') }]);
  }
  expect(desk.job(id)).toMatchObject({ state: 'dead', attempts: 2 });
});

it('wakes a claim that waits, and answers none when it is told to stop', async () => {
  const desk = testDesk();
  const waiting = desk.claim({ ...claim, waitMs: 60_000 });
  desk.add({ kind: 'k' });
  expect(await waiting).toHaveLength(1);
  const stop = new AbortController();
  const stopped = desk.claim({ ...claim, waitMs: 60_000 }, stop.signal);
  stop.abort();
  expect(await stopped).toEqual([]);
});

it('runs a handler as a worker would', async () => {
  const handlers = {
    weigh: ({ payload }: { payload: unknown }) => ({ got: payload }),
    stop: (_: unknown, { signal }: { signal: AbortSignal }) => {
      if (signal.aborted) throw new Error('stopped');
    },
  };
  const at = new Date(0);
  expect(await runHandler(handlers, { kind: 'weigh', payload: { at } })).toEqual({
    settlement: done('done', { got: { at: at.toISOString() } }),
    ...{ lines: [], progress: [] },
  });
  expect((await runHandler(handlers, { kind: 'none' })).settlement).toEqual(fail('there is no handler for "none"'));
});
