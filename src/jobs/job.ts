/**
 * A job is a durable unit of work for code. Its life (transition.ts has the same as a table):
 *
 *   scheduled   waits for its time (a delay, a retry, a timer); the keeper makes it ready when that has come.
 *   blocked     waits for its turn: its key has no room, or its children have not all ended. The gate lets it in.
 *   ready       waits for a worker; the most urgent first (`rank`, the priority turned round), then the eldest.
 *   leased      a worker holds it until `leaseUntil`. The worker answers with a settlement, or renews the lease by a
 *               heartbeat; when it dies the lease runs out and the keeper gives the job back. Being lost costs no
 *               attempt, but is counted: a job that was lost MAX_LOST times is quarantined, since it may be what kills.
 *   unknown     its worker was lost, and its kind says that a guess would do harm (`onLost: hold`): nobody knows whether it
 *               happened, and a person is asked. It keeps its place under its key until then.
 *   done        the handler said so, with an outcome. Final.
 *   dead        the handler discarded it, or its last attempt failed. Final until a person replays it.
 *   quarantined lost too often. Final until a person replays it.
 *   cancelled   its owner or a person no longer wants it. Final until a person replays it.
 *
 * Every change raises the epoch. A settlement or heartbeat names the epoch it was claimed with and is guarded by it, so a
 * worker that comes too late changes nothing. A crash at any point leaves one of the states above: claiming and settling
 * are single commits. Only the store's clock decides what is due and which lease has run out.
 */
import type { Instant } from '../kernel/clock.ts';
import type { JobId } from '../kernel/ids.ts';
import { defineFamily, type RowOf } from '../store/family.ts';

export const JOB_STATES = [
  'scheduled',
  'blocked',
  'ready',
  'leased',
  'unknown',
  'done',
  'dead',
  'quarantined',
  'cancelled',
] as const;
export type JobState = (typeof JOB_STATES)[number];
export const FINAL_STATES: readonly JobState[] = ['done', 'dead', 'quarantined', 'cancelled'];
export const isFinal = (state: string): boolean => (FINAL_STATES as readonly string[]).includes(state);

/** Leases lost before a job is put aside. */
export const MAX_LOST = 3;
export const DEFAULT_MAX_ATTEMPTS = 3;
export const MAX_PAYLOAD_BYTES = 1_000_000;
/** A stored failure is cut to this many characters. */
export const MAX_ERROR_LENGTH = 1_000;

export const jobFamily = defineFamily({
  name: 'job',
  columns: {
    id: 'integer',
    kind: 'text',
    state: 'text',
    /** Minus the priority, so that ascending order is most urgent first. */
    rank: 'integer',
    dueAt: 'integer',
    attempt: 'integer',
    maxAttempts: 'integer',
    lost: 'integer',
    /** Goes up with each change; a change by an owner, who does not know it, makes it negative and new (`foreignEpoch`). */
    epoch: 'integer',
    leaseUntil: 'integer?',
    worker: 'text?',
    /** Who is told when it is settled; null: nobody. */
    ownerKind: 'text?',
    ownerId: 'integer?',
    /** The owner's own mark, for a process the token that waits; 0 when nobody waits for it. */
    ownerSeq: 'integer?',
    /** Jobs of one kind and key keep their order, or a limit at a time. */
    key: 'text?',
    /** While it has a place under its key, from its turn to its end, retries included: 1; 2: it is counted under all keys as well. */
    hasPlace: 'integer?',
    /** While it lives no other job of its kind has the same. */
    dedupKey: 'text?',
    /** The job that waits for this one and others; the flow says how many are left. */
    parent: 'integer?',
    /** While it is unknown whether it happened: the task that asks a person. */
    question: 'integer?',
    payload: 'text',
    outcome: 'text?',
    output: 'text?',
    error: 'text?',
    /** JSON `{share, note?}`. */
    progress: 'text?',
    /** W3C `traceparent` of whoever enqueued it. */
    trace: 'text?',
    createdAt: 'integer',
    /** Of the last attempt. */
    startedAt: 'integer?',
    settledAt: 'integer?',
  },
  key: ['id'],
  indexes: [
    { columns: ['kind', 'rank', 'id'], where: { column: 'state', is: 'ready' } },
    { columns: ['dueAt', 'id'], where: { column: 'state', is: 'scheduled' } },
    { columns: ['kind', 'key', 'rank', 'id'], where: { column: 'state', is: 'blocked' } },
    { columns: ['leaseUntil'], where: { column: 'state', is: 'leased' } },
    { columns: ['settledAt', 'id'], where: { column: 'state', is: 'dead' } },
    { columns: ['settledAt', 'id'], where: { column: 'state', is: 'quarantined' } },
    { columns: ['dueAt', 'id'], where: { column: 'state', is: 'unknown' } },
  ],
});
export type JobRow = RowOf<typeof jobFamily>;

/** Who is told when it is settled. `seq` is the owner's own mark; 0 when it only wants to hear of a failure. */
export type Owner = { readonly kind: string; readonly id: number; readonly seq: number };

export type NewJob = {
  readonly id: JobId;
  readonly kind: string;
  readonly payload: unknown;
  readonly owner?: Owner;
  /** Higher is sooner. Default: 0. */
  readonly priority?: number;
  readonly maxAttempts?: number;
  /** Not before; undefined: at once. */
  readonly dueAt?: Instant;
  readonly key?: string;
  readonly dedupKey?: string;
  readonly parent?: JobId;
  readonly trace?: string;
};

/** The row of a job that is born now: waiting, or in the hands of a worker. */
export function newJobRow(
  job: NewJob,
  now: Instant,
  lease?: { readonly worker: string; readonly until: Instant },
): JobRow {
  const { id, kind, payload, owner, priority = 0, maxAttempts = DEFAULT_MAX_ATTEMPTS, dueAt, key } = job;
  const isLater = dueAt !== undefined && dueAt > now;
  return {
    id,
    kind,
    state: lease !== undefined ? 'leased' : isLater ? 'scheduled' : key === undefined ? 'ready' : 'blocked',
    rank: 0 - priority,
    dueAt: dueAt ?? now,
    attempt: 0,
    maxAttempts,
    lost: 0,
    epoch: lease === undefined ? 0 : 1,
    leaseUntil: lease?.until ?? null,
    worker: lease?.worker ?? null,
    ownerKind: owner?.kind ?? null,
    ownerId: owner?.id ?? null,
    ownerSeq: owner?.seq ?? null,
    key: key ?? null,
    hasPlace: null,
    dedupKey: job.dedupKey ?? null,
    parent: job.parent ?? null,
    question: null,
    payload: JSON.stringify(payload ?? null),
    outcome: null,
    output: null,
    error: null,
    progress: null,
    trace: job.trace ?? null,
    createdAt: now,
    startedAt: lease === undefined ? null : now,
    settledAt: null,
  };
}

/**
 * The epoch that an owner gives who does not know the job's: below all that were given to it before, so that no claim of
 * then, which counted up from a higher one, can ever come to the same number.
 */
export const foreignEpoch = (nextId: () => number): number => -nextId();
