/**
 * The job queue: enqueue, claim, heartbeat, settle, cancel. Effects only; what a settlement means is decided in settle.ts.
 * Each call is one commit, and answers after it.
 */
import type { Instant } from '../kernel/clock.ts';
import { isMillraceError, MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import type { Store } from '../store/store.ts';
import { isEqual, put, set, type Unit } from '../store/unit.ts';
import { Hands } from './hands.ts';
import { type JobRow, jobFamily, MAX_PAYLOAD_BYTES, type NewJob, newJobRow } from './job.ts';
import type { Owners, Settled } from './owner.ts';
import { RecentRows } from './recent-rows.ts';
import { type JobChange, settle } from './settle.ts';
import { discard, type Settlement } from './settlement.ts';
import { count } from './statistics.ts';

export const DEFAULT_LEASE_MS = 30_000;
/** Times a commit is tried again when somebody else was faster. */
export const MAX_CONFLICTS = 5;
const RECENT_JOBS = 20_000;

export type ClaimRequest = { readonly kind: string; readonly limit: number; readonly worker: string; readonly leaseMs?: number };
/** What a worker names to say which claim it means. */
export type Held = { readonly id: JobId; readonly epoch: number };

export type JobsParts = { readonly store: Store; readonly nextId: NextId; readonly random: Random; readonly owners: Owners };

export class Jobs {
  /** Free hands of this process. */
  readonly hands = new Hands();
  readonly #parts: JobsParts;
  readonly #recent = new RecentRows<JobRow>(RECENT_JOBS);

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /** Stores a job that belongs to nobody and answers its id. Throws `job.payload-too-large`. */
  async enqueue(job: Omit<NewJob, 'id' | 'owner'>): Promise<JobId> {
    const { store, nextId } = this.#parts;
    const id = nextId() as JobId;
    const now = store.now();
    const born = newJobRow({ ...job, id }, now);
    const bytes = Buffer.byteLength(born.payload);
    if (bytes > MAX_PAYLOAD_BYTES) throw new MillraceError('job.payload-too-large', { bytes, limit: MAX_PAYLOAD_BYTES });
    const row = this.hands.offer(born, now);
    let isCommitted = false;
    try {
      await store.commit([{ guards: [], writes: [put(jobFamily, row)] }]);
      isCommitted = true;
    } finally {
      this.created([row], isCommitted);
    }
    return id;
  }

  /** Tells what became of rows that were offered to the free hands of this process. */
  created(rows: readonly JobRow[], isCommitted: boolean): void {
    if (isCommitted) for (const row of rows) if (row.state === 'leased') this.#recent.set(row.id, row);
    this.hands.committed(rows, isCommitted);
  }

  async get(id: JobId): Promise<JobRow> {
    const row = await this.#parts.store.get(jobFamily, [id]);
    if (row === undefined) throw new MillraceError('job.unknown', { id: formatJobId(id) });
    return row;
  }

  /** Takes up to `limit` ready jobs of a kind, the most urgent first. */
  async claim({ kind, limit, worker, leaseMs = DEFAULT_LEASE_MS }: ClaimRequest): Promise<JobRow[]> {
    const { store } = this.#parts;
    const rows = await store.claim(jobFamily, {
      where: { state: 'ready', kind },
      order: ['rank', 'id'],
      limit,
      set: { state: 'leased', worker, leaseUntil: store.now() + leaseMs },
      add: { epoch: 1 },
    });
    for (const row of rows) this.#recent.set(row.id, row);
    return rows;
  }

  /** Renews leases; answers for each whether it is still held. */
  async heartbeat(held: readonly Held[], leaseMs = DEFAULT_LEASE_MS): Promise<boolean[]> {
    const { store } = this.#parts;
    const leaseUntil = store.now() + leaseMs;
    const units = held.map(({ id, epoch }) => ({
      guards: [isEqual(jobFamily, [id], ['epoch', epoch])],
      writes: [set(jobFamily, [id], { leaseUntil })],
    }));
    return (await store.commit(units)).map((verdict) => verdict === 'ok');
  }

  /** Gives a claimed job back untouched: it costs no attempt. */
  async release({ id, epoch }: Held): Promise<void> {
    const unit = {
      guards: [isEqual(jobFamily, [id], ['epoch', epoch])],
      writes: [set(jobFamily, [id], { state: 'ready', worker: null, leaseUntil: null, epoch: this.#parts.nextId() })],
    };
    await this.#parts.store.commit([unit]);
  }

  /**
   * Settles a claimed job and, when that is final, advances its owner in the same commit. Answers 'stale' when the claim
   * is no longer held; then nothing has changed.
   */
  async settle(held: Held, settlement: Settlement, actor = 'system'): Promise<'ok' | 'stale'> {
    const { store, random } = this.#parts;
    let answer = settlement;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const job = await this.#held(held);
      if (job === undefined) return 'stale';
      const now = store.now();
      const change = settle(job, answer, { now, random });
      try {
        const verdict = await this.#commit(job, change, { now, actor });
        this.#recent.delete(job.id);
        if (verdict === 'ok') return 'ok';
      } catch (error) {
        this.#recent.delete(job.id);
        // The worker answered something the owner does not know: that is a failure which trying again cannot mend.
        if (isMillraceError(error, 'process.unknown-outcome')) answer = discard(error.message);
        else if (!isMillraceError(error, 'process.not-waiting') && !isMillraceError(error, 'process.not-active')) throw error;
        // The owner has moved on; it has withdrawn the job, so the next look finds it stale.
      }
    }
    return 'stale';
  }

  /** Cancels a job that is not settled yet; a worker that holds it hears `stale` at its next heartbeat. */
  async cancel(id: JobId): Promise<void> {
    const { store, nextId } = this.#parts;
    const job = await this.get(id);
    const unit = {
      guards: [isEqual(jobFamily, [id], ['epoch', job.epoch])],
      writes: [set(jobFamily, [id], { state: 'cancelled', epoch: nextId(), settledAt: store.now(), leaseUntil: null })],
    };
    const [verdict] = job.settledAt === null ? await store.commit([unit]) : ['conflict' as const];
    if (verdict === 'conflict') throw new MillraceError('job.stale', { id: formatJobId(id), epoch: job.epoch });
  }

  async #held({ id, epoch }: Held): Promise<JobRow | undefined> {
    const known = this.#recent.get(id);
    if (known?.epoch === epoch && known.state === 'leased') return known;
    const row = await this.#parts.store.get(jobFamily, [id]);
    return row?.epoch === epoch && row.state === 'leased' ? row : undefined;
  }

  async #commit(job: JobRow, change: JobChange, { now, actor }: { readonly now: Instant; readonly actor: string }) {
    const { store, owners, nextId } = this.#parts;
    const isFinal = change.settledAt !== null;
    const counts = change.state === 'done' ? { completed: 1 } : { failed: 1 };
    const part: Unit = {
      guards: [isEqual(jobFamily, [job.id], ['epoch', job.epoch])],
      writes: [set(jobFamily, [job.id], { ...change, epoch: nextId() }), ...(isFinal ? [count(`job/${job.kind}`, now, counts)] : [])],
    };
    const owner = job.ownerKind === null ? undefined : owners.get(job.ownerKind);
    const isAwaited = job.ownerSeq !== 0 || change.state !== 'done';
    if (isFinal && owner !== undefined && isAwaited) return owner(settledOf(job, change, actor), part);
    const [verdict] = await store.commit([part]);
    return verdict;
  }
}

function settledOf(job: JobRow, change: JobChange, actor: string): Settled {
  const owner = { kind: job.ownerKind ?? '', id: job.ownerId ?? 0, seq: job.ownerSeq ?? 0 };
  const result =
    change.state === 'done'
      ? ({ kind: 'done', outcome: change.outcome ?? 'done', ...(change.output !== null && { variables: JSON.parse(change.output) as Record<string, unknown> }) } as const)
      : ({ kind: 'failed', message: change.error ?? 'It failed.' } as const);
  return { job: job.id as JobId, kind: job.kind, owner, actor, result };
}
