/**
 * A schedule makes jobs at set times: by a cron pattern in a time zone, or every so often. What was missed while nothing ran
 * is made up for as its backfill rule says. Pure: when the next times are, and which of those that have passed count.
 */
import { Cron } from 'croner';
import type { Instant } from '../kernel/clock.ts';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import { Recent } from '../kernel/recent.ts';
import { defineFamily, type RowOf } from '../store/family.ts';

export const BACKFILLS = ['none', 'last', 'all'] as const;
/** Of the times that passed unserved: none of them (only those at most GRACE_MS late), the last, or all. */
export type Backfill = (typeof BACKFILLS)[number];

export const scheduleFamily = defineFamily({
  name: 'job_schedule',
  columns: {
    name: 'text',
    kind: 'text',
    payload: 'text',
    /** A cron pattern of five or six fields; null: `everyMs` says it. */
    cron: 'text?',
    everyMs: 'integer?',
    timeZone: 'text',
    backfill: 'text',
    /** 1: no new job while the last one lives. */
    isSingle: 'integer',
    rank: 'integer',
    jobKey: 'text?',
    state: 'text',
    nextAt: 'integer',
    lastAt: 'integer?',
    /** Times that were not served: missed, or because the last job still lived. */
    skipped: 'integer',
    stamp: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['name'],
  indexes: [{ columns: ['nextAt', 'name'], where: { column: 'state', is: 'running' } }],
});
export type ScheduleRow = RowOf<typeof scheduleFamily>;
export type Timing = Pick<ScheduleRow, 'cron' | 'everyMs' | 'timeZone'>;

/** A time that is served so late counts as served in time. */
export const GRACE_MS = 60_000;
/** Times one look makes up for at most; the rest follow with the next. */
export const MAX_BACKFILL = 500;
export const MIN_EVERY_MS = 1_000;
/** Beyond any date. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The first time after an instant; {@link NEVER} when there is none. A local time that the clock change leaves out is moved
 * behind the gap, one that it repeats comes once. Throws `job.bad-schedule`.
 */
export function nextAfter({ cron, everyMs, timeZone }: Timing, after: Instant): Instant {
  if (cron === null) return after + Math.max(MIN_EVERY_MS, everyMs ?? MIN_EVERY_MS);
  try {
    return patternOf(cron, timeZone).nextRun(new Date(after))?.getTime() ?? NEVER;
  } catch (error) {
    throw new MillraceError('job.bad-schedule', { problem: messageOf(error) });
  }
}

/** Reading a pattern costs more than asking it. */
function patternOf(cron: string, timeZone: string): Cron {
  const name = `${timeZone} ${cron}`;
  const known = patterns.get(name);
  if (known !== undefined) return known;
  const pattern = new Cron(cron, { timezone: timeZone, paused: true });
  patterns.set(name, pattern);
  return pattern;
}
const patterns = new Recent<string, Cron>(1_000);

/** What is due now: the times to make jobs for, how many are left out, and when to look again. */
export type Due = { readonly times: readonly Instant[]; readonly skipped: number; readonly nextAt: Instant };

export function dueOf(schedule: Timing & Pick<ScheduleRow, 'backfill' | 'nextAt'>, now: Instant): Due {
  const passed: Instant[] = [];
  let at = schedule.backfill === 'all' ? schedule.nextAt : leap(schedule, now);
  let skipped = 0;
  while (at <= now) {
    if (passed.length === MAX_BACKFILL) {
      if (schedule.backfill === 'all') break;
      passed.shift();
      skipped += 1;
    }
    passed.push(at);
    at = nextAfter(schedule, at);
  }
  const times = chosen(passed, schedule.backfill as Backfill, now);
  return { times, skipped: skipped + passed.length - times.length, nextAt: at };
}

/**
 * Where only the last time counts, a schedule that stood still for a year need not be walked through second by second:
 * begins shortly before now. What is leapt over is not counted as skipped.
 */
function leap(schedule: Timing & Pick<ScheduleRow, 'nextAt'>, now: Instant): Instant {
  const { nextAt, everyMs } = schedule;
  if (everyMs !== null) return nextAt + Math.max(0, Math.floor((now - nextAt) / everyMs)) * everyMs;
  for (const backMs of LEAPS_MS) {
    if (now - backMs <= nextAt) return nextAt;
    const at = nextAfter(schedule, now - backMs);
    if (at <= now) return at;
  }
  return nextAt;
}
const LEAPS_MS = [60_000, 3_600_000, 86_400_000, 31 * 86_400_000];

function chosen(passed: readonly Instant[], backfill: Backfill, now: Instant): readonly Instant[] {
  if (backfill === 'all') return passed;
  const last = passed.slice(-1);
  return backfill === 'last' ? last : last.filter((at) => now - at <= GRACE_MS);
}
