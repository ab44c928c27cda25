/**
 * What a job takes back when it begins anew: its dedup key, its place among the children that its parent waits for, and
 * its wait for children of its own. Read first and guarded, so that it is true at the moment of the commit.
 */
import { MillraceError } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import type { Store } from '../store/store.ts';
import { add, type Guard, isAbsent, isEqual, put, type Unit, type Write } from '../store/unit.ts';
import { dedupFamily } from './dedup.ts';
import { flowFamily } from './flow.ts';
import type { JobRow } from './job.ts';

export type TakenBack = Unit & {
  /** Its children have not all ended. */
  readonly isWaiting: boolean;
};

/** Throws `job.dedup-taken` when another job lives that has its dedup key. */
export async function takenBack(store: Store, row: JobRow): Promise<TakenBack> {
  const guards: Guard[] = [];
  const writes: Write[] = [];
  const flow = await store.get(flowFamily, [row.id]);
  const isWaiting = flow !== undefined && flow.pending > 0;
  if (isWaiting) guards.push(isEqual(flowFamily, [row.id], ['pending', flow.pending]));
  if (row.settledAt === null) return { guards, writes, isWaiting };
  if (row.dedupKey !== null) {
    const key = [row.kind, row.dedupKey];
    const holder = await store.get(dedupFamily, key);
    if (holder !== undefined)
      throw new MillraceError('job.dedup-taken', {
        id: formatJobId(row.id as JobId),
        holder: formatJobId(holder.job as JobId),
      });
    guards.push(isAbsent(dedupFamily, key));
    writes.push(put(dedupFamily, { kind: row.kind, dedupKey: row.dedupKey, job: row.id }));
  }
  const siblings = row.parent === null ? undefined : await store.get(flowFamily, [row.parent]);
  if (row.parent !== null && siblings !== undefined) {
    guards.push(isEqual(flowFamily, [row.parent], ['pending', siblings.pending]));
    // Only what has failed begins anew.
    writes.push(add(flowFamily, [row.parent], { pending: 1, failed: -1 }));
  }
  return { guards, writes, isWaiting };
}
