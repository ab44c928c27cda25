/** Jobs as the API shows them. */
import { z } from 'zod';
import type { Job, JobState } from '../../../client/wire-process.ts';
import type { JobRow } from '../../../jobs/job.ts';
import { formatJobId, type JobId } from '../../../kernel/ids.ts';
import { isoTime, isoTimeOrNull, jobIdText, time } from '../wire-schema.ts';

const JOB_STATES = ['scheduled', 'ready', 'leased', 'done', 'dead', 'quarantined', 'cancelled'] as const;

export const jobSchema = z.strictObject({
  id: jobIdText,
  kind: z.string(),
  state: z.enum(JOB_STATES),
  priority: z.int(),
  dueAt: time,
  attempts: z.int().describe('How often it was tried.'),
  maxAttempts: z.int(),
  payload: z.unknown(),
  outcome: z.string().nullable(),
  output: z.unknown(),
  error: z.string().nullable(),
  worker: z.string().nullable(),
  createdAt: time,
  settledAt: time.nullable(),
}) satisfies z.ZodType<Job>;

export const jobOf = (row: JobRow): Job => ({
  id: formatJobId(row.id as JobId),
  kind: row.kind,
  state: row.state as JobState,
  priority: row.rank === 0 ? 0 : -row.rank,
  dueAt: isoTime(row.dueAt),
  attempts: row.attempt,
  maxAttempts: row.maxAttempts,
  payload: JSON.parse(row.payload) as unknown,
  outcome: row.outcome,
  output: row.output === null ? null : (JSON.parse(row.output) as unknown),
  error: row.error,
  worker: row.worker,
  createdAt: isoTime(row.createdAt),
  settledAt: isoTimeOrNull(row.settledAt),
});
