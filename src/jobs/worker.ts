/**
 * An in-process worker: gets jobs of one kind, runs the handler on each, settles them. It gets jobs of this process handed
 * over (hands.ts) and claims what others left, never more than it has hands for. While a handler runs its lease is renewed,
 * and when the lease is lost all the same the handler's signal aborts.
 * Closing: no new jobs, running handlers get `graceMs` to finish, then their signal aborts and the job is given back.
 */
import { Bell } from '../kernel/bell.ts';
import type { Clock } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Store } from '../store/store.ts';
import { type JobRow, jobFamily } from './job.ts';
import { DEFAULT_LEASE_MS, type Jobs } from './jobs.ts';
import { fail, type Settlement } from './settlement.ts';

export type JobContext = {
  readonly id: JobId;
  readonly kind: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly payload: unknown;
  readonly owner: { readonly kind: string; readonly id: number; readonly seq: number } | undefined;
  /** Aborts when the job was lost or the worker must stop. */
  readonly signal: AbortSignal;
};
export type Handler = (job: JobContext) => Promise<Settlement> | Settlement;

export type WorkerParts = {
  readonly jobs: Jobs;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly kind: string;
  readonly handler: Handler;
  readonly concurrency?: number;
  readonly leaseMs?: number;
  readonly graceMs?: number;
};

/** How long an idle worker waits for the bell before it looks all the same. */
export const WORKER_POLL_MS = 1_000;
/** The pause between two looks into the queue. Jobs of this process do not wait for it: they are handed over. */
export const CLAIM_PAUSE_MS = 5;
const DEFAULT_CONCURRENCY = 32;
const DEFAULT_GRACE_MS = 10_000;

/** A job that is being worked on. */
type Held = { readonly id: JobId; readonly epoch: number; readonly abort: AbortController };

export function startWorker(parts: WorkerParts): Service {
  const { clock, graceMs = DEFAULT_GRACE_MS } = parts;
  const bench = new Workbench(parts);
  const claiming = startClaiming(parts, bench);
  const heartbeats = startHeartbeats(parts, bench);
  return service({}, async () => {
    bench.close();
    await claiming.close();
    const grace = new AbortController();
    await Promise.race([bench.empty(), clock.sleep(graceMs, grace.signal)]);
    grace.abort();
    for (const { abort } of bench.held()) abort.abort();
    await bench.empty();
    await heartbeats.close();
  });
}

/** The hands of one worker: which are free, and what the others hold. */
class Workbench {
  readonly bell = new Bell();
  readonly #parts: WorkerParts;
  readonly #running = new Map<Held, Promise<void>>();
  readonly #leave: () => void;
  #reserved = 0;
  #isOpen = true;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    const { jobs, kind, worker, leaseMs = DEFAULT_LEASE_MS } = parts;
    this.#leave = jobs.hands.add(kind, {
      worker,
      leaseMs,
      reserve: () => {
        if (this.free === 0) return false;
        this.#reserved += 1;
        return true;
      },
      cancel: () => this.#unreserve(),
      deliver: (job) => {
        this.#unreserve();
        this.begin(job);
      },
    });
  }

  get free(): number {
    const { concurrency = DEFAULT_CONCURRENCY } = this.#parts;
    return this.#isOpen ? Math.max(0, concurrency - this.#running.size - this.#reserved) : 0;
  }

  held(): Held[] {
    return [...this.#running.keys()];
  }

  begin(job: JobRow): void {
    const held: Held = { id: job.id as JobId, epoch: job.epoch, abort: new AbortController() };
    const work = perform(job, held, this.#parts).then(() => {
      this.#running.delete(held);
      if (this.#running.size < (this.#parts.concurrency ?? DEFAULT_CONCURRENCY) / 2) this.bell.ring();
    });
    this.#running.set(held, work);
  }

  /** Takes no more. */
  close(): void {
    this.#isOpen = false;
    this.#leave();
  }

  async empty(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #unreserve(): void {
    this.#reserved -= 1;
  }
}

function startClaiming({ jobs, store, clock, log, kind, worker, leaseMs = DEFAULT_LEASE_MS }: WorkerParts, bench: Workbench): Service {
  const unlisten = store.onCommit(jobFamily, () => bench.bell.ring());
  const loop = startLoop({
    round: async (signal) => {
      const { free } = bench;
      const claimed = free > 0 ? await jobs.claim({ kind, limit: free, worker, leaseMs }) : [];
      for (const job of claimed) bench.begin(job);
      if (claimed.length > 0 && claimed.length === free) return;
      await clock.sleep(CLAIM_PAUSE_MS, signal);
      await bench.bell.wait(clock, WORKER_POLL_MS, signal);
    },
    onError: (error) => log.error({ err: error, kind }, 'a worker could not claim jobs; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    unlisten();
    await loop.close();
  });
}

function startHeartbeats({ jobs, clock, log, kind, leaseMs = DEFAULT_LEASE_MS }: WorkerParts, bench: Workbench): Service {
  return startLoop({
    round: async (signal) => {
      await clock.sleep(leaseMs / 3, signal);
      const held = bench.held();
      if (held.length === 0) return;
      const areHeld = await jobs.heartbeat(held, leaseMs);
      held.forEach(({ abort }, place) => areHeld[place] === false && abort.abort());
    },
    onError: (error) => log.warn({ err: error, kind }, 'heartbeats failed; they are tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
}

async function perform(job: JobRow, held: Held, { jobs, log, handler }: WorkerParts): Promise<void> {
  try {
    const settlement = await answerOf(job, handler, held.abort.signal);
    const isStopped = held.abort.signal.aborted && settlement.kind === 'fail';
    const verdict = isStopped ? await jobs.release(held) : await jobs.settle(held, settlement);
    if (verdict === 'stale') log.warn({ job: formatJobId(held.id), kind: job.kind }, 'settled too late: another worker has this job now, or nobody wants it any more');
  } catch (error) {
    log.error({ err: error, job: formatJobId(held.id), kind: job.kind }, 'a job could not be settled; its lease will run out and it is tried again');
  }
}

async function answerOf(job: JobRow, handler: Handler, signal: AbortSignal): Promise<Settlement> {
  try {
    const owner = job.ownerKind === null ? undefined : { kind: job.ownerKind, id: job.ownerId ?? 0, seq: job.ownerSeq ?? 0 };
    return await handler({ id: job.id as JobId, kind: job.kind, attempt: job.attempt + 1, payload: JSON.parse(job.payload), owner, signal });
  } catch (error) {
    return fail(messageOf(error));
  }
}
