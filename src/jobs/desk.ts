/**
 * The desk: what a worker asks and tells, wherever it runs. The queue itself is one (a worker of this process), the HTTP
 * client makes one, and so does a broker; a worker does not know which it has. Everything is asked in batches.
 *
 * A job that the desk hands out is leased to the worker already. It is the worker's until the lease runs out or a
 * heartbeat answers otherwise; what a worker says of a claim that is no longer its own changes nothing.
 */
import type { JobId } from '../kernel/ids.ts';
import type { Settlement } from '../kernel/settlement.ts';

/** What a worker names to say which claim it means. */
export type Held = { readonly id: JobId; readonly epoch: number };

export type DeskClaim = {
  readonly worker: string;
  readonly kinds: readonly string[];
  /** Jobs at most: never more than the worker has hands free. */
  readonly limit: number;
  /** How long to wait for the first job when there is none. Default: not at all. */
  readonly waitMs?: number;
  /** Default: what the kind says. */
  readonly leaseMs?: number;
};

/** A job in the hands of a worker. */
export type OfferedJob = Held & {
  readonly kind: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly payload: unknown;
  /** Jobs of one key keep their order, or their limit; null: it has none. */
  readonly key: string | null;
  /** Who waits for its end; null: nobody. */
  readonly owner: { readonly kind: string; readonly id: number; readonly seq: number } | null;
  /** How long the lease lasts unless it is renewed. */
  readonly leaseMs: number;
  /** How long one attempt may take; null: as long as it likes. */
  readonly timeoutMs: number | null;
  /** W3C `traceparent` of whoever enqueued it; null: nobody traces. */
  readonly trace: string | null;
};

export type DeskSettlement = Held & { readonly settlement: Settlement };

/** `stale`: the claim is no longer this worker's; `cancel`: nobody wants the job any more. Either way: stop, it counts no more. */
export type DeskVerdict = 'ok' | 'stale' | 'cancel';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type JobLine = { readonly level: LogLevel; readonly text: string };
/** How far a job is: a share from 0 to 1, and what is being done. */
export type Progress = { readonly share: number; readonly note?: string };

/** A sign of life for one job, with what has happened since the last one. */
export type Heartbeat = Held & { readonly progress?: Progress; readonly lines?: readonly JobLine[] };

/** What a worker says of itself, at its start, with each round of heartbeats and at its end. */
export type WorkerReport = {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly concurrency: number;
  readonly state: 'running' | 'draining';
  readonly running: number;
  /** Since its start. A job is processed when it was settled as done, failed or discarded. */
  readonly succeeded: number;
  readonly failed: number;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** When it means to report again. Silent three times as long, it counts as gone. */
  readonly everyMs: number;
};

export interface Desk {
  /** Leases jobs to the worker, the most urgent of each kind first. Answers with none after `waitMs`, or when `signal` aborts. */
  claim(claim: DeskClaim, signal?: AbortSignal): Promise<readonly OfferedJob[]>;
  /** In the order of the settlements. One that is refused does not harm the others. */
  settle(worker: string, settlements: readonly DeskSettlement[]): Promise<readonly DeskVerdict[]>;
  /** Gives jobs back untouched: it costs no attempt. */
  release(worker: string, held: readonly Held[]): Promise<readonly DeskVerdict[]>;
  /** Renews leases by `leaseMs` (default: what the kind says), in the order of the jobs. */
  heartbeat(worker: string, jobs: readonly Heartbeat[], leaseMs?: number): Promise<readonly DeskVerdict[]>;
  /** Keeps the worker in the registry. */
  report(report: WorkerReport): Promise<void>;
  /** Takes the worker off the registry: it has ended in order. */
  leave(worker: string): Promise<void>;
}
