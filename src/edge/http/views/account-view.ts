/** Accounts and jobs in the words of the compatible routes: snake case, and a job is pending, running, completed or failed. */
import { z } from 'zod';
import type { Account } from '../../../access/accounts.ts';
import type { AccountPriority, JobProgress, JobStatus, Account as WireAccount } from '../../../client/wire-accounts.ts';
import type { JobRow } from '../../../jobs/job.ts';
import { formatJobId, type JobId } from '../../../kernel/ids.ts';
import { isoTime, isoTimeOrNull, jobIdText, time } from '../wire-schema.ts';

/** Higher is sooner. */
export const PRIORITIES: Readonly<Record<AccountPriority, number>> = { low: -10, normal: 0, high: 10 };

export const accountSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'service']),
  roles: z.array(z.string()),
  state: z
    .enum(['waiting', 'issued', 'active', 'expired'])
    .describe('waiting: its password was not read yet. issued: it was. active: somebody signed in.'),
  job_id: jobIdText,
  created_at: time,
  created_by: z.string(),
  expires_at: time.nullable().describe('By when somebody has to sign in; null once it is active.'),
  password_read_at: time.nullable(),
  signed_in_at: time.nullable(),
}) satisfies z.ZodType<WireAccount>;

export const accountOf = (account: Account): WireAccount => ({
  id: account.id,
  name: account.name,
  kind: account.kind,
  roles: [...account.roles],
  state: account.state,
  job_id: formatJobId(account.jobId),
  created_at: isoTime(account.createdAt),
  created_by: account.createdBy,
  expires_at: isoTimeOrNull(account.expiresAt),
  password_read_at: isoTimeOrNull(account.issuedAt),
  signed_in_at: isoTimeOrNull(account.activeAt),
});

export const jobProgressSchema = z.strictObject({
  job_id: jobIdText,
  kind: z.string(),
  status: z.enum(['pending', 'running', 'completed', 'failed']),
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  attempts: z.int().describe('How often it was tried.'),
  max_attempts: z.int(),
  result: z.unknown(),
  error: z.string().nullable(),
}) satisfies z.ZodType<JobProgress>;

const STATUSES: Readonly<Record<string, JobStatus>> = {
  scheduled: 'pending',
  ready: 'pending',
  blocked: 'pending',
  leased: 'running',
  done: 'completed',
};

export const jobStatusOf = (state: string): JobStatus => STATUSES[state] ?? 'failed';

/** `startedAt`: where the queue keeps it. */
export const jobProgressOf = (row: JobRow & { readonly startedAt?: number | null }): JobProgress => ({
  job_id: formatJobId(row.id as JobId),
  kind: row.kind,
  status: jobStatusOf(row.state),
  created_at: isoTime(row.createdAt),
  started_at: isoTimeOrNull(row.startedAt ?? null),
  finished_at: isoTimeOrNull(row.settledAt),
  attempts: row.attempt,
  max_attempts: row.maxAttempts,
  result: row.output === null ? null : (JSON.parse(row.output) as unknown),
  error: row.error,
});
