/**
 * An in-process worker: gets jobs of one kind, runs the handler on each, settles them. It gets jobs of this process handed
 * over (hands.ts) and claims what others left, never more than it has hands for. While a handler runs its lease is renewed,
 * and when the lease is lost all the same the handler's signal aborts.
 * Closing: no new jobs; running handlers get `graceMs` to finish; then their signal aborts, and after a last moment what
 * still runs is given back.
 */
import { backoffMs } from '../kernel/backoff.ts';
import type { Clock } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { type Service, service, startLoop } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { fail, type Settlement } from '../kernel/settlement.ts';
import type { Store } from '../store/store.ts';
import type { DeskSettlement, DeskVerdict, OfferedJob, Progress } from './desk.ts';
import { jobFamily } from './job.ts';
import type { Jobs } from './jobs.ts';
import { DEFAULT_LEASE_MS } from './kind.ts';
import { type HeldJob, Workbench } from './workbench.ts';

export type JobContext = {
  readonly id: JobId;
  readonly kind: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly payload: unknown;
  readonly key: string | null;
  readonly owner: { readonly kind: string; readonly id: number; readonly seq: number } | undefined;
  /** Aborts when the job was lost or the worker must stop. */
  readonly signal: AbortSignal;
  /** Says how far the job is; it is seen with the next heartbeat. */
  report(progress: Progress): void;
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
/** The pause between two looks into a queue that was empty. Jobs of this process do not wait for it: they are handed over. */
export const CLAIM_PAUSE_MS = 5;
/** What a handler gets to come to an end after its signal has aborted. */
export const ABORT_GRACE_MS = 1_000;
/** While many wait, a claim takes a part of the hands, so that some jobs are claimed while others are done and settled. */
const STEPS = 4;
/** Fewer jobs a claim would cost more than taking turns does. */
const MIN_STEP = 32;
/** Heartbeats that fail come so much faster than others: several have to fail before a lease is lost. */
const HEARTBEAT_RETRIES_PER_LEASE = 12;
/** An answer that cannot be stored is kept, and its job held, so often: to run the job again costs more, or may not be at all. */
const SETTLE_ATTEMPTS = 6;
const SETTLE_BACKOFF = { firstMs: 100, longestMs: 3_000 };
const DEFAULT_CONCURRENCY = 32;
const DEFAULT_GRACE_MS = 10_000;

export function startWorker(parts: WorkerParts): Service {
  const { jobs, kind, worker, leaseMs = DEFAULT_LEASE_MS, concurrency = DEFAULT_CONCURRENCY } = parts;
  const done = { succeeded: 0, failed: 0 };
  const settle = together(parts, done);
  const bench = new Workbench({
    concurrency,
    perform: (job, held) => perform(job, held, { ...parts, settle }),
    giveBack: (held) => giveBack(held, parts),
  });
  const queue: Queue = { isLong: false };
  const leave = jobs.hands.add(kind, {
    worker,
    leaseMs,
    reserve: () => !queue.isLong && bench.reserve(1) === 1,
    cancel: () => bench.unreserve(1),
    deliver: (row) => {
      bench.begin(jobs.offer(row));
      bench.unreserve(1);
    },
    tally: () => ({ concurrency, running: bench.busy, ...done }),
    revoke: (id) => {
      for (const held of bench.held) if (held.id === id) held.abort();
    },
  });
  const unwatch = jobs.metrics.watch(kind, () => bench.busy);
  const claiming = startClaiming(parts, bench, queue);
  const heartbeats = startHeartbeats(parts, bench);
  return service({}, async () => {
    leave();
    bench.close();
    await claiming.close();
    await comeToAnEnd(parts, bench);
    await heartbeats.close();
    unwatch();
  });
}

async function comeToAnEnd(
  { clock, log, kind, graceMs = DEFAULT_GRACE_MS }: WorkerParts,
  bench: Workbench,
): Promise<void> {
  await emptyWithin(graceMs, clock, bench);
  for (const held of bench.held) held.abort();
  await emptyWithin(ABORT_GRACE_MS, clock, bench);
  if (bench.held.length === 0) return bench.empty();
  log.warn({ kind, jobs: bench.held.length }, 'handlers do not come to an end; their jobs are given back');
  await bench.abandon();
}

async function emptyWithin(ms: number, clock: Clock, bench: Workbench): Promise<void> {
  const isEmpty = new AbortController();
  await Promise.race([bench.empty(), clock.sleep(ms, isEmpty.signal)]);
  isEmpty.abort();
}

/** Whether more waited than the last claim could take: then none passes them by being handed over. */
type Queue = { isLong: boolean };

function startClaiming(
  { jobs, store, clock, log, kind, worker, concurrency = DEFAULT_CONCURRENCY, leaseMs = DEFAULT_LEASE_MS }: WorkerParts,
  bench: Workbench,
  queue: Queue,
): Service {
  const unlisten = store.onCommit(jobFamily, () => bench.bell.ring());
  const step = Math.max(MIN_STEP, Math.ceil(concurrency / STEPS));
  /** Answers whether there may be more. The hands it does not reserve stay free for jobs that are handed over. */
  const claimSome = async (): Promise<boolean> => {
    const wanted = bench.reserve(queue.isLong ? step : Math.ceil(bench.free / 2));
    if (wanted === 0) return false;
    try {
      const claimed = await jobs.claim({ kinds: [kind], limit: wanted, worker, leaseMs });
      for (const job of claimed) bench.begin(job);
      queue.isLong = claimed.length >= wanted;
      return queue.isLong;
    } finally {
      bench.unreserve(wanted);
    }
  };
  let last = Promise.resolve(false);
  const loop = startLoop({
    round: async (signal) => {
      const before = last;
      last = claimSome();
      last.catch(() => {}); // a later round hears of it
      // While many wait, one claim is sent before the last is answered, so that this thread and the store's need not take turns.
      if (await (queue.isLong ? before : last)) return;
      if (await last) return;
      if (!queue.isLong) await clock.sleep(CLAIM_PAUSE_MS, signal);
      await bench.bell.wait(clock, WORKER_POLL_MS, signal);
    },
    onError: (error) => log.error({ err: error, kind }, 'a worker could not claim jobs; it tries again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  });
  return service({}, async () => {
    unlisten();
    await loop.close();
    await last.catch(() => {});
  });
}

function startHeartbeats(
  { jobs, clock, log, kind, worker, leaseMs = DEFAULT_LEASE_MS }: WorkerParts,
  bench: Workbench,
): Service {
  let pauseMs = leaseMs / 3;
  return startLoop({
    round: async (signal) => {
      await clock.sleep(pauseMs, signal);
      pauseMs = leaseMs / HEARTBEAT_RETRIES_PER_LEASE;
      const { held } = bench;
      const verdicts = held.length === 0 ? [] : await jobs.heartbeat(worker, held, leaseMs);
      held.forEach((job, place) => {
        if (verdicts[place] !== 'ok') job.abort();
      });
      pauseMs = leaseMs / 3;
    },
    onError: (error) => log.warn({ err: error, kind }, 'heartbeats failed; they are tried again'),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    pauseAfterErrorMs: 0,
  });
}

type Settle = (settlement: DeskSettlement) => Promise<DeskVerdict>;

/** Settles together what is answered in the same turn of the event loop: one call and one commit instead of many. */
function together({ jobs, worker }: WorkerParts, done: { succeeded: number; failed: number }): Settle {
  let waiting: Waiting[] = [];
  const settleAll = async () => {
    const batch = waiting;
    waiting = [];
    try {
      const settlements = batch.map(({ settlement }) => settlement);
      const verdicts = await jobs.settle(worker, settlements);
      for (const [place, { resolve }] of batch.entries()) resolve(verdicts[place] ?? 'stale');
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return (settlement) => {
    if (settlement.settlement.kind === 'done') done.succeeded += 1;
    else if (settlement.settlement.kind !== 'snooze') done.failed += 1;
    return new Promise((resolve, reject) => {
      waiting.push({ settlement, resolve, reject });
      if (waiting.length === 1) queueMicrotask(settleAll);
    });
  };
}

type Waiting = {
  readonly settlement: DeskSettlement;
  readonly resolve: (verdict: DeskVerdict) => void;
  readonly reject: (error: unknown) => void;
};

async function perform(
  job: OfferedJob,
  held: HeldJob,
  parts: WorkerParts & { readonly settle: Settle },
): Promise<void> {
  const { settle, log, handler, clock } = parts;
  const { id, epoch, kind } = held;
  const settlement = await answerOf(job, held, handler);
  if (held.isAbandoned) return;
  if (held.isAborted && settlement.kind === 'fail') return giveBack(held, parts);
  for (let attempt = 1; ; attempt++)
    try {
      if ((await settle({ id, epoch, settlement })) === 'ok') return;
      log.warn(
        { job: formatJobId(id), kind },
        attempt === 1
          ? 'settled too late: another worker has this job now, or nobody wants it any more'
          : 'settled too late, or by an earlier try whose answer never came',
      );
      return;
    } catch (error) {
      const facts = { err: error, job: formatJobId(id), kind };
      if (attempt === SETTLE_ATTEMPTS || held.isAborted) {
        log.error(facts, 'a job could not be settled; its lease will run out and it is tried again');
        return;
      }
      log.warn(facts, 'a job could not be settled; its answer is kept and sent again');
      await clock.sleep(backoffMs(SETTLE_BACKOFF, attempt, Math.random), held.signal);
      if (held.isAbandoned) return;
    }
}

async function giveBack(held: HeldJob, { jobs, log, worker }: WorkerParts): Promise<void> {
  try {
    await jobs.release(worker, [held]);
  } catch (error) {
    log.error(
      { err: error, job: formatJobId(held.id), kind: held.kind },
      'a job could not be given back; its lease will run out',
    );
  }
}

async function answerOf(job: OfferedJob, held: HeldJob, handler: Handler): Promise<Settlement> {
  try {
    return await handler(new Context(job, held));
  } catch (error) {
    return fail(messageOf(error));
  }
}

/** A class, because an object literal with a getter costs as much as all else that is made for a job. */
class Context implements JobContext {
  readonly id: JobId;
  readonly kind: string;
  readonly attempt: number;
  readonly payload: unknown;
  readonly key: string | null;
  readonly owner: JobContext['owner'];
  readonly #held: HeldJob;

  constructor({ id, kind, attempt, payload, key, owner }: OfferedJob, held: HeldJob) {
    this.id = id;
    this.kind = kind;
    this.attempt = attempt;
    this.payload = payload;
    this.key = key;
    this.owner = owner ?? undefined;
    this.#held = held;
  }

  get signal(): AbortSignal {
    return this.#held.signal;
  }

  report(progress: Progress): void {
    this.#held.progress = progress;
  }
}
