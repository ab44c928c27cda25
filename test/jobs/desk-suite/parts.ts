/** What the cases of the desk's suite stand on. */
import type { Desk, DeskClaim, OfferedJob, WorkerReport } from '../../../src/jobs/desk.ts';
import type { JobRequest } from '../../../src/jobs/intake.ts';
import type { Jobs } from '../../../src/jobs/jobs.ts';
import type { WorkerRow } from '../../../src/jobs/registry.ts';
import { systemClock, type VirtualClock } from '../../../src/kernel/clock.ts';
import type { JobId } from '../../../src/kernel/ids.ts';

export type DeskWorld = AsyncDisposable & {
  readonly desk: Desk;
  /** The queue behind it, with its keeper at work. */
  readonly jobs: Jobs;
  /** The queue's own. A desk may keep real time as well. */
  readonly clock: VirtualClock;
  /** One more desk of the same queue, as another worker process has it. It ends with the world. */
  readonly another: () => Promise<Desk>;
};
export type OpenDeskWorld = () => Promise<DeskWorld>;
export type DeskCase = { readonly name: string; readonly run: (open: OpenDeskWorld) => Promise<void> };

export const KIND = 'desk.k';
export const WORKER = 'worker-1';

export const enqueue = ({ jobs }: DeskWorld, payload: unknown = {}, more: Partial<JobRequest> = {}): Promise<JobId> =>
  jobs.enqueue({ kind: KIND, payload, ...more });

export const claim = ({ desk }: Pick<DeskWorld, 'desk'>, more: Partial<DeskClaim> = {}) =>
  desk.claim({ worker: WORKER, kinds: [KIND], limit: 10, ...more });

/** The one job that is there. A desk over a broker may need a moment for it. */
export async function claimOne(world: DeskWorld, more: Partial<DeskClaim> = {}): Promise<OfferedJob> {
  const [job] = await eventually(world, async () => {
    const jobs = await claim(world, { limit: 1, ...more });
    return jobs.length === 0 ? undefined : jobs;
  });
  return job as OfferedJob;
}

export const report = (id: string, more: Partial<WorkerReport> = {}): WorkerReport => ({
  ...{ id, kinds: [KIND], concurrency: 4, state: 'running', running: 0, succeeded: 0, failed: 0 },
  ...{ host: 'press-7', pid: 41, version: '1.0.0', everyMs: 10_000 },
  ...more,
});

/** What the registry says of a worker. A desk may add who vouches for it: worker-1@token:line A. */
export async function registered({ jobs }: DeskWorld, id: string): Promise<WorkerRow | undefined> {
  const rows = await jobs.registry.list({ limit: 100 });
  return rows.find((row) => row.id === id || row.id.startsWith(`${id}@`));
}

const TRIES = 400;
/** The keeper's pause: so it has a turn at each look. */
const STEP_MS = 20;

/** Looks until there is something, moving the clock a little each time. */
export async function eventually<T>({ clock }: DeskWorld, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries++) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await clock.advance(STEP_MS);
    await systemClock.sleep(5);
  }
  throw new Error('it did not come about');
}

/** The promise's value, however much of the clock's time that takes. */
export async function outcomeOf<T>(world: DeskWorld, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = promise.finally(() => {
    isOver = true;
  });
  over.catch(() => {}); // told below
  await eventually(world, async () => isOver || undefined);
  return over;
}
