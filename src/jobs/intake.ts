/** Takes jobs in: checks them, makes their rows, and stores them – in a unit of their own or in that of the caller. */
import type { Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import type { JobId, NextId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import type { CommitVerdict, Unit, Write } from '../store/unit.ts';
import { dedupFamily } from './dedup.ts';
import { MAX_CHILDREN } from './flow.ts';
import type { Hands } from './hands.ts';
import { type JobRow, MAX_PAYLOAD_BYTES, type NewJob, newJobRow } from './job.ts';
import { eventOfRow, type JobWatch, keptEvent } from './job-event.ts';
import type { Kinds } from './kinds.ts';
import { birthOf, flowOf } from './new-job.ts';
import type { QueueLengths } from './queue-lengths.ts';

/** A job as its enqueuer describes it. */
export type JobRequest = Omit<NewJob, 'id' | 'owner' | 'parent'>;
export type Enqueued = {
  readonly id: JobId /** False: a live job has the same dedup key, and this is its id. */;
  readonly isNew: boolean;
};
export type FlowRequest = {
  readonly parent: JobRequest;
  readonly children: readonly JobRequest[];
  /** Whether the parent is dead when a child is. Default: it runs all the same and asks what became of them. */
  readonly failsWithChild?: boolean;
};

/** Jobs that one commit takes in at most; more are several commits, each all or nothing. */
export const INTAKE_BATCH = 500;
export const MAX_KEY_LENGTH = 200;

export type IntakeParts = {
  readonly store: Store;
  readonly nextId: NextId;
  readonly kinds: Kinds;
  readonly hands: Hands;
  readonly watch: JobWatch;
  readonly lengths: QueueLengths;
  /** Tells what became of rows that were offered to the free hands of this process. */
  readonly created: (rows: readonly JobRow[], isCommitted: boolean) => void;
};

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Stores jobs, in the order given; one whose dedup key comes free in that very moment may come in behind the others of
   * the call. Ids are in the order in which jobs came in. Throws `job.payload-too-large`, `job.bad-payload`, `job.bad-key`, `job.queue-full`;
   * then nothing of the batch is stored.
   */
  async enqueueMany(requests: readonly JobRequest[]): Promise<Enqueued[]> {
    for (const request of requests) this.#require(request);
    this.#requireRoom(requests);
    const batches: Promise<Enqueued[]>[] = [];
    for (let from = 0; from < requests.length; from += INTAKE_BATCH)
      batches.push(this.#store(requests.slice(from, from + INTAKE_BATCH)));
    return (await Promise.all(batches)).flat();
  }

  /** Stores jobs and a unit of the caller together: all or nothing. A `conflict` is the caller's guard, or a dedup key that lives. */
  async enqueueWith(
    requests: readonly JobRequest[],
    unit: Unit,
  ): Promise<{ readonly verdict: CommitVerdict; readonly ids: readonly JobId[] }> {
    for (const request of requests) this.#require(request);
    this.#requireRoom(requests);
    const { store } = this.#parts;
    const now = store.now();
    if (hasTwins(requests)) return { verdict: 'conflict', ids: [] };
    const rows = requests.map((request) => this.#rowOf(request, now));
    const births = rows.map((row) => this.#birthOf(row, now));
    const whole: Unit = {
      guards: [...unit.guards, ...births.flatMap(({ guards }) => guards)],
      writes: [...unit.writes, ...births.flatMap(({ writes }) => writes)],
    };
    const verdict = await this.#commit(rows, [whole]).then(([first = 'conflict']) => first);
    return { verdict, ids: rows.map(({ id }) => id as JobId) };
  }

  /** Stores a parent that waits for its children: all or none. Throws as `enqueueMany`, and `job.bad-flow`. */
  async enqueueFlow({
    parent,
    children,
    failsWithChild = false,
  }: FlowRequest): Promise<{ readonly id: JobId; readonly children: readonly JobId[] }> {
    if (children.length === 0 || children.length > MAX_CHILDREN)
      throw new MillraceError('job.bad-flow', { problem: `it has ${children.length} children`, limit: MAX_CHILDREN });
    if (parent.key !== undefined || parent.dueAt !== undefined)
      throw new MillraceError('job.bad-flow', {
        problem: 'its parent has a key or a time of its own',
        limit: MAX_CHILDREN,
      });
    const requests = [parent, ...children];
    for (const request of requests) this.#require(request);
    if (hasTwins(requests))
      throw new MillraceError('job.bad-flow', { problem: 'two of its jobs have one dedup key', limit: MAX_CHILDREN });
    this.#requireRoom(requests);
    const { store, nextId } = this.#parts;
    const now = store.now();
    const id = nextId() as JobId;
    const parentRow: JobRow = { ...newJobRow(this.#withDefaults({ ...parent, id }), now), state: 'blocked' };
    const rows = children.map((child) =>
      newJobRow(this.#withDefaults({ ...child, id: nextId() as JobId, parent: id }), now),
    );
    const { guards, writes } = flowOf(parentRow, rows, { now, failsWithChild });
    const kept = [parentRow, ...rows].flatMap((row) => this.#keptEvents(row, now));
    const [verdict] = await this.#commit([], [{ guards, writes: [...writes, ...kept] }]);
    if (verdict !== 'ok')
      throw new MillraceError('job.bad-flow', { problem: 'one of its dedup keys lives already', limit: MAX_CHILDREN });
    this.#parts.watch.tell(() => [parentRow, ...rows].map((row) => eventOfRow('enqueued', row, now)));
    return { id, children: rows.map((row) => row.id as JobId) };
  }

  async #store(requests: readonly JobRequest[]): Promise<Enqueued[]> {
    const { store } = this.#parts;
    const now = store.now();
    const rows = requests.map((request) => this.#rowOf(request, now));
    const verdicts = await this.#commit(
      rows,
      rows.map((row) => this.#birthOf(row, now)),
    );
    return Promise.all(
      rows.map(async (row, place) =>
        verdicts[place] === 'ok'
          ? { id: row.id as JobId, isNew: true }
          : this.#alreadyThere(row, requests[place] as JobRequest),
      ),
    );
  }

  /** Commits units of as many rows, or one unit of all of them. */
  async #commit(rows: readonly JobRow[], units: readonly Unit[]): Promise<readonly CommitVerdict[]> {
    let verdicts: readonly CommitVerdict[] = [];
    try {
      verdicts = await this.#parts.store.commit(units);
    } finally {
      if (units.length === rows.length)
        for (const [place, row] of rows.entries()) this.#parts.created([row], verdicts[place] === 'ok');
      else this.#parts.created(rows, verdicts[0] === 'ok');
    }
    return verdicts;
  }

  async #alreadyThere(row: JobRow, request: JobRequest): Promise<Enqueued> {
    const holder = await this.#parts.store.get(dedupFamily, [row.kind, row.dedupKey]);
    if (holder !== undefined) return { id: holder.job as JobId, isNew: false };
    // It ended between the two looks: now there is room.
    const [again] = await this.#store([request]);
    return again as Enqueued;
  }

  #rowOf(request: JobRequest, now: Instant): JobRow {
    const id = this.#parts.nextId() as JobId;
    return this.#parts.hands.newRow(this.#withDefaults({ ...request, id }), now);
  }

  #withDefaults(job: NewJob): NewJob {
    return job.maxAttempts === undefined ? { ...job, maxAttempts: this.#parts.kinds.of(job.kind).maxAttempts } : job;
  }

  #birthOf(row: JobRow, now: Instant): Unit {
    const birth = birthOf(row, now);
    return { ...birth, writes: [...birth.writes, ...this.#keptEvents(row, now)] };
  }

  #keptEvents(row: JobRow, now: Instant): readonly Write[] {
    const { kinds, nextId } = this.#parts;
    if (kinds.of(row.kind).events !== 'kept') return [];
    return [keptEvent(nextId(), eventOfRow('enqueued', row, now))];
  }

  #require({ kind, payload, key, dedupKey }: JobRequest): void {
    const text = JSON.stringify(payload ?? null);
    const bytes = text.length * 3 > MAX_PAYLOAD_BYTES ? Buffer.byteLength(text) : 0;
    if (bytes > MAX_PAYLOAD_BYTES)
      throw new MillraceError('job.payload-too-large', { bytes, limit: MAX_PAYLOAD_BYTES });
    for (const [name, value] of [
      ['key', key],
      ['dedupKey', dedupKey],
    ] as const)
      if (value !== undefined && (value === '' || value.length > MAX_KEY_LENGTH))
        throw new MillraceError('job.bad-key', { name, length: value.length, limit: MAX_KEY_LENGTH });
    const problem = this.#parts.kinds.problemOf(kind, payload);
    if (problem !== undefined) throw new MillraceError('job.bad-payload', { kind, problem });
    const { fairWindow } = this.#parts.kinds.of(kind);
    if (fairWindow !== null && key === undefined)
      throw new MillraceError('job.bad-key', { name: 'key', length: 0, limit: MAX_KEY_LENGTH });
  }

  #requireRoom(requests: readonly JobRequest[]): void {
    for (const [kind, wanted] of countBy(requests))
      this.#parts.lengths.require(kind, wanted, this.#parts.kinds.of(kind).maxWaiting);
  }
}

/** Whether two have the same dedup key: guards look at what was there before the unit, and would let both in. */
function hasTwins(requests: readonly JobRequest[]): boolean {
  const names = requests.flatMap(({ kind, dedupKey }) => (dedupKey === undefined ? [] : [`${kind} ${dedupKey}`]));
  return new Set(names).size < names.length;
}

function countBy(requests: readonly JobRequest[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of requests) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
