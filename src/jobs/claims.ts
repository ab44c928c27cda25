/** Gives ready jobs to workers: kind by kind, the kinds in turns, within what rates allow; waits for the first when asked to. */
import type { Clock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import type { Store } from '../store/store.ts';
import type { DeskClaim } from './desk.ts';
import { type JobRow, jobFamily } from './job.ts';
import type { Kinds } from './kinds.ts';
import { Rates } from './rate.ts';
import { WaitingLines } from './waiting-line.ts';

/** A long wait looks again this often, whatever it hears. */
export const CLAIM_POLL_MS = 1_000;
/** Jobs that one claim gives at most. */
export const MAX_CLAIM = 1_000;
export const MAX_CLAIM_WAIT_MS = 60_000;
/** Claims that wait at a time. */
export const MAX_WAITING_CLAIMS = 1_000;

export class Claims {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #kinds: Kinds;
  readonly #rates: Rates;
  readonly #lines: WaitingLines;
  /** Which kind is asked first next time: so that a full queue of one does not starve the others. */
  #turn = 0;
  #waiting = 0;

  constructor({ store, clock, kinds }: { readonly store: Store; readonly clock: Clock; readonly kinds: Kinds }) {
    this.#store = store;
    this.#clock = clock;
    this.#kinds = kinds;
    this.#rates = new Rates(store);
    this.#lines = new WaitingLines((wake) => store.onCommit(jobFamily, wake));
  }

  /** Throws `job.too-many-waiting`. */
  async take(claim: DeskClaim, signal?: AbortSignal): Promise<JobRow[]> {
    const { waitMs = 0 } = claim;
    const rows = await this.#takeNow(claim);
    if (rows.length > 0 || waitMs <= 0) return rows;
    return this.#waitAndTake(claim, Math.min(waitMs, MAX_CLAIM_WAIT_MS), signal);
  }

  async #waitAndTake(claim: DeskClaim, waitMs: number, signal?: AbortSignal): Promise<JobRow[]> {
    if (this.#waiting >= MAX_WAITING_CLAIMS)
      throw new MillraceError('job.too-many-waiting', { limit: MAX_WAITING_CLAIMS, retryAfterSeconds: 1 });
    this.#waiting += 1;
    const { bell, leave } = this.#lines.join(claim.kinds);
    const never = new AbortController();
    const end = this.#clock.now() + waitMs;
    try {
      for (;;) {
        if (signal?.aborted === true) return [];
        const rows = await this.#takeNow(claim);
        const left = end - this.#clock.now();
        if (rows.length > 0 || left <= 0) return rows;
        await bell.wait(this.#clock, Math.min(left, CLAIM_POLL_MS), signal ?? never.signal);
      }
    } finally {
      this.#waiting -= 1;
      leave();
    }
  }

  async #takeNow({ kinds, limit, worker, leaseMs }: DeskClaim): Promise<JobRow[]> {
    const rows: JobRow[] = [];
    const first = this.#turn++ % Math.max(1, kinds.length);
    for (let place = 0; place < kinds.length && rows.length < limit; place++) {
      const kind = this.#kinds.of(kinds[(first + place) % kinds.length] as string);
      if (kind.isPaused) continue;
      const wanted = Math.min(limit - rows.length, MAX_CLAIM);
      const allowed = kind.rate === null ? wanted : await this.#rates.reserve(kind.name, kind.rate, wanted);
      if (allowed === 0) continue;
      const taken = await this.#claim({ kind: kind.name, limit: allowed, worker, leaseMs: leaseMs ?? kind.leaseMs });
      if (kind.rate !== null && taken.length < allowed)
        await this.#rates.giveBack(kind.name, kind.rate, allowed - taken.length);
      for (const row of taken) rows.push(row);
    }
    return rows;
  }

  /** Only what a settlement needs of a row travels; the rest is known, or empty while a job waits. */
  async #claim({ kind, limit, worker, leaseMs }: ClaimOfKind): Promise<JobRow[]> {
    const now = this.#store.now();
    const leaseUntil = now + leaseMs;
    const rows = await this.#store.claim(jobFamily, {
      where: { state: 'ready', kind },
      order: ['rank', 'id'],
      limit,
      set: { state: 'leased', worker, leaseUntil, startedAt: now },
      add: { epoch: 1 },
      columns: CLAIMED,
    });
    return rows.map((row) => leasedRow(row, { kind, worker, leaseUntil, startedAt: now }));
  }
}

type ClaimOfKind = { readonly kind: string; readonly limit: number; readonly worker: string; readonly leaseMs: number };

const CLAIMED = [
  'id',
  'rank',
  'dueAt',
  'attempt',
  'maxAttempts',
  'lost',
  'epoch',
  'ownerKind',
  'ownerId',
  'ownerSeq',
  'key',
  'hasPlace',
  'dedupKey',
  'parent',
  'payload',
  'error',
  'trace',
  'createdAt',
] as const;

type Lease = {
  readonly kind: string;
  readonly worker: string;
  readonly leaseUntil: number;
  readonly startedAt: number;
};

/** Every column by its name: spreading a row of so many and adding to it costs fifty times as much. */
const leasedRow = (row: Pick<JobRow, (typeof CLAIMED)[number]>, lease: Lease): JobRow => ({
  id: row.id,
  kind: lease.kind,
  state: 'leased',
  rank: row.rank,
  dueAt: row.dueAt,
  attempt: row.attempt,
  maxAttempts: row.maxAttempts,
  lost: row.lost,
  epoch: row.epoch,
  leaseUntil: lease.leaseUntil,
  worker: lease.worker,
  ownerKind: row.ownerKind,
  ownerId: row.ownerId,
  ownerSeq: row.ownerSeq,
  key: row.key,
  hasPlace: row.hasPlace,
  dedupKey: row.dedupKey,
  parent: row.parent,
  question: null,
  payload: row.payload,
  outcome: null,
  output: null,
  error: row.error,
  progress: null,
  trace: row.trace,
  createdAt: row.createdAt,
  startedAt: lease.startedAt,
  settledAt: null,
});
