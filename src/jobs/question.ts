/**
 * The question about a held job: its worker was lost, and its kind says that doing it twice would do harm. A person is
 * asked whether it happened, by a user task that belongs to the job. Whoever cancels or replays the job takes it back.
 */
import type { Instant } from '../kernel/clock.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import { put, set, type Write } from '../store/unit.ts';
import type { JobRow } from './job.ts';
import type { Kind } from './kind.ts';
import { newTaskRow, taskFamily } from './task.ts';

/** The owner kind of tasks that ask about a job. */
export const HELD_OWNER = 'job';
export const HAPPENED = 'happened';
export const DID_NOT_HAPPEN = 'did-not-happen';

/** The question, as a write of the unit that holds the job. Its id is kept in the job. */
export function questionOf(
  job: JobRow,
  kind: Kind,
  { id, now }: { readonly id: number; readonly now: Instant },
): Write {
  const row = newTaskRow({
    id,
    ownerKind: HELD_OWNER,
    ownerId: job.id,
    ownerSeq: 1,
    source: `job/${job.kind}`,
    step: 'held',
    name: `Did it happen? ${job.kind}, ${formatJobId(job.id as JobId)}`,
    businessKey: job.key,
    role: kind.holdRole,
    rank: job.rank,
    outcomes: JSON.stringify([HAPPENED, DID_NOT_HAPPEN]),
    createdAt: now,
  });
  return put(taskFamily, row);
}

/** Takes the question back. */
export const withdrawn = (question: number, now: Instant, epoch: number): Write =>
  set(taskFamily, [question], { state: 'cancelled', epoch, settledAt: now });
