/** A job queue over the model store and a clock that stands still: what the tests of jobs work on. */
import type { Held } from '../../src/jobs/desk.ts';
import { jobFamilies } from '../../src/jobs/families.ts';
import { heldOwner } from '../../src/jobs/held.ts';
import { type JobRow, jobFamily } from '../../src/jobs/job.ts';
import { Jobs } from '../../src/jobs/jobs.ts';
import { promote, rescue, startKeeper } from '../../src/jobs/keeper.ts';
import { DEFAULT_LEASE_MS } from '../../src/jobs/kind.ts';
import { jobMetrics } from '../../src/jobs/metrics.ts';
import type { Owners, Settled } from '../../src/jobs/owner.ts';
import { HELD_OWNER } from '../../src/jobs/question.ts';
import { Tasks } from '../../src/jobs/tasks.ts';
import { startWorker, type WorkerParts } from '../../src/jobs/worker.ts';
import { VirtualClock } from '../../src/kernel/clock.ts';
import { type JobId, openIds } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { type Log, silentLog } from '../../src/kernel/log.ts';
import { Metrics } from '../../src/kernel/metrics.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import type { Settlement } from '../../src/kernel/settlement.ts';
import { plantFeed } from '../../src/store/feed.ts';
import { plantOutbox } from '../../src/store/outbox.ts';
import type { Unit } from '../../src/store/unit.ts';
import { ModelDisk, openModelStore } from '../../src/testing/model-store.ts';

export const START = Date.UTC(2026, 0, 5);
/** The owner kind of everything in these tests that belongs to somebody. */
export const OWNER = 'test';

type ClaimOfOne = { readonly kind: string; readonly limit: number; readonly worker: string; readonly leaseMs?: number };
export type Told = { readonly settled: Settled; readonly part: Unit };
export type Queue = Awaited<ReturnType<typeof openQueue>>;

/** How slow the disk is; a test may change it on the way. */
export type Disk = { writeMs?: () => number };

export async function openQueue(faults: Disk = {}, log: Log = silentLog) {
  const clock = new VirtualClock(START);
  const families = [...jobFamilies, plantFeed, plantOutbox];
  const store = openModelStore({ disk: new ModelDisk(), families, clock, faults });
  const nextId = await openIds((size) => store.reserveIds(size));
  const owners: Owners = new Map();
  const registry = new Metrics();
  const parts = { store, clock, nextId, owners, log, random: seededRandom(1), metrics: jobMetrics(registry) };
  const jobs = new Jobs(parts);
  owners.set(HELD_OWNER, heldOwner(jobs));
  const held = (job: Held & { readonly worker?: string | null }) => job.worker ?? 'worker-1';
  const tasks = new Tasks(parts);
  const stop = new ServiceStack();
  /** What the owner was told. It merges nothing of its own: the part is the unit. */
  const told: Told[] = [];
  owners.set(OWNER, async (settled, part) => {
    told.push({ settled, part });
    return (await store.commit([part]))[0] ?? 'conflict';
  });
  return {
    ...parts,
    jobs,
    tasks,
    told,
    /** The lines of a scrape that begin so. */
    scrape: (prefix: string): string[] =>
      registry
        .text()
        .split('\n')
        .filter((line) => line.startsWith(prefix)),
    /** As a worker would, of one kind; answers the rows as they are then. */
    claim: async ({ kind, limit, worker, leaseMs }: ClaimOfOne): Promise<(JobRow & { readonly id: JobId })[]> => {
      const offered = await jobs.claim({ kinds: [kind], limit, worker, ...(leaseMs !== undefined && { leaseMs }) });
      const rows = await store.getMany(
        jobFamily,
        offered.map(({ id }) => [id]),
      );
      return rows.flatMap((row) => (row === undefined ? [] : [{ ...row, id: row.id as JobId }]));
    },
    settle: async (job: Held & { readonly worker?: string | null }, settlement: Settlement, actor?: string) =>
      (await jobs.settle(held(job), [{ id: job.id, epoch: job.epoch, settlement }], actor))[0],
    release: async (job: Held & { readonly worker?: string | null }) => (await jobs.release(held(job), [job]))[0],
    heartbeat: (those: readonly Held[], leaseMs?: number, worker = 'worker-1') =>
      jobs.heartbeat(worker, those, leaseMs),
    /** Lets time pass and makes ready what is due then. */
    promote: async (ms: number) => {
      await clock.advance(ms);
      await promote({ store, jobs });
    },
    /** Lets every lease run out, and gives the jobs back. */
    loseLeases: async () => {
      await clock.advance(DEFAULT_LEASE_MS + 1);
      await rescue({ ...parts, jobs });
    },
    keep: () => stop.use(startKeeper({ ...parts, jobs })),
    work: (handler: WorkerParts['handler'], options: Partial<WorkerParts> = {}) =>
      stop.use(startWorker({ ...parts, jobs, worker: 'worker-1', kind: 'k', handler, ...options })),
    /** All jobs, by id. */
    rows: (): Promise<JobRow[]> => store.select(jobFamily, { limit: 10_000 }),
    [Symbol.asyncDispose]: async () => {
      await stop.close();
      await store.close();
    },
  };
}

/** A promise that the test settles: what a handler waits for. */
export function gate<T = void>(): { readonly opened: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
