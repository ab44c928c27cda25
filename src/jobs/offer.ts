/** A leased job as its worker sees it. */
import type { JobId } from '../kernel/ids.ts';
import type { OfferedJob } from './desk.ts';
import type { JobRow } from './job.ts';
import type { KindSettings } from './kind.ts';

export function offerOf(row: JobRow, { leaseMs, timeoutMs }: Pick<KindSettings, 'leaseMs' | 'timeoutMs'>): OfferedJob {
  const { ownerKind, ownerId, ownerSeq, leaseUntil, startedAt } = row;
  return {
    id: row.id as JobId,
    epoch: row.epoch,
    kind: row.kind,
    attempt: row.attempt + 1,
    maxAttempts: row.maxAttempts,
    payload: JSON.parse(row.payload),
    key: row.key,
    owner: ownerKind === null ? null : { kind: ownerKind, id: ownerId ?? 0, seq: ownerSeq ?? 0 },
    // The lease that was asked for, which may differ from the kind's.
    leaseMs: leaseUntil === null || startedAt === null ? leaseMs : leaseUntil - startedAt,
    timeoutMs,
    trace: row.trace,
  };
}
