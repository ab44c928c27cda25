/** Operations on many instances as the API shows them. */
import { z } from 'zod';
import type { Operation } from '../../../client/wire-operations.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import type { Failures, OperationRequest, OperationRow } from '../../../process/engine/operation.ts';
import { instanceIdText, isoTime, isoTimeOrNull, jobIdText, time } from '../wire-schema.ts';
import { INSTANCE_STATUSES } from './instance-view.ts';

const values = z.record(z.string(), z.unknown());

export const DEEDS = ['suspend', 'resume', 'cancel', 'retry', 'variables', 'move', 'migrate'] as const;

export const operationView = z.strictObject({
  id: jobIdText.describe('That of the job that works on it.'),
  what: z.enum(DEEDS),
  details: z
    .strictObject({
      reason: z.string().exactOptional(),
      variables: values.exactOptional(),
      set: values.exactOptional(),
      remove: z.array(z.string()).exactOptional(),
      from: z.string().exactOptional(),
      to: z.string().exactOptional(),
      version: z.int().exactOptional(),
      nodes: z.record(z.string(), z.string()).exactOptional(),
    })
    .describe('What was asked for beside the verb.'),
  filter: z
    .strictObject({
      definition: z.string().exactOptional(),
      version: z.int().exactOptional(),
      status: z.enum(INSTANCE_STATUSES).exactOptional(),
      businessKey: z.string().exactOptional(),
      atNode: z.string().exactOptional(),
      hasIncident: z.boolean().exactOptional(),
      isSuspended: z.boolean().exactOptional(),
      startedBefore: time.exactOptional(),
      startedAfter: time.exactOptional(),
    })
    .describe('Which instances.'),
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
  const { deed, filter, dryRun } = JSON.parse(row.request) as OperationRequest;
  const { what, ...details } = deed;
  const state = row.state as Operation['state'];
  const handled = done + skipped + failed;
  return {
    id: formatJobId(id as JobId),
    what,
    details: details as Operation['details'],
    filter: filterOf(filter),
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

const filterOf = ({ startedBefore, startedAfter, ...rest }: OperationRequest['filter']): Operation['filter'] => ({
  ...rest,
  ...(startedBefore !== undefined && { startedBefore: isoTime(startedBefore) }),
  ...(startedAfter !== undefined && { startedAfter: isoTime(startedAfter) }),
});
