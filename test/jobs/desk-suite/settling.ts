/** What a worker says of a job, and when it counts. */
import { expect } from 'vitest';
import type { OfferedJob } from '../../../src/jobs/desk.ts';
import { discard, done, fail, type Settlement, snooze } from '../../../src/kernel/settlement.ts';
import { claim, claimOne, type DeskCase, type DeskWorld, enqueue, eventually, WORKER } from './parts.ts';

type Held = OfferedJob & { readonly by?: string };
const settle = async ({ desk }: DeskWorld, { id, epoch, by = WORKER }: Held, settlement: Settlement) =>
  (await desk.settle(by, [{ id, epoch, settlement }]))[0];
const LEASE_MS = 30_000;

/** Until the keeper has given the job back. */
const lost = (world: DeskWorld, { id }: OfferedJob) =>
  eventually(world, async () => ((await world.jobs.get(id)).state === 'leased' ? undefined : true));

const settlements: readonly DeskCase[] = [
  {
    name: 'done ends a job with its outcome and its output',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      expect(await settle(world, await claimOne(world), done('sent', { to: 3, list: ['a'] }))).toBe('ok');
      const { state, outcome, output } = await world.jobs.get(id);
      expect([state, outcome, JSON.parse(output ?? '')]).toEqual(['done', 'sent', { to: 3, list: ['a'] }]);
    },
  },
  {
    name: 'a failure is tried again after a pause, until the attempts are used up',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world, {}, { maxAttempts: 2 });
      expect(await settle(world, await claimOne(world), fail('the valve is stuck'))).toBe('ok');
      expect(await world.jobs.get(id)).toMatchObject({ state: 'scheduled', attempt: 1, error: 'the valve is stuck' });
      await world.clock.advance(2_000);
      const again = await claimOne(world);
      expect(again).toMatchObject({ id, attempt: 2 });
      expect(await settle(world, again, fail('still stuck'))).toBe('ok');
      expect(await world.jobs.get(id)).toMatchObject({ state: 'dead', attempt: 2, error: 'still stuck' });
    },
  },
  {
    name: 'discard ends a job at once, and snooze costs no attempt',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      expect(await settle(world, await claimOne(world), snooze({ delayMs: 60_000 }))).toBe('ok');
      expect(await claim(world)).toEqual([]);
      await world.clock.advance(60_000);
      const again = await claimOne(world);
      expect(again).toMatchObject({ id, attempt: 1 });
      expect(await settle(world, again, discard('V-12 was decommissioned'))).toBe('ok');
      expect(await world.jobs.get(id)).toMatchObject({ state: 'dead', error: 'V-12 was decommissioned' });
    },
  },
  {
    name: 'many are settled in one call, each with a verdict of its own, in their order',
    run: async (open) => {
      await using world = await open();
      for (let n = 0; n < 4; n++) await enqueue(world, n);
      const jobs = await claim(world, { waitMs: 2_000 });
      const given = jobs.map(({ id, epoch }, n) => ({
        id,
        epoch: n === 1 ? epoch + 1 : epoch,
        settlement: done('done', { n }),
      }));
      expect(await world.desk.settle(WORKER, given)).toEqual(['ok', 'stale', 'ok', 'ok']);
      expect(await world.desk.settle(WORKER, [])).toEqual([]);
    },
  },
  {
    name: 'a settlement that nobody can store does not harm the others',
    run: async (open) => {
      await using world = await open();
      await enqueue(world, 1);
      await enqueue(world, 2);
      const jobs = await claim(world, { waitMs: 2_000 });
      let deep: Record<string, unknown> = {};
      for (let level = 0; level < 300; level++) deep = { deep };
      const outputs = [deep, { fine: true }];
      const given = jobs.map(({ id, epoch }, n) => ({ id, epoch, settlement: done('done', outputs[n]) }));
      expect((await world.desk.settle(WORKER, given))[1]).toBe('ok');
      const [first, second] = await Promise.all(jobs.map(({ id }) => world.jobs.get(id)));
      expect([first?.state, second?.state]).toEqual([expect.stringMatching(/^(done|dead)$/), 'done']);
    },
  },
];

const fences: readonly DeskCase[] = [
  {
    name: 'a settlement counts once, and only of the worker that holds the job',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      const job = await claimOne(world);
      expect(await settle(world, { ...job, by: 'worker-2' }, done('mine'))).toBe('stale');
      expect(await settle(world, job, done('first'))).toBe('ok');
      expect(await settle(world, job, done('second'))).toBe('stale');
      expect(await world.jobs.get(id)).toMatchObject({ state: 'done', outcome: 'first' });
    },
  },
  {
    name: 'who comes after the lease has run out changes nothing',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      const late = await claimOne(world, { leaseMs: LEASE_MS });
      await world.clock.advance(LEASE_MS + 1);
      await lost(world, late);
      const now = await claimOne(world, { worker: 'worker-2' });
      expect(now).toMatchObject({ id, attempt: 1 });
      expect(now.epoch).toBeGreaterThan(late.epoch);
      expect(await settle(world, late, done('late'))).toBe('stale');
      expect(await world.desk.heartbeat(WORKER, [late])).toEqual(['stale']);
      expect(await settle(world, { ...now, by: 'worker-2' }, done('in time'))).toBe('ok');
      expect(await world.jobs.get(id)).toMatchObject({ outcome: 'in time' });
    },
  },
  {
    name: 'who holds a cancelled job hears so, at a heartbeat and at the end',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      const job = await claimOne(world);
      await world.jobs.cancel(id, 'ada');
      expect(await world.desk.heartbeat(WORKER, [job])).toEqual(['cancel']);
      expect(await settle(world, job, done())).toBe('cancel');
      expect(await world.jobs.get(id)).toMatchObject({ state: 'cancelled' });
    },
  },
  {
    name: 'a job that nobody knows is stale',
    run: async (open) => {
      await using world = await open();
      await enqueue(world);
      const job = await claimOne(world);
      const unknown = { id: (job.id + 1_000_000) as typeof job.id, epoch: 1 };
      expect(await world.desk.settle(WORKER, [{ ...unknown, settlement: done() }])).toEqual(['stale']);
      expect(await world.desk.heartbeat(WORKER, [unknown, job])).toEqual(['stale', 'ok']);
      expect(await world.desk.release(WORKER, [unknown])).toEqual(['stale']);
    },
  },
];

export const settleCases: readonly DeskCase[] = [...settlements, ...fences];
