/** Decides what a settlement makes of a leased job. Pure. */
import { type Backoff, backoffMs } from '../kernel/backoff.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { type JobRow, MAX_ERROR_LENGTH, MAX_LOST } from './job.ts';
import type { Settlement } from './settlement.ts';

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
  const released = {
    leaseUntil: null,
    worker: null,
    lost: job.lost,
    outcome: null,
    output: null,
    settledAt: null,
  } as const;
  switch (settlement.kind) {
    case 'done': {
      const output = settlement.output === undefined ? null : JSON.stringify(settlement.output);
      return {
        ...released,
        state: 'done',
        attempt,
        dueAt: job.dueAt,
        outcome: settlement.outcome,
        output,
        error: null,
        settledAt: now,
      };
    }
    case 'fail': {
      const error = storable(settlement.error);
      if (attempt >= job.maxAttempts)
        return { ...released, state: 'dead', attempt, dueAt: job.dueAt, error, settledAt: now };
      return {
        ...released,
        state: 'scheduled',
        attempt,
        dueAt: now + backoffMs(RETRY_BACKOFF, attempt, random),
        error,
      };
    }
    case 'snooze':
      return {
        ...released,
        state: 'scheduled',
        attempt: job.attempt,
        dueAt: now + settlement.delayMs,
        error: job.error,
      };
    case 'discard':
      return {
        ...released,
        state: 'dead',
        attempt,
        dueAt: job.dueAt,
        error: storable(settlement.reason),
        settledAt: now,
      };
    default:
      return settlement satisfies never;
  }
}

/** What becomes of a leased job whose worker was not heard of in time. */
export function loseLease(job: JobRow, now: Instant): JobChange {
  const lost = job.lost + 1;
  const base = {
    attempt: job.attempt,
    lost,
    dueAt: job.dueAt,
    leaseUntil: null,
    worker: null,
    outcome: null,
    output: null,
  } as const;
  if (lost < MAX_LOST) return { ...base, state: 'ready', error: job.error, settledAt: null };
  return { ...base, state: 'quarantined', error: `Its worker was lost ${lost} times.`, settledAt: now };
}

/** What becomes of a job that nobody wants any more. */
export function cancel({ attempt, lost, dueAt }: JobRow, now: Instant): JobChange {
  const error = 'It was cancelled.';
  return {
    state: 'cancelled',
    attempt,
    lost,
    dueAt,
    leaseUntil: null,
    worker: null,
    outcome: null,
    output: null,
    error,
    settledAt: now,
  };
}

/** Cut to its limit, and without what no store takes (NUL, half characters): a failure must never fail at being stored. */
const storable = (text: string): string => text.slice(0, MAX_ERROR_LENGTH).replace(UNSTORABLE, '\ufffd');
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
