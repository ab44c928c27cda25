/** Where the time of a definition's instances goes, as the API shows it. */
import { z } from 'zod';
import type { DefinitionAnalytics, DurationSpread } from '../../../client/wire-analytics.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import type { Analytics } from '../../../process/engine/analytics.ts';
import { BUCKET_ERROR, type Durations } from '../../../process/engine/duration-buckets.ts';
import { durationText, isoTime, label, time } from '../wire-schema.ts';

const spread = z
  .strictObject({
    mean: durationText,
    p50: durationText,
    p90: durationText,
    p99: durationText,
    longest: durationText,
  })
  .nullable()
  .describe('The mean is exact, the others are off by `error` at most. null: none has ended.');

const step = z.strictObject({
  node: z.string(),
  name: label,
  type: z.string(),
  begun: z.int(),
  ended: z.int(),
  active: z.int().describe('Now, whatever the time that was asked for.'),
  interrupted: z.int().describe('Ended without an outcome: something else took over, or the instance was cancelled.'),
  outcomes: z.array(
    z.strictObject({ outcome: z.string(), count: z.int(), share: z.number().describe('Of those that ended.') }),
  ),
  incidents: z.int(),
  durations: spread,
  split: z
    .strictObject({ waiting: durationText, work: durationText })
    .nullable()
    .describe('Of tasks and jobs: means until somebody had it, and from then to the end.'),
  share: z
    .number()
    .nullable()
    .describe('Of the time of all instances that ended; more than 1 where things go on beside each other.'),
});

export const analyticsAnswer = z.strictObject({
  key: z.string(),
  version: z.int().nullable().describe('null: all versions.'),
  since: time.nullable().describe('The first day of which anything is known.'),
  error: z.number().describe('What a duration other than a mean may be off by, as a share of it.'),
  instances: z.strictObject({
    started: z.int(),
    completed: z.int(),
    cancelled: z.int(),
    active: z.int(),
    durations: spread,
  }),
  steps: z.array(step).describe('In the order of the definition.'),
  days: z
    .array(
      z.strictObject({
        at: time,
        started: z.int(),
        completed: z.int(),
        cancelled: z.int(),
        median: durationText.nullable(),
      }),
    )
    .describe('Days, UTC, on which instances started or ended; days long ago are summed up by month.'),
}) satisfies z.ZodType<DefinitionAnalytics>;

export const analyticsView = (
  { definition, since, instances, steps, days }: Analytics,
  version: number | undefined,
): DefinitionAnalytics => ({
  key: definition.key,
  version: version ?? null,
  since: since === undefined ? null : isoTime(since),
  error: BUCKET_ERROR,
  instances: { ...instances, durations: spreadOf(instances.durations) },
  steps: steps.map(({ durations, split, share, outcomes, ...rest }) => ({
    ...rest,
    outcomes: [...outcomes],
    durations: spreadOf(durations),
    split:
      split === undefined ? null : { waiting: formatDuration(split.waitingMs), work: formatDuration(split.workMs) },
    share: share ?? null,
  })),
  days: days.map(({ at, medianMs, ...counts }) => ({
    at: isoTime(at),
    ...counts,
    median: medianMs === undefined ? null : formatDuration(medianMs),
  })),
});

function spreadOf(durations: Durations | undefined): DurationSpread | null {
  if (durations === undefined) return null;
  const { mean, p50, p90, p99, longest } = durations;
  return {
    mean: formatDuration(mean),
    p50: formatDuration(p50),
    p90: formatDuration(p90),
    p99: formatDuration(p99),
    longest: formatDuration(longest),
  };
}
