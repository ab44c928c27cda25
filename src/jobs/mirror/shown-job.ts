/** A job as the mirror shows it: in the words of the compatible routes, without its payload, and with no secret in its result. */
import type { Instant } from '../../kernel/clock.ts';
import { formatJobId, type JobId } from '../../kernel/ids.ts';
import { withoutSecrets } from '../../kernel/log-secrets.ts';
import { isFinal, type JobRow } from '../job.ts';
import type { KindSettings } from '../kind.ts';
import type { ShownJob } from './mirror-port.ts';

/** A larger result stays with the job. */
export const MAX_RESULT_LENGTH = 64_000;

const STATUSES: Readonly<Record<string, string>> = {
  scheduled: 'pending',
  ready: 'pending',
  blocked: 'pending',
  leased: 'running',
  done: 'completed',
};

/** `mirror: status` leaves the result out. */
export function shownJob(
  row: JobRow,
  { mirror, jobTtlMs }: { readonly mirror: KindSettings['mirror']; readonly jobTtlMs: number },
): ShownJob {
  const { kind, state, attempt, worker, outcome, output, error, progress, createdAt, startedAt, settledAt } = row;
  const hasEnded = isFinal(state);
  const result = mirror === 'all' && output !== null ? resultOf(output) : null;
  const fields = {
    ...{ kind, status: STATUSES[state] ?? 'failed', state, createdAt: iso(createdAt) },
    attempts: String(attempt + (state === 'leased' ? 1 : 0)),
    ...(startedAt !== null && { startedAt: iso(startedAt) }),
    ...(hasEnded && settledAt !== null && { finishedAt: iso(settledAt) }),
    ...(state === 'leased' && worker !== null && { worker }),
    ...(progress !== null && mirror === 'all' && { progress }),
    ...(outcome !== null && { outcome }),
    ...(result !== null && { result }),
    ...(error !== null && { error: String(withoutSecrets({ text: error }).text) }),
  };
  return { id: formatJobId(row.id as JobId), fields, ttlMs: hasEnded ? jobTtlMs : null };
}

function resultOf(output: string): string | null {
  if (output.length > MAX_RESULT_LENGTH) return null;
  const value: unknown = JSON.parse(output);
  return JSON.stringify(typeof value === 'object' && value !== null ? withoutSecrets({ value }).value : value);
}

const iso = (at: Instant): string => new Date(at).toISOString();
