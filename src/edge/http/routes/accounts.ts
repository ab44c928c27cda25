/** Accounts that jobs make: the compatible routes, under /api and with the names that scripts of before use. */
import { z } from 'zod';
import {
  ACCOUNTS_ATTEMPTS,
  ACCOUNTS_KIND,
  accountsOrder,
  DEFAULT_ACCOUNT_EXPIRY_MS,
  MAX_ACCOUNT_EXPIRY_MS,
  MAX_ACCOUNTS_PER_JOB,
  MIN_ACCOUNT_EXPIRY_MS,
} from '../../../access/generate-accounts.ts';
import type { AccountPassword, AccountsOrdered } from '../../../client/wire-accounts.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { accountOf, accountSchema, jobProgressOf, jobProgressSchema, PRIORITIES } from '../views/account-view.ts';
import { duration, durationText, isoTimeOrNull, jobId, jobIdText, text, time } from '../wire-schema.ts';

const area = 'Compatible routes';
const ADMINISTRATORS = ['administrator'] as const;
const priority = z.enum(['low', 'normal', 'high']);
const kind = z.enum(['person', 'service']);

const generate = route({
  method: 'POST',
  path: '/api/accounts/generate',
  audience: ADMINISTRATORS,
  area,
  summary: 'Stores one job that makes accounts in the directory of this plant.',
  errors: ['access.invalid-role', 'duration.malformed'],
  body: z.strictObject({
    count: z.int().min(1).max(MAX_ACCOUNTS_PER_JOB).default(1),
    priority: priority.default('normal'),
    role: text(50).default('operator'),
    kind: kind.default('person'),
    expires_in: duration.describe('By when somebody has to sign in; 7d unless said otherwise.').exactOptional(),
  }),
  answer: {
    status: 202,
    schema: z.strictObject({
      job_id: jobIdText,
      status: z.literal('pending'),
      count: z.int(),
      priority,
      role: z.string(),
      kind,
      expires_in: durationText,
    }) satisfies z.ZodType<AccountsOrdered>,
  },
  run: async ({ body: { priority: urgency, expires_in, ...asked }, principal, services }) => {
    const expiresInMs = expires_in ?? DEFAULT_ACCOUNT_EXPIRY_MS;
    requireExpiry(expiresInMs);
    const id = await services.jobs.enqueue({
      kind: ACCOUNTS_KIND,
      payload: accountsOrder({ ...asked, expiresInMs, by: principal.id }),
      priority: PRIORITIES[urgency],
      maxAttempts: ACCOUNTS_ATTEMPTS,
    });
    const expiresIn = formatDuration(expiresInMs);
    return { job_id: formatJobId(id), status: 'pending' as const, ...asked, priority: urgency, expires_in: expiresIn };
  },
});

const job = route({
  method: 'GET',
  path: '/api/jobs/:id',
  audience: 'readers',
  area,
  summary: 'Shows how far a job is: pending, running, completed or failed, with its result or error.',
  errors: ['job.unknown'],
  params: z.strictObject({ id: jobId }),
  answer: { status: 200, schema: jobProgressSchema },
  run: async ({ params: { id }, services }) => jobProgressOf(await services.jobs.get(id)),
});

const list = route({
  method: 'GET',
  path: '/api/accounts',
  audience: ADMINISTRATORS,
  area,
  summary: 'Lists the accounts that jobs made, in the order of their jobs, without passwords.',
  query: z.strictObject({ ...paging, job_id: jobId.exactOptional() }),
  answer: { status: 200, schema: pageSchema(accountSchema) },
  run: async ({ query: { limit, cursor, job_id }, services }) => {
    const after = placeOf(cursor, ['number', 'number']) as [number, number] | undefined;
    const rows = await services.access.accounts.list({ jobId: job_id, after, limit: limit + 1 });
    return pageOf(rows, { limit, place: ({ jobId: of, position }) => [of, position], item: accountOf });
  },
});

const password = route({
  method: 'GET',
  path: '/api/accounts/:id/password',
  audience: ADMINISTRATORS,
  area,
  summary: 'Makes and answers the one-time password of an account, this once; afterwards it answers 410.',
  errors: ['access.unknown-account', 'access.account-expired', 'access.password-taken'],
  isSecret: true,
  isOnce: true,
  params: z.strictObject({ id: text(100) }),
  answer: {
    status: 200,
    schema: z.strictObject({
      id: z.string(),
      password: z.string(),
      expires_at: time.nullable(),
    }) satisfies z.ZodType<AccountPassword>,
  },
  run: async ({ params: { id }, principal, services }) => {
    const { expiresAt, ...taken } = await services.access.accounts.takePassword(id, principal.id);
    return { ...taken, expires_at: isoTimeOrNull(expiresAt) };
  },
});

export const accountRoutes: readonly Route[] = [generate, job, list, password];

function requireExpiry(ms: number): void {
  if (ms >= MIN_ACCOUNT_EXPIRY_MS && ms <= MAX_ACCOUNT_EXPIRY_MS) return;
  const [least, most] = [MIN_ACCOUNT_EXPIRY_MS, MAX_ACCOUNT_EXPIRY_MS].map(formatDuration);
  throw refused([{ path: 'body.expires_in', message: `must be between ${least} and ${most}` }]);
}
