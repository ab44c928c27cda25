/**
 * The job queue: enqueue, claim, heartbeat, settle, cancel. Effects only; what a settlement means is decided in settle.ts.
 * Each call is one commit, and answers after it.
 */
import type { Instant } from '../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../kernel/errors.ts';
import { formatJobId, type JobId, type NextId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import { Recent } from '../kernel/recent.ts';
import { discard, type Settlement } from '../kernel/settlement.ts';
import type { Store } from '../store/store.ts';
import { type CommitVerdict, isEqual, put, set } from '../store/unit.ts';
import type { Held } from './desk.ts';
import { Hands } from './hands.ts';
import { type JobRow, jobFamily, MAX_PAYLOAD_BYTES, type NewJob } from './job.ts';
import { changeOf, ownerOf, settledOf } from './job-change.ts';
import { type JobMetrics, type JobResult, UNKNOWN_KIND } from './metrics.ts';
import type { Owners } from './owner.ts';
import { cancel, type JobChange, settle } from './settle.ts';

export const DEFAULT_LEASE_MS = 30_000;
/** Times a commit is tried again when somebody else was faster. */
export const MAX_CONFLICTS = 5;
const RECENT_JOBS = 20_000;

export type ClaimRequest = {
  readonly kind: string;
  readonly limit: number;
  readonly worker: string;
  readonly leaseMs?: number;
};
export type JobsParts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly random: Random;
  readonly owners: Owners;
  readonly log: Log;
  readonly metrics: JobMetrics;
};

export class Jobs {
  /** Free hands of this process. */
  readonly hands = new Hands();
  readonly metrics: JobMetrics;
  readonly #parts: JobsParts;
  readonly #recent = new Recent<number, JobRow>(RECENT_JOBS);

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.metrics = parts.metrics;
  }

  /** Stores a job that belongs to nobody and answers its id. Throws `job.payload-too-large`. */
  async enqueue(job: Omit<NewJob, 'id' | 'owner'>): Promise<JobId> {
    const { store, nextId } = this.#parts;
    const id = nextId() as JobId;
    const now = store.now();
    const row = this.hands.newRow({ ...job, id }, now);
    let isCommitted = false;
    try {
      const bytes = Buffer.byteLength(row.payload);
      if (bytes > MAX_PAYLOAD_BYTES)
        throw new MillraceError('job.payload-too-large', { bytes, limit: MAX_PAYLOAD_BYTES });
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

  /** Gives a claimed job back untouched: it costs no attempt. Nothing happens when the claim is no longer held. */
  async release({ id, epoch }: Held): Promise<void> {
    const unit = {
      guards: [isEqual(jobFamily, [id], ['epoch', epoch])],
      writes: [set(jobFamily, [id], { state: 'ready', worker: null, leaseUntil: null, epoch: this.#parts.nextId() })],
    };
    await this.#parts.store.commit([unit]);
  }

  /**
   * Settles a claimed job and, when that is final, advances its owner in the same commit. Answers 'stale' when the claim
   * is no longer held; then nothing has changed. Throws `store.conflict` when the owner was changed by others all the time.
   */
  async settle(held: Held, settlement: Settlement, actor = 'system'): Promise<'ok' | 'stale'> {
    const { store, random } = this.#parts;
    let answer = settlement;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const job = await this.#held(held);
      if (job === undefined) return 'stale';
      this.#recent.delete(job.id);
      try {
        const now = store.now();
        const change = settle(job, answer, { now, random });
        const verdict = await this.#commit(job, change, { now, actor });
        if (verdict === 'ok') return 'ok';
      } catch (error) {
        if (isUnacceptable(error) && answer.kind === 'done') answer = discard(messageOf(error));
        else if (!hasMovedOn(error)) throw error;
        // The owner has withdrawn the job; after an empty commit that one is over, and the next look finds it stale.
        else await store.commit([{ guards: [], writes: [] }]);
      }
    }
    throw conflictOf(held.id);
  }

  /**
   * Cancels a job that is not settled yet; a worker that holds it hears `stale` at its next heartbeat, and an owner that
   * waits for it hears that it failed. Throws `job.unknown` and `job.stale`.
   */
  async cancel(id: JobId, actor = 'system'): Promise<void> {
    const { store } = this.#parts;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const job = await this.get(id);
      if (job.settledAt !== null) throw new MillraceError('job.stale', { id: formatJobId(id), epoch: job.epoch });
      const now = store.now();
      const verdict = await this.#commit(job, cancel(job, now), { now, actor });
      if (verdict === 'ok') return;
    }
    throw conflictOf(id);
  }

  async #held({ id, epoch }: Held): Promise<JobRow | undefined> {
    const known = this.#recent.get(id);
    if (known?.epoch === epoch && known.state === 'leased') return known;
    const row = await this.#parts.store.get(jobFamily, [id]);
    if (row?.epoch === epoch && row.state === 'leased') return row;
    this.metrics.settled(row?.kind ?? UNKNOWN_KIND, 'stale');
    return undefined;
  }

  async #commit(
    job: JobRow,
    change: JobChange,
    { now, actor }: { readonly now: Instant; readonly actor: string },
  ): Promise<CommitVerdict | undefined> {
    const { store, owners, nextId } = this.#parts;
    const part = changeOf(job, change, { epoch: nextId(), now });
    const tell = change.settledAt === null ? undefined : ownerOf(job, change, owners);
    const verdict = await (tell === undefined
      ? store.commit([part]).then(([first]) => first)
      : tell(settledOf(job, change, actor), part));
    if (verdict === 'ok') this.#tellOf(job, change);
    return verdict;
  }

  #tellOf({ id, kind }: JobRow, { state, attempt, outcome, error }: JobChange): void {
    const { log, metrics } = this.#parts;
    metrics.settled(kind, state as JobResult);
    if (state === 'dead' && log.isLevelEnabled('warn')) {
      const fields = { job: formatJobId(id as JobId), kind, attempt, reason: error };
      log.warn(fields, 'a job failed for good; it is not tried again until a person says so');
    } else if (log.isLevelEnabled('debug')) {
      log.debug({ job: formatJobId(id as JobId), kind, state, outcome }, 'a job was settled');
    }
  }
}

/** What the owner will never take: trying again cannot mend it. A TypeError is an output that is no JSON. */
const isUnacceptable = (error: unknown): boolean =>
  error instanceof TypeError || UNACCEPTABLE.some((code) => isMillraceError(error, code));
const UNACCEPTABLE = ['process.unknown-outcome', 'process.variables-too-large', 'store.invalid-value'] as const;

const hasMovedOn = (error: unknown): boolean =>
  isMillraceError(error, 'process.not-waiting') || isMillraceError(error, 'process.not-active');

const conflictOf = (id: JobId): MillraceError =>
  new MillraceError('store.conflict', { subject: `job ${formatJobId(id)}`, attempts: MAX_CONFLICTS });
