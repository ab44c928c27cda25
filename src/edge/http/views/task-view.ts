/** User tasks as the API shows them. */
import { z } from 'zod';
import type { Task, TaskDetail, TaskState } from '../../../client/wire-process.ts';
import type { TaskRow } from '../../../jobs/task.ts';
import { formatInstanceId, formatJobId, type InstanceId, type JobId } from '../../../kernel/ids.ts';
import { instanceIdText, isoTime, isoTimeOrNull, jobIdText, label, labelOf, time } from '../wire-schema.ts';
import { firingView } from './evidence-view.ts';

export const TASK_STATES = ['offered', 'taken', 'done', 'cancelled'] as const;

const task = {
  id: jobIdText,
  name: label,
  definition: z.string(),
  step: z.string(),
  instance: instanceIdText,
  businessKey: z.string().nullable(),
  role: z.string(),
  assignee: z.string().nullable(),
  state: z.enum(TASK_STATES),
  outcomes: z.array(z.string()),
  commentOn: z.array(z.string()).describe('Outcomes that need a comment.'),
  dueAt: time.nullable(),
  followUpAt: time.nullable(),
  priority: z.number().describe('-100 to 100; higher is more urgent.'),
  createdAt: time,
  outcome: z.string().nullable(),
  comment: z.string().nullable(),
  settledAt: time.nullable(),
  settledBy: z.string().nullable(),
  settledFor: z.string().nullable().describe('The person on whose behalf it was completed.'),
  onBehalfOf: z
    .string()
    .describe('The person who has it, when the caller may complete it in their place.')
    .exactOptional(),
  barred: z
    .strictObject({ step: z.string(), person: z.string() })
    .describe('By the four-eyes rule the caller may not do it: who did which step before.')
    .exactOptional(),
};
export const taskSchema = z.strictObject(task) satisfies z.ZodType<Task>;
export const taskDetail = z.strictObject({
  ...task,
  variables: z.record(z.string(), z.unknown()),
  evidence: z.array(firingView),
  form: z
    .literal('criteria')
    .nullable()
    .describe('criteria: the answer may carry new limits of the criteria in evidence.'),
  schema: z.record(z.string(), z.unknown()).nullable().describe('A JSON Schema of the variables to fill in.'),
}) satisfies z.ZodType<TaskDetail>;

/** `standing`: what is told to whoever asks, beside the task itself. */
export const taskOf = (row: TaskRow, standing: Pick<Task, 'onBehalfOf' | 'barred'> = {}): Task => ({
  id: formatJobId(row.id as JobId),
  name: labelOf(row.name),
  definition: row.source,
  step: row.step,
  instance: formatInstanceId(row.ownerId as InstanceId),
  businessKey: row.businessKey,
  role: row.role,
  assignee: row.assignee,
  state: row.state as TaskState,
  outcomes: JSON.parse(row.outcomes) as string[],
  commentOn: JSON.parse(row.commentOn) as string[],
  dueAt: isoTimeOrNull(row.dueAt),
  followUpAt: isoTimeOrNull(row.followUpAt),
  priority: 0 - row.rank,
  createdAt: isoTime(row.createdAt),
  outcome: row.outcome,
  comment: row.comment,
  settledAt: isoTimeOrNull(row.settledAt),
  settledBy: row.settledBy,
  settledFor: row.settledFor,
  ...standing,
});
