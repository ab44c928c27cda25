/** Kinds of jobs as the API shows and takes them. */
import { z } from 'zod';
import type { JobKind, QueueTraffic, KindSettings as WireSettings } from '../../../client/wire-jobs.ts';
import type { Kind, KindSettings } from '../../../jobs/kind.ts';
import type { Traffic } from '../../../jobs/traffic.ts';
import type { Instant } from '../../../kernel/clock.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { duration, durationText, text } from '../wire-schema.ts';

const DAY_MS = 86_400_000;
const MAX_DURATION_MS = 3_650 * DAY_MS;
const atLeast = (leastMs: number) =>
  duration.refine((ms) => ms >= leastMs && ms <= MAX_DURATION_MS, `must be ${formatDuration(leastMs)} to 10 years`);
const count = (most: number) => z.int().min(1).max(most);

/** Nothing is too long to be waited for by somebody, but a lease below this is lost before it is renewed. */
export const MIN_LEASE_MS = 1_000;
export const MAX_LEASE_MS = DAY_MS;
export const lease = duration.refine((ms) => ms >= MIN_LEASE_MS && ms <= MAX_LEASE_MS, 'must be 1s to 1d');

/** What is not given falls back to what the code declares. */
export const settingsBody = z.strictObject({
  onLost: z
    .enum(['retry', 'hold'])
    .describe('hold: a person is asked whether it happened when the worker was lost.')
    .exactOptional(),
  holdRole: text(100).describe('Who is asked.').exactOptional(),
  maxAttempts: count(1_000).exactOptional(),
  backoff: z.strictObject({ first: atLeast(1), longest: atLeast(1) }).exactOptional(),
  lease: lease.exactOptional(),
  timeout: atLeast(1).nullable().describe('How long one attempt may take.').exactOptional(),
  keyLimit: count(1_000_000).describe('Jobs of one key at work at a time.').exactOptional(),
  fairWindow: count(1_000_000)
    .nullable()
    .describe('Keys take turns; so many jobs are let in at a time.')
    .exactOptional(),
  rate: z
    .strictObject({ limit: count(1_000_000), per: atLeast(1) })
    .nullable()
    .describe('Starts at most, over all workers.')
    .exactOptional(),
  maxWaiting: count(1_000_000_000).exactOptional(),
  keep: atLeast(0).describe('How long ended jobs are kept.').exactOptional(),
  keepBytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER).exactOptional(),
  schema: z.record(z.string(), z.unknown()).nullable().describe('JSON Schema of the payload.').exactOptional(),
  events: z.enum(['live', 'kept', 'off']).describe('What the bus hears of its jobs.').exactOptional(),
  mirror: z.enum(['all', 'status', 'off']).describe('What Redis shows of its jobs.').exactOptional(),
});

const settings = z.strictObject({
  onLost: z.enum(['retry', 'hold']),
  holdRole: z.string(),
  maxAttempts: z.int(),
  backoff: z.strictObject({ first: durationText, longest: durationText }),
  lease: durationText,
  timeout: durationText.nullable(),
  keyLimit: z.int(),
  fairWindow: z.int().nullable(),
  rate: z.strictObject({ limit: z.int(), per: durationText }).nullable(),
  maxWaiting: z.int(),
  keep: durationText,
  keepBytes: z.int(),
  schema: z.record(z.string(), z.unknown()).nullable(),
  events: z.enum(['live', 'kept', 'off']),
  mirror: z.enum(['all', 'status', 'off']),
}) satisfies z.ZodType<WireSettings>;

const perMinute = z.number().describe('Over the last hour.');
const queue = z.strictObject({
  length: z.int().describe('Jobs that have not ended.'),
  running: z.int(),
  oldest: durationText.nullable().describe('How long the one that has waited longest has been due.'),
  enqueuedPerMinute: perMinute,
  completedPerMinute: perMinute,
  failedPerMinute: perMinute,
  retriedPerMinute: perMinute,
  meanRun: durationText.nullable(),
  meanWait: durationText.nullable(),
}) satisfies z.ZodType<QueueTraffic>;

export const kindSchema = z.strictObject({
  kind: z.string(),
  isPaused: z.boolean(),
  isInternal: z.boolean().describe('The server enqueues and does these jobs itself.'),
  settings,
  set: settings.partial().describe('What was set over what code declares.'),
  queue,
}) satisfies z.ZodType<JobKind>;

type Parts = {
  readonly isInternal: boolean;
  readonly set: Partial<KindSettings>;
  readonly traffic: Traffic;
  readonly now: Instant;
};

export function kindOf(kind: Kind, { isInternal, set, traffic, now }: Parts): JobKind {
  const { name, isPaused, ...effective } = kind;
  return {
    kind: name,
    isPaused,
    isInternal,
    settings: settingsOf(effective) as WireSettings,
    set: settingsOf(set),
    queue: queueOf(traffic, now),
  };
}

const orNull = (ms: number | null): string | null => (ms === null ? null : formatDuration(ms));

function settingsOf(given: Partial<KindSettings>): Partial<WireSettings> {
  const { backoff, leaseMs, timeoutMs, rate, keepMs, ...same } = given;
  return {
    ...(same as Partial<WireSettings>),
    ...(backoff !== undefined && {
      backoff: { first: formatDuration(backoff.firstMs), longest: formatDuration(backoff.longestMs) },
    }),
    ...(leaseMs !== undefined && { lease: formatDuration(leaseMs) }),
    ...(timeoutMs !== undefined && { timeout: orNull(timeoutMs) }),
    ...(rate !== undefined && { rate: rate === null ? null : { limit: rate.limit, per: formatDuration(rate.perMs) } }),
    ...(keepMs !== undefined && { keep: formatDuration(keepMs) }),
  };
}

/** Every setting stands in it, undefined where it was not given: that is what falls back. */
export function settingsGiven(given: z.output<typeof settingsBody>): Partial<KindSettings> {
  const { onLost, holdRole, maxAttempts, backoff, lease: leaseMs, timeout, keyLimit, fairWindow, rate } = given;
  const { maxWaiting, keep, keepBytes, schema, events, mirror } = given;
  return {
    ...{ onLost, holdRole, maxAttempts, leaseMs, timeoutMs: timeout, keyLimit, fairWindow, maxWaiting },
    ...{ keepMs: keep, keepBytes, schema, events, mirror },
    backoff: backoff && { firstMs: backoff.first, longestMs: backoff.longest },
    rate: rate && { limit: rate.limit, perMs: rate.per },
  } as Partial<KindSettings>;
}

function queueOf(
  { length, running, oldestDueAt, perMinute: rates, meanRunMs, meanWaitMs }: Traffic,
  now: Instant,
): QueueTraffic {
  return {
    length,
    running,
    oldest: oldestDueAt === null ? null : formatDuration(Math.max(0, now - oldestDueAt)),
    enqueuedPerMinute: rates.enqueued,
    completedPerMinute: rates.completed,
    failedPerMinute: rates.failed,
    retriedPerMinute: rates.retried,
    meanRun: orNull(meanRunMs),
    meanWait: orNull(meanWaitMs),
  };
}
