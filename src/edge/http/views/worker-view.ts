/** Workers as the API shows them. */
import { z } from 'zod';
import type { Worker, WorkerState } from '../../../client/wire-jobs.ts';
import { goneAt, type WorkerRow } from '../../../jobs/registry.ts';
import type { Instant } from '../../../kernel/clock.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import { durationText, isoTime, time } from '../wire-schema.ts';

export const workerSchema = z.strictObject({
  id: z.string().describe('The name the worker gives, an @, and whose token it has.'),
  state: z.enum(['running', 'draining', 'gone']).describe('gone: it was silent three times as long as it meant to be.'),
  kinds: z.array(z.string()),
  concurrency: z.int(),
  running: z.int(),
  processed: z.int().describe('Jobs it has ended since it started.'),
  succeeded: z.int(),
  failed: z.int(),
  successRate: z.number().nullable().describe('From 0 to 1; null: it has ended none yet.'),
  perMinute: z.number().describe('Jobs ended a minute, over the last hour.'),
  host: z.string(),
  pid: z.int(),
  version: z.string(),
  startedAt: time,
  seenAt: time,
  age: durationText.describe('Since its last report.'),
}) satisfies z.ZodType<Worker>;

export function workerOf(
  row: WorkerRow,
  { now, perMinute }: { readonly now: Instant; readonly perMinute: number },
): Worker {
  const { id, concurrency, running, succeeded, failed, host, pid, version, startedAt, seenAt } = row;
  const processed = succeeded + failed;
  return {
    ...{ id, concurrency, running, processed, succeeded, failed, host, pid, version, perMinute },
    state: goneAt(row) < now ? 'gone' : (row.state as WorkerState),
    kinds: JSON.parse(row.kinds) as string[],
    successRate: processed === 0 ? null : succeeded / processed,
    startedAt: isoTime(startedAt),
    seenAt: isoTime(seenAt),
    age: formatDuration(Math.max(0, now - seenAt)),
  };
}
