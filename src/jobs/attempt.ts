/**
 * What happened to a job before its present state: attempts that failed, leases that ran out, and what people did. A job
 * that is done at its first attempt has none: its row says it all.
 */
import type { Instant } from '../kernel/clock.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import { put, type Write } from '../store/unit.ts';
import type { JobRow } from './job.ts';
import type { JobVerb } from './transition.ts';

export const attemptFamily = defineFamily({
  name: 'job_attempt',
  columns: {
    job: 'integer',
    /** Of the row as it was: no two changes of a job have the same. */
    epoch: 'integer',
    /** What ended it: a verb of the table of transitions. */
    verb: 'text',
    startedAt: 'integer?',
    endedAt: 'integer',
    worker: 'text?',
    actor: 'text',
    error: 'text?',
  },
  key: ['job', 'epoch'],
  indexes: [{ columns: ['job', 'endedAt'] }],
});
export type AttemptRow = RowOf<typeof attemptFamily>;

export type Ending = {
  readonly verb: JobVerb;
  readonly at: Instant;
  readonly actor: string;
  readonly error: string | null;
};

export const attemptEnded = ({ id, epoch, startedAt, worker }: JobRow, { verb, at, actor, error }: Ending): Write =>
  put(attemptFamily, { job: id, epoch, verb, startedAt, endedAt: at, worker, actor, error });
