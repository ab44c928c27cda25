/** Decides what a settlement makes of a leased job. Pure. */
import { backoffMs } from '../kernel/backoff.ts';
import type { Instant } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Settlement } from '../kernel/settlement.ts';
import { errorText } from './error-text.ts';
import { type JobRow, MAX_LOST } from './job.ts';
import type { KindSettings } from './kind.ts';

/** The columns that a change sets; the others stay. */
export type JobChange = { readonly state: JobRow['state'] } & Partial<
  Pick<
    JobRow,
    | 'rank'
    | 'dueAt'
    | 'attempt'
    | 'lost'
    | 'leaseUntil'
    | 'worker'
    | 'outcome'
    | 'output'
    | 'error'
    | 'settledAt'
    | 'hasPlace'
    | 'progress'
    | 'question'
  >
>;

export function settle(
  job: JobRow,
  settlement: Settlement,
  {
    now,
    random,
    kind,
  }: { readonly now: Instant; readonly random: Random; readonly kind: Pick<KindSettings, 'backoff'> },
): JobChange {
  const attempt = job.attempt + 1;
  const ended = { attempt, leaseUntil: null, settledAt: now };
  switch (settlement.kind) {
    case 'done': {
      const output = settlement.output === undefined ? null : JSON.stringify(settlement.output);
      const done: JobChange = { state: 'done', ...ended, outcome: settlement.outcome };
      // What an earlier attempt left is taken away; most have left nothing, and a column that is not set costs nothing.
      if (job.error === null && output === null) return done;
      return { ...done, ...(job.error !== null && { error: null }), ...(output !== null && { output }) };
    }
    case 'error': {
      // Whoever owns the job finds the code where a job that is done has its outcome.
      const { code, message, output } = settlement;
      const told = output === undefined ? {} : { output: JSON.stringify(output) };
      return { state: 'dead', ...ended, outcome: code, error: errorText(message ?? code), ...told };
    }
    case 'fail': {
      const error = errorText(settlement.error);
      if (attempt >= job.maxAttempts) return { state: 'dead', ...ended, error };
      const dueAt = now + backoffMs(kind.backoff, attempt, random);
      return { state: 'scheduled', attempt, dueAt, error, ...unheld };
    }
    case 'snooze':
      return { state: 'scheduled', dueAt: now + settlement.delayMs, ...unheld };
    case 'discard':
      return { state: 'dead', ...ended, error: errorText(settlement.reason) };
    default:
      return settlement satisfies never;
  }
}

/** Nobody holds it any more. */
const unheld = { leaseUntil: null, worker: null } as const;

/** What becomes of a leased job whose worker was not heard of in time. */
export function loseLease(job: JobRow, now: Instant, { onLost }: Pick<KindSettings, 'onLost'>): JobChange {
  const lost = job.lost + 1;
  if (onLost === 'hold') {
    const error = 'Its worker was lost while it was at work: nobody knows whether it happened.';
    return { state: 'unknown', lost, dueAt: now, error, ...unheld };
  }
  if (lost < MAX_LOST) return { state: 'ready', lost, ...unheld };
  return { state: 'quarantined', lost, error: `Its worker was lost ${lost} times.`, settledAt: now, ...unheld };
}

/** What becomes of a job that nobody wants any more. */
export const cancel = (now: Instant, reason: string): JobChange => ({
  state: 'cancelled',
  error: errorText(reason),
  settledAt: now,
  leaseUntil: null,
});

/** What makes a settled job begin anew, with all its attempts. */
export const replayed = (job: Pick<JobRow, 'key' | 'hasPlace'>, now: Instant): JobChange => ({
  state: job.key === null || job.hasPlace !== null ? 'ready' : 'blocked',
  dueAt: now,
  attempt: 0,
  lost: 0,
  outcome: null,
  output: null,
  error: null,
  progress: null,
  settledAt: null,
  ...unheld,
});
