/** Schedules as the API shows and takes them. */
import { z } from 'zod';
import type { Schedule } from '../../../client/wire-jobs.ts';
import { BACKFILLS, type Backfill, NEVER, type ScheduleRow } from '../../../jobs/schedule.ts';
import type { ScheduleSettings } from '../../../jobs/schedules.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { MAX_PRIORITY } from '../routes/enqueue.ts';
import { duration, durationText, isoTime, isoTimeOrNull, json, text, time } from '../wire-schema.ts';

const MAX_EVERY_MS = 3_650 * 86_400_000;

export const scheduleBody = z.strictObject({
  kind: text(100),
  payload: json.exactOptional(),
  cron: text(200).describe('A cron pattern of five or six fields; either this or every.').exactOptional(),
  every: duration.refine((ms) => ms <= MAX_EVERY_MS, 'must be at most 10 years').exactOptional(),
  timeZone: text(100).describe('Of the cron pattern. Default: that of the plant.').exactOptional(),
  backfill: z
    .enum(BACKFILLS)
    .describe('Which of the times that passed while nothing ran are made up for. Default: last.')
    .exactOptional(),
  isSingle: z.boolean().describe('No new job while the last one lives. Default: false.').exactOptional(),
  priority: z.int().min(-MAX_PRIORITY).max(MAX_PRIORITY).exactOptional(),
  key: text(200).exactOptional(),
});

export const scheduleSchema = z.strictObject({
  name: z.string(),
  kind: z.string(),
  payload: z.unknown(),
  cron: z.string().nullable(),
  every: durationText.nullable(),
  timeZone: z.string(),
  backfill: z.enum(BACKFILLS),
  isSingle: z.boolean(),
  priority: z.int(),
  key: z.string().nullable(),
  isPaused: z.boolean(),
  nextAt: time.nullable().describe('Null while it is paused, and when no time is left.'),
  lastAt: time.nullable().describe('The last time for which it made a job.'),
  skipped: z.int().describe('Times without a job: missed, refused, or the last job still lived.'),
  updatedAt: time,
  updatedBy: z.string(),
}) satisfies z.ZodType<Schedule>;

export function scheduleOf(row: ScheduleRow): Schedule {
  const { name, kind, payload, cron, everyMs, timeZone, backfill, isSingle, rank, jobKey, state } = row;
  const isPaused = state === 'paused';
  return {
    ...{ name, kind, payload: JSON.parse(payload) as unknown, cron, timeZone, key: jobKey, isPaused },
    every: everyMs === null ? null : formatDuration(everyMs),
    backfill: backfill as Backfill,
    isSingle: isSingle === 1,
    priority: rank === 0 ? 0 : -rank,
    nextAt: isPaused || row.nextAt === NEVER ? null : isoTime(row.nextAt),
    lastAt: isoTimeOrNull(row.lastAt),
    skipped: row.skipped,
    updatedAt: isoTime(row.updatedAt),
    updatedBy: row.updatedBy,
  };
}

export const scheduleGiven = ({ every, ...given }: z.output<typeof scheduleBody>): ScheduleSettings => ({
  ...given,
  ...(every !== undefined && { everyMs: every }),
});
