/** Who gets which job, and how it looks in the hands of a worker. */
import { expect } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { claim, claimOne, type DeskCase, enqueue, KIND, outcomeOf, WORKER } from './parts.ts';

/** Longer than a call takes to arrive. */
const ARRIVED_MS = 60;

const claims: readonly DeskCase[] = [
  {
    name: 'a claim gives no more jobs than were asked for, and none twice',
    run: async (open) => {
      await using world = await open();
      for (let n = 0; n < 5; n++) await enqueue(world, n);
      const first = await claim(world, { limit: 3, waitMs: 2_000 });
      const rest = await claim(world, { limit: 10, waitMs: 2_000 });
      expect([first.length, rest.length]).toEqual([3, 2]);
      expect(new Set([...first, ...rest].map(({ id }) => id)).size).toBe(5);
      expect(await claim(world)).toEqual([]);
    },
  },
  {
    name: 'a claim gives the most urgent first, then the eldest',
    run: async (open) => {
      await using world = await open();
      const low = await enqueue(world, 1, { priority: -5 });
      const first = await enqueue(world, 2);
      const urgent = await enqueue(world, 3, { priority: 9 });
      const second = await enqueue(world, 4);
      expect((await claim(world, { waitMs: 2_000 })).map(({ id }) => id)).toEqual([urgent, first, second, low]);
    },
  },
  {
    name: 'a claim is of the kinds that were named',
    run: async (open) => {
      await using world = await open();
      await world.jobs.enqueue({ kind: 'desk.other', payload: {} });
      const id = await enqueue(world);
      expect((await claim(world, { waitMs: 2_000 })).map((job) => job.id)).toEqual([id]);
      const both = await claim(world, { kinds: [KIND, 'desk.other'], waitMs: 2_000 });
      expect(both.map(({ kind }) => kind)).toEqual(['desk.other']);
    },
  },
  {
    name: 'a kind nobody has heard of is welcome, and has no jobs yet',
    run: async (open) => {
      await using world = await open();
      expect(await claim(world, { kinds: ['desk.new'] })).toEqual([]);
      await world.jobs.enqueue({ kind: 'desk.new', payload: 1 });
      expect(await claimOne(world, { kinds: ['desk.new'] })).toMatchObject({ kind: 'desk.new', payload: 1 });
    },
  },
  {
    name: 'a job shows what its worker needs to know',
    run: async (open) => {
      await using world = await open();
      const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const id = await enqueue(world, { roi: [1, 2] }, { key: 'press-7', trace, maxAttempts: 7 });
      const job = await claimOne(world, { leaseMs: 45_000 });
      expect(job).toMatchObject({ id, kind: KIND, attempt: 1, maxAttempts: 7, key: 'press-7', owner: null, trace });
      expect(job).toMatchObject({ payload: { roi: [1, 2] }, timeoutMs: null });
      expect(job.epoch).toEqual(expect.any(Number));
    },
  },
  {
    name: 'jobs of one key come one after the other',
    run: async (open) => {
      await using world = await open();
      for (let n = 0; n < 3; n++) await enqueue(world, n, { key: 'line-1' });
      const seen: unknown[] = [];
      for (let n = 0; n < 3; n++) {
        const job = await claimOne(world, { limit: 10 });
        expect(await claim(world)).toEqual([]);
        seen.push(job.payload);
        const settlement = { kind: 'done', outcome: 'done' } as const;
        await world.desk.settle(WORKER, [{ id: job.id, epoch: job.epoch, settlement }]);
      }
      expect(seen).toEqual([0, 1, 2]);
    },
  },
  {
    name: 'one job goes to one worker, however many ask at once',
    run: async (open) => {
      await using world = await open();
      const other = await world.another();
      for (let n = 0; n < 20; n++) await enqueue(world, n);
      const desks = [world.desk, other, world.desk, other];
      const asked = desks.map((desk, n) => claim({ desk }, { worker: `worker-${n}`, limit: 7, waitMs: 2_000 }));
      const ids = (await outcomeOf(world, Promise.all(asked))).flat().map(({ id }) => id);
      expect(ids).toHaveLength(20);
      expect(new Set(ids).size).toBe(20);
    },
  },
];

const waits: readonly DeskCase[] = [
  {
    name: 'a claim that waits wakes up for a new job',
    run: async (open) => {
      await using world = await open();
      const waiting = claim(world, { waitMs: 30_000 });
      await systemClock.sleep(ARRIVED_MS);
      const id = await enqueue(world, 'now');
      expect((await waiting).map((job) => job.id)).toEqual([id]);
    },
  },
  {
    name: 'a claim that waits in vain ends empty',
    run: async (open) => {
      await using world = await open();
      expect(await outcomeOf(world, claim(world, { waitMs: 300 }))).toEqual([]);
    },
  },
  {
    name: 'a claim without a wait ends at once',
    run: async (open) => {
      await using world = await open();
      expect(await claim(world)).toEqual([]);
    },
  },
  {
    name: 'a claim that is called off ends empty, and keeps no job from others',
    run: async (open) => {
      await using world = await open();
      const off = new AbortController();
      const waiting = world.desk.claim({ worker: WORKER, kinds: [KIND], limit: 1, waitMs: 60_000 }, off.signal);
      await systemClock.sleep(ARRIVED_MS);
      off.abort();
      expect(await outcomeOf(world, waiting)).toEqual([]);
      await systemClock.sleep(ARRIVED_MS);
      const id = await enqueue(world);
      expect(await claimOne(world, { worker: 'worker-2' })).toMatchObject({ id });
    },
  },
  {
    name: 'a paused kind gives nothing until it goes on',
    run: async (open) => {
      await using world = await open();
      await world.jobs.kinds.configure(KIND, { isPaused: true }, 'test');
      const id = await enqueue(world);
      expect(await claim(world)).toEqual([]);
      await world.jobs.kinds.configure(KIND, { isPaused: false }, 'test');
      expect(await claimOne(world)).toMatchObject({ id });
    },
  },
];

const STRANGE: readonly unknown[] = [
  null,
  '',
  0,
  -1.5e300,
  false,
  [],
  [[[]]],
  'שלום \u0000 \ud83d\ude00 \u2028',
  { '': '', toString: 1, constructor: null, 'a.b': [{}] },
  JSON.parse('{"__proto__": {"isAdministrator": true}}'),
  { $ref: '#/x', id: 'job_00000000041', epoch: 1, settlement: { kind: 'done' } },
  Number.MAX_SAFE_INTEGER,
];

const payloads: readonly DeskCase[] = [
  {
    name: 'a strange payload arrives as it was',
    run: async (open) => {
      await using world = await open();
      for (const payload of STRANGE) {
        await enqueue(world, payload);
        expect(JSON.stringify((await claimOne(world)).payload)).toBe(JSON.stringify(payload));
      }
    },
  },
  {
    name: 'many big payloads all arrive, if need be in several claims',
    run: async (open) => {
      await using world = await open();
      const big = 'x'.repeat(900_000);
      for (let n = 0; n < 12; n++) await enqueue(world, { n, big });
      const seen: unknown[] = [];
      while (seen.length < 12) {
        const jobs = await claim(world, { limit: 30, waitMs: 5_000 });
        expect(jobs.length).toBeGreaterThan(0);
        for (const { payload } of jobs) {
          expect((payload as { big: string }).big).toHaveLength(big.length);
          seen.push((payload as { n: number }).n);
        }
      }
      expect(seen).toEqual(Array.from({ length: 12 }, (_, n) => n));
    },
  },
];

export const claimCases: readonly DeskCase[] = [...claims, ...waits, ...payloads];
