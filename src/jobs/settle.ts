/** Decides what a settlement makes of a leased job. Pure. */
import { type Backoff, backoffMs } from '../kernel/backoff.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Settlement } from '../kernel/settlement.ts';
import { type JobRow, MAX_ERROR_LENGTH, MAX_LOST } from './job.ts';

export const RETRY_BACKOFF: Backoff = { firstMs: 1_000, longestMs: 10 * 60_000 };

export type JobChange = Pick<
  JobRow,
  'state' | 'dueAt' | 'attempt' | 'lost' | 'leaseUntil' | 'worker' | 'outcome' | 'output' | 'error' | 'settledAt'
>;

export function settle(
  job: JobRow,
  settlement: Settlement,
  { now, random }: { readonly now: Instant; readonly random: Random },
): JobChange {
  const attempt = job.attempt + 1;
  switch (settlement.kind) {
    case 'done': {
      const output = settlement.output === undefined ? null : JSON.stringify(settlement.output);
      return { ...released(job, attempt), state: 'done', outcome: settlement.outcome, output, settledAt: now };
    }
    case 'fail': {
      const error = storable(settlement.error);
      if (attempt >= job.maxAttempts) return { ...released(job, attempt), state: 'dead', error, settledAt: now };
      const dueAt = now + backoffMs(RETRY_BACKOFF, attempt, random);
      return { ...released(job, attempt), state: 'scheduled', dueAt, error };
    }
    case 'snooze':
      return {
        ...released(job, job.attempt),
        state: 'scheduled',
        dueAt: now + settlement.delayMs,
        error: job.error,
      };
    case 'discard':
      return { ...released(job, attempt), state: 'dead', error: storable(settlement.reason), settledAt: now };
    default:
      return settlement satisfies never;
  }
}

/** Nobody holds it any more, and nothing is known of its end. */
const released = ({ dueAt, lost }: Pick<JobRow, 'dueAt' | 'lost'>, attempt: number): Omit<JobChange, 'state'> => ({
  dueAt,
  attempt,
  lost,
  leaseUntil: null,
  worker: null,
  outcome: null,
  output: null,
  error: null,
  settledAt: null,
});

/** What becomes of a leased job whose worker was not heard of in time. */
export function loseLease(job: JobRow, now: Instant): JobChange {
  const lost = job.lost + 1;
  const given = { ...released(job, job.attempt), lost };
  if (lost < MAX_LOST) return { ...given, state: 'ready', error: job.error };
  return { ...given, state: 'quarantined', error: `Its worker was lost ${lost} times.`, settledAt: now };
}

/** What becomes of a job that nobody wants any more. */
export const cancel = (job: JobRow, now: Instant): JobChange => ({
  ...released(job, job.attempt),
  state: 'cancelled',
  error: 'It was cancelled.',
  settledAt: now,
});

/** What makes a settled job begin anew, with all its attempts. */
export const replayed = (now: Instant, epoch: number): JobChange & Pick<JobRow, 'epoch'> => ({
  ...released({ dueAt: now, lost: 0 }, 0),
  state: 'ready',
  epoch,
});

/** Cut to its limit, and without what no store takes (NUL, half characters): a failure must never fail at being stored. */
const storable = (text: string): string => text.slice(0, MAX_ERROR_LENGTH).replace(UNSTORABLE, '\ufffd');
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
