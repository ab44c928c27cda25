/** Signs of life: heartbeats of jobs, reports of workers, and jobs given back. */
import { expect } from 'vitest';
import { goneAt } from '../../../src/jobs/registry.ts';
import { done } from '../../../src/kernel/settlement.ts';
import { claimOne, type DeskCase, enqueue, KIND, registered, report, WORKER } from './parts.ts';

const LEASE_MS = 30_000;

const heartbeats: readonly DeskCase[] = [
  {
    name: 'a heartbeat extends the lease',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      const job = await claimOne(world, { leaseMs: LEASE_MS });
      for (let n = 0; n < 3; n++) {
        await world.clock.advance(LEASE_MS - 1_000);
        expect(await world.desk.heartbeat(WORKER, [job], LEASE_MS)).toEqual(['ok']);
      }
      const { state, leaseUntil } = await world.jobs.get(id);
      expect([state, leaseUntil]).toEqual(['leased', expect.any(Number)]);
      expect(leaseUntil).toBeGreaterThan(world.clock.now() + LEASE_MS - 2_000);
      const settlement = done();
      expect(await world.desk.settle(WORKER, [{ id, epoch: job.epoch, settlement }])).toEqual(['ok']);
    },
  },
  {
    name: 'a heartbeat carries how far the job is, and its log lines',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      const { epoch } = await claimOne(world);
      const lines = [
        { level: 'info', text: 'warming up' },
        { level: 'warn', text: 'the pressure is low' },
      ] as const;
      const progress = { share: 0.25, note: 'row 250 of 1000' };
      expect(await world.desk.heartbeat(WORKER, [{ id, epoch, progress, lines }])).toEqual(['ok']);
      const more = { id, epoch, progress: { share: 0.5 }, lines: [{ level: 'info', text: 'half' } as const] };
      expect(await world.desk.heartbeat(WORKER, [more])).toEqual(['ok']);
      expect(JSON.parse((await world.jobs.get(id)).progress ?? '')).toEqual({ share: 0.5 });
      const kept = await world.jobs.lines.list(id);
      expect(kept.map(({ level, text }) => [level, text])).toEqual([
        ['info', 'warming up'],
        ['warn', 'the pressure is low'],
        ['info', 'half'],
      ]);
    },
  },
  {
    name: 'a job that is given back costs no attempt and goes to the next who asks',
    run: async (open) => {
      await using world = await open();
      const id = await enqueue(world);
      const job = await claimOne(world);
      expect(await world.desk.release('worker-2', [job])).toEqual(['stale']);
      expect(await world.desk.release(WORKER, [job])).toEqual(['ok']);
      const next = await claimOne(world, { worker: 'worker-2' });
      expect(next).toMatchObject({ id, attempt: 1 });
      expect(next.epoch).toBeGreaterThan(job.epoch);
      expect(await world.desk.release(WORKER, [job])).toEqual(['stale']);
    },
  },
];

const reports: readonly DeskCase[] = [
  {
    name: 'a worker that reports stands in the registry, with what it says of itself',
    run: async (open) => {
      await using world = await open();
      await world.desk.report(report(WORKER, { kinds: [KIND, 'desk.new'] }));
      expect(await registered(world, WORKER)).toMatchObject({ concurrency: 4, state: 'running', host: 'press-7' });
      await world.desk.report(report(WORKER, { running: 2, succeeded: 7, failed: 1, state: 'draining' }));
      const row = await registered(world, WORKER);
      expect(row).toMatchObject({ running: 2, succeeded: 7, failed: 1, state: 'draining', pid: 41 });
    },
  },
  {
    name: 'the kinds a worker comes for are known from then on',
    run: async (open) => {
      await using world = await open();
      expect(world.jobs.kinds.isKnown('desk.new')).toBe(false);
      await world.desk.report(report(WORKER, { kinds: ['desk.new'] }));
      expect(world.jobs.kinds.isKnown('desk.new')).toBe(true);
    },
  },
  {
    name: 'a worker that leaves stands there no longer, and one that is silent counts as gone',
    run: async (open) => {
      await using world = await open();
      await world.desk.report(report(WORKER));
      await world.desk.report(report('worker-2', { everyMs: 1_000 }));
      await world.desk.leave(WORKER);
      expect(await registered(world, WORKER)).toBeUndefined();
      await world.desk.leave(WORKER);
      const silent = await registered(world, 'worker-2');
      if (silent === undefined) throw new Error('worker-2 stands in the registry');
      await world.clock.advance(3_001);
      expect(goneAt(silent)).toBeLessThan(world.clock.now());
    },
  },
];

export const workerCases: readonly DeskCase[] = [...heartbeats, ...reports];
