/**
 * A job is a durable unit of work for code. Its life:
 *
 *   scheduled   waits for its time (a delay, a retry, a timer); the promoter makes it ready when that has come.
 *   ready       waits for a worker; the most urgent first (`rank`, the priority turned round), then the eldest.
 *   leased      a worker holds it until `leaseUntil`. The worker answers with a settlement, or renews the lease by a
 *               heartbeat; when it dies the lease runs out and the rescuer makes the job ready again. Being lost costs no
 *               attempt, but is counted: a job that was lost MAX_LOST times is quarantined, since it may be what kills.
 *   done        the handler said so, with an outcome. Final.
 *   dead        the handler discarded it, or its last attempt failed. Final until a person replays it.
 *   quarantined lost too often. Final until a person replays it.
 *   cancelled   its owner or a person no longer wants it. Final.
 *
 * Every claim raises the epoch. A settlement or heartbeat names the epoch it was claimed with and is guarded by it, so a
 * worker that comes too late changes nothing. A crash at any point leaves one of the states above: claiming and settling
 * are single commits.
 */
import type { Instant } from '../kernel/clock.ts';
import type { JobId } from '../kernel/ids.ts';
import { defineFamily, type RowOf } from '../store/family.ts';

export type JobState = 'scheduled' | 'ready' | 'leased' | 'done' | 'dead' | 'quarantined' | 'cancelled';
export const FINAL_STATES: readonly JobState[] = ['done', 'dead', 'quarantined', 'cancelled'];

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
    epoch: 'integer',
    leaseUntil: 'integer?',
    worker: 'text?',
    /** Who is told when it is settled; null: nobody. */
    ownerKind: 'text?',
    ownerId: 'integer?',
    /** The owner's own mark, for a process the token that waits; 0 when nobody waits for it. */
    ownerSeq: 'integer?',
    payload: 'text',
    outcome: 'text?',
    output: 'text?',
    error: 'text?',
    createdAt: 'integer',
    settledAt: 'integer?',
  },
  key: ['id'],
  indexes: [
    { columns: ['kind', 'rank', 'id'], where: { column: 'state', is: 'ready' } },
    { columns: ['dueAt', 'id'], where: { column: 'state', is: 'scheduled' } },
    { columns: ['leaseUntil'], where: { column: 'state', is: 'leased' } },
    { columns: ['settledAt'], where: { column: 'state', is: 'dead' } },
  ],
});
export type JobRow = RowOf<typeof jobFamily>;

export type Owner = { readonly kind: string; readonly id: number; readonly seq: number };

export type NewJob = {
  readonly id: JobId;
  readonly kind: string;
  readonly payload: unknown;
  readonly owner?: Owner;
  readonly priority?: number;
  readonly maxAttempts?: number;
  /** Not before; undefined: at once. */
  readonly dueAt?: Instant;
};

/** The row of a job that is born now, waiting or in the hands of a worker. */
export function newJobRow(
  { id, kind, payload, owner, priority = 0, maxAttempts = DEFAULT_MAX_ATTEMPTS, dueAt }: NewJob,
  now: Instant,
  lease?: { readonly worker: string; readonly until: Instant },
): JobRow {
  return {
    id,
    kind,
    state: lease !== undefined ? 'leased' : dueAt !== undefined && dueAt > now ? 'scheduled' : 'ready',
    rank: -priority,
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
    payload: JSON.stringify(payload ?? null),
    outcome: null,
    output: null,
    error: null,
    createdAt: now,
    settledAt: null,
  };
}
