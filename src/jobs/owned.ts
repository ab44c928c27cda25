/** What an owner does to a job of its own without looking at it: take it back, or let it begin anew. Writes for the owner's unit. */
import type { Instant } from '../kernel/clock.ts';
import type { JobId, NextId } from '../kernel/ids.ts';
import { set, type Write } from '../store/unit.ts';
import { foreignEpoch, jobFamily } from './job.ts';
import { replayed } from './settle.ts';
import { count, kindSubject } from './statistics.ts';

type Owned = { readonly job: JobId; readonly kind: string };
type At = { readonly now: Instant; readonly nextId: NextId };

/**
 * Nobody waits for it any more. Whoever holds it hears so at the next heartbeat, and whoever was asked whether it happened
 * is asked no longer (orphans.ts). An owner withdraws only what it waits for: of a job that has ended it was told in the
 * very commit that ended it, so none is counted twice.
 */
export const withdrawn = ({ job, kind }: Owned, { now, nextId }: At): readonly Write[] => [
  set(jobFamily, [job], { state: 'cancelled', epoch: foreignEpoch(nextId), settledAt: now, leaseUntil: null }),
  count(kindSubject(kind), now, { cancelled: 1 }),
];

/** A job that failed for good begins anew, with all its attempts. Jobs of owners have no key. */
export const begunAnew = ({ job, kind }: Owned, { now, nextId }: At): readonly Write[] => [
  set(jobFamily, [job], { ...replayed({ key: null, hasPlace: null }, now), epoch: foreignEpoch(nextId) }),
  count(kindSubject(kind), now, { started: 1 }),
];
