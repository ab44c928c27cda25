/** Operations on many instances as the API shows them. */
import { z } from 'zod';
import type { Operation } from '../../../client/wire-operations.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import type { Failures, OperationRequest, OperationRow } from '../../../process/engine/operation.ts';
import { instanceIdText, isoTime, isoTimeOrNull, jobIdText, time } from '../wire-schema.ts';

export const DEEDS = ['suspend', 'resume', 'cancel', 'retry', 'variables', 'move', 'migrate'] as const;

export const operationView = z.strictObject({
  id: jobIdText.describe('That of the job that works on it.'),
  what: z.enum(DEEDS),
  dryRun: z.boolean(),
  state: z.enum(['counting', 'running', 'done', 'cancelled']),
  matched: z.int(),
  done: z.int(),
  skipped: z.int().describe('It was so already, or the instance had ended.'),
  failed: z.int(),
  share: z.number().describe('How much is done, between 0 and 1.'),
  problems: z.array(
    z.strictObject({ code: z.string(), count: z.int(), message: z.string(), instances: z.array(instanceIdText) }),
  ),
  createdAt: time,
  createdBy: z.string(),
  endedAt: time.nullable(),
}) satisfies z.ZodType<Operation>;

export function operationOf(row: OperationRow): Operation {
  const { id, matched, done, skipped, failed, createdBy } = row;
  const { deed, dryRun } = JSON.parse(row.request) as OperationRequest;
  const state = row.state as Operation['state'];
  const handled = done + skipped + failed;
  return {
    id: formatJobId(id as JobId),
    what: deed.what,
    dryRun,
    state,
    matched,
    done,
    skipped,
    failed,
    share: state === 'done' ? 1 : state === 'counting' || matched === 0 || dryRun ? 0 : handled / matched,
    problems: (JSON.parse(row.problems) as Failures[]).map(({ instances, ...rest }) => ({
      ...rest,
      instances: instances.map((instance) => formatInstanceId(instance as InstanceId)),
    })),
    createdAt: isoTime(row.createdAt),
    createdBy,
    endedAt: isoTimeOrNull(row.endedAt),
  };
}
