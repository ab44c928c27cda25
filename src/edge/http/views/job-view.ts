/** Jobs as the API shows them. */
import { z } from 'zod';
import type { ClaimedJob, Job, JobEnding, JobLogLine, JobShare, JobSummary } from '../../../client/wire-jobs.ts';
import type { AttemptRow } from '../../../jobs/attempt.ts';
import type { LogLevel, OfferedJob } from '../../../jobs/desk.ts';
import type { FlowRow } from '../../../jobs/flow.ts';
import { JOB_STATES, type JobRow, type JobState } from '../../../jobs/job.ts';
import type { LineRow } from '../../../jobs/lines.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import { PROCESS_OWNER } from '../../../process/engine/transition-unit.ts';
import { durationText, isoTime, isoTimeOrNull, jobIdText, time } from '../wire-schema.ts';

export const jobState = z.enum(JOB_STATES);
const share = z.strictObject({
  share: z.number().describe('From 0 to 1.'),
  note: z.string().exactOptional(),
}) satisfies z.ZodType<JobShare>;

const summary = {
  id: jobIdText,
  kind: z.string(),
  state: jobState,
  priority: z.int(),
  dueAt: time,
  attempts: z.int().describe('How often it was tried.'),
  maxAttempts: z.int(),
  key: z.string().nullable(),
  parent: z.string().nullable().describe('The job that waits for it.'),
  outcome: z.string().nullable(),
  error: z.string().nullable(),
  worker: z.string().nullable(),
  progress: share.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  settledAt: time.nullable(),
};
export const summarySchema = z.strictObject(summary) satisfies z.ZodType<JobSummary>;

const ending = z.strictObject({
  verb: z.string().describe('What ended the attempt, or was done to the job.'),
  startedAt: time.nullable(),
  endedAt: time,
  worker: z.string().nullable(),
  actor: z.string(),
  error: z.string().nullable(),
}) satisfies z.ZodType<JobEnding>;

export const jobSchema = z.strictObject({
  ...summary,
  payload: z.unknown(),
  output: z.unknown(),
  lost: z.int().describe('How often its worker was lost.'),
  leaseUntil: time.nullable(),
  dedupKey: z.string().nullable(),
  owner: z.strictObject({ kind: z.string(), id: z.string() }).nullable().describe('What waits for it.'),
  trace: z.string().nullable(),
  history: z.array(ending).describe('What happened before its present state, the eldest first.'),
  children: z
    .strictObject({ total: z.int(), pending: z.int(), failed: z.int() })
    .nullable()
    .describe('Of a job that waits for others; GET /api/v1/jobs?parent= lists them.'),
}) satisfies z.ZodType<Job>;

export const summaryOf = (row: JobRow): JobSummary => ({
  id: formatJobId(row.id as JobId),
  kind: row.kind,
  state: row.state as JobState,
  priority: row.rank === 0 ? 0 : -row.rank,
  dueAt: isoTime(row.dueAt),
  attempts: row.attempt,
  maxAttempts: row.maxAttempts,
  key: row.key,
  parent: row.parent === null ? null : formatJobId(row.parent as JobId),
  outcome: row.outcome,
  error: row.error,
  worker: row.worker,
  progress: row.progress === null ? null : (JSON.parse(row.progress) as JobShare),
  createdAt: isoTime(row.createdAt),
  startedAt: isoTimeOrNull(row.startedAt),
  settledAt: isoTimeOrNull(row.settledAt),
});

export const jobOf = (
  row: JobRow,
  { history, flow }: { readonly history: readonly AttemptRow[]; readonly flow: FlowRow | undefined },
): Job => ({
  ...summaryOf(row),
  payload: JSON.parse(row.payload) as unknown,
  output: row.output === null ? null : (JSON.parse(row.output) as unknown),
  lost: row.lost,
  leaseUntil: row.state === 'leased' ? isoTimeOrNull(row.leaseUntil) : null,
  dedupKey: row.dedupKey,
  owner: row.ownerKind === null ? null : { kind: row.ownerKind, id: ownerId(row.ownerKind, row.ownerId ?? 0) },
  trace: row.trace,
  history: history.map(endingOf),
  children: flow === undefined ? null : { total: flow.children, pending: flow.pending, failed: flow.failed },
});

const ownerId = (kind: string, id: number): string =>
  kind === PROCESS_OWNER ? formatInstanceId(id as InstanceId) : String(id);

const endingOf = ({ verb, startedAt, endedAt, worker, actor, error }: AttemptRow): JobEnding => ({
  verb,
  startedAt: isoTimeOrNull(startedAt),
  endedAt: isoTime(endedAt),
  worker,
  actor,
  error,
});

export const logLevel = z.enum(['debug', 'info', 'warn', 'error']);
export const lineSchema = z.strictObject({
  at: time,
  attempt: z.int(),
  level: logLevel,
  text: z.string(),
}) satisfies z.ZodType<JobLogLine>;
export const lineOf = ({ at, attempt, level, text }: LineRow): JobLogLine => ({
  at: isoTime(at),
  attempt,
  level: level as LogLevel,
  text,
});

export const claimedSchema = z.strictObject({
  id: jobIdText,
  epoch: z.int().describe('Names the claim in everything that is said of it.'),
  kind: z.string(),
  attempt: z.int().describe('From 1.'),
  maxAttempts: z.int(),
  payload: z.unknown(),
  key: z.string().nullable(),
  owner: z.strictObject({ kind: z.string(), id: z.string(), seq: z.int() }).nullable(),
  lease: durationText,
  timeout: durationText.nullable().describe('How long one attempt may take; null: as long as it likes.'),
  trace: z.string().nullable().describe('W3C traceparent of whoever enqueued it.'),
}) satisfies z.ZodType<ClaimedJob>;

export const claimedOf = (job: OfferedJob): ClaimedJob => {
  const { id, epoch, kind, attempt, maxAttempts, payload, key, owner, leaseMs, timeoutMs, trace } = job;
  return {
    ...{ id: formatJobId(id), epoch, kind, attempt, maxAttempts, payload, key, trace },
    owner: owner === null ? null : { ...owner, id: ownerId(owner.kind, owner.id) },
    lease: formatDuration(leaseMs),
    timeout: timeoutMs === null ? null : formatDuration(timeoutMs),
  };
};
