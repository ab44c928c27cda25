/**
 * Free hands of this process's own workers. A job that is created while a local worker has a hand free is born leased to
 * it, in the very commit that creates it, and handed over when the commit is done: no claim, no waiting. When the process
 * dies in between, the lease is an ordinary one: it runs out, or the next start gives it back.
 */
import type { Instant } from '../kernel/clock.ts';
import { type JobRow, type NewJob, newJobRow } from './job.ts';
import type { Kinds } from './kinds.ts';

/** A local worker as the queue sees it. */
export type Hand = {
  readonly worker: string;
  readonly leaseMs: number;
  /** Takes one free hand, or says no. */
  readonly reserve: () => boolean;
  /** A reserved hand is not needed after all. */
  readonly cancel: () => void;
  /** The job for a reserved hand. It comes even when the worker has closed meanwhile; then the worker gives it back. */
  readonly deliver: (job: JobRow) => void;
  /** What its worker is doing, and has done. */
  readonly tally: () => Tally;
  /** Nobody wants the job any more: stop, if it is here. */
  readonly revoke: (job: number) => void;
};

/** Of a worker, or of all of them. */
export type Tally = {
  readonly concurrency: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
};

export class Hands {
  readonly #kinds: Kinds;
  readonly #byKind = new Map<string, Hand>();
  /** The hand that waits for each job whose commit is under way. */
  readonly #reserved = new Map<number, Hand>();

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
  }

  add(kind: string, hand: Hand): () => void {
    this.#byKind.set(kind, hand);
    return () => {
      if (this.#byKind.get(kind) === hand) this.#byKind.delete(kind);
    };
  }

  /** The row of a new job as it is to be stored: leased at once where a hand is free and nothing stands in the way. */
  newRow(job: NewJob, now: Instant): JobRow {
    const isDue = (job.dueAt === undefined || job.dueAt <= now) && job.key === undefined;
    const hand = isDue ? this.#byKind.get(job.kind) : undefined;
    if (hand === undefined || !this.#isOpen(job.kind) || !hand.reserve()) return newJobRow(job, now);
    this.#reserved.set(job.id, hand);
    return newJobRow(job, now, { worker: hand.worker, until: now + hand.leaseMs });
  }

  /** Tells what became of rows that `newRow` answered. */
  committed(rows: readonly JobRow[], isCommitted: boolean): void {
    for (const row of rows) {
      const hand = this.#reserved.get(row.id);
      if (hand === undefined) continue;
      this.#reserved.delete(row.id);
      if (isCommitted) hand.deliver(row);
      else hand.cancel();
    }
  }

  kinds(): readonly string[] {
    return [...this.#byKind.keys()];
  }

  /** Of all workers of this process. */
  tally(): Tally {
    const sum = { concurrency: 0, running: 0, succeeded: 0, failed: 0 };
    for (const hand of this.#byKind.values()) {
      const { concurrency, running, succeeded, failed } = hand.tally();
      sum.concurrency += concurrency;
      sum.running += running;
      sum.succeeded += succeeded;
      sum.failed += failed;
    }
    return sum;
  }

  revoke(job: number): void {
    for (const hand of new Set(this.#byKind.values())) hand.revoke(job);
  }

  #isOpen(kind: string): boolean {
    const { isPaused, rate } = this.#kinds.of(kind);
    return !isPaused && rate === null;
  }
}
