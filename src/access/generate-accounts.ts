/**
 * The job `accounts.generate`: makes accounts one by one, each in a commit of its own. What one run has made the next one
 * finds by its id and leaves alone, so a crash between two accounts or a retry makes only those that are missing. What
 * can pass (a store that does not answer) is tried again; what cannot (an id that somebody has) is reported beside those
 * that were made. The job never sees a password: it is made when it is read.
 */
import { z } from 'zod';
import { isMillraceError, MillraceError, messageOf } from '../kernel/errors.ts';
import { formatJobId, type JobId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { discard, done, fail, type Settlement, snooze } from '../kernel/settlement.ts';
import { type Accounts, accountIdOf } from './accounts.ts';
import { requireRoles } from './role.ts';

export const ACCOUNTS_KIND = 'accounts.generate';
export const MAX_ACCOUNTS_PER_JOB = 100;
/** How often a job tries accounts that could not be made yet. */
export const ACCOUNTS_ATTEMPTS = 3;
export const DEFAULT_ACCOUNT_EXPIRY_MS = 7 * 86_400_000;
export const MIN_ACCOUNT_EXPIRY_MS = 60_000;
export const MAX_ACCOUNT_EXPIRY_MS = 90 * 86_400_000;

const orderSchema = z.strictObject({
  count: z.int().min(1).max(MAX_ACCOUNTS_PER_JOB),
  role: z.string(),
  kind: z.enum(['person', 'service']),
  expiresInMs: z.int().min(MIN_ACCOUNT_EXPIRY_MS).max(MAX_ACCOUNT_EXPIRY_MS),
  /** Who asked for them. */
  by: z.string().min(1).max(500),
});
export type AccountsOrder = z.output<typeof orderSchema>;

/** What the handler needs of a job. */
export type AccountsJob = {
  readonly id: JobId;
  readonly attempt: number;
  readonly payload: unknown;
  readonly signal: AbortSignal;
};
/** The output of the job, account by account. */
export type AccountResult =
  | { readonly id: string; readonly state: 'created' }
  | { readonly id: string; readonly state: 'failed'; readonly reason: string };

/** The payload of a job. Throws `access.invalid-role`, so that it is told to whoever asks and not to the job. */
export function accountsOrder(order: AccountsOrder): AccountsOrder {
  requireRoles([order.role]);
  return order;
}

export async function generateAccounts(
  job: AccountsJob,
  { accounts, log }: { readonly accounts: Accounts; readonly log: Log },
): Promise<Settlement> {
  const order = orderSchema.safeParse(job.payload);
  if (!order.success) return discard(z.prettifyError(order.error));
  const there = new Set(
    (await accounts.list({ jobId: job.id, limit: MAX_ACCOUNTS_PER_JOB })).map(({ position }) => position),
  );
  const results: AccountResult[] = [];
  let isPassing = false;
  for (let position = 1; position <= order.data.count; position++) {
    if (job.signal.aborted) return snooze({ delayMs: 0 });
    const place = { jobId: job.id, position, role: order.data.role };
    try {
      if (!there.has(position)) await accounts.create({ ...order.data, ...place }, order.data.by);
      results.push({ id: accountIdOf(place), state: 'created' });
    } catch (error) {
      isPassing ||= mayPass(error);
      results.push({ id: accountIdOf(place), state: 'failed', reason: reasonOf(error) });
    }
  }
  const failed = results.filter((result) => result.state === 'failed');
  const created = results.length - failed.length;
  log.info({ job: formatJobId(job.id), attempt: job.attempt, created, failed: failed.length }, 'accounts were made');
  return settlementOf(results, { isAgain: isPassing && job.attempt < ACCOUNTS_ATTEMPTS });
}

function settlementOf(results: readonly AccountResult[], { isAgain }: { readonly isAgain: boolean }): Settlement {
  const failed = results.filter((result) => result.state === 'failed');
  const created = results.length - failed.length;
  const summary = `${failed.length} of ${results.length} accounts were not made; the first: ${failed[0]?.reason}`;
  if (isAgain) return fail(summary);
  if (created === 0) return discard(summary);
  return done(failed.length === 0 ? 'done' : 'partial', { created, failed: failed.length, accounts: results });
}

const mayPass = (error: unknown): boolean =>
  !isMillraceError(error) || error.status >= 500 || error.code === 'store.conflict';

const reasonOf = (error: unknown): string =>
  error instanceof MillraceError ? `${error.code}: ${error.message}` : messageOf(error);
