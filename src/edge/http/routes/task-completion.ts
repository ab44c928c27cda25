/** What people answer to their tasks, one by one or many at once, for themselves or in the place of somebody they stand in for. */
import { z } from 'zod';
import { isOpen, mayComplete, type TaskRow } from '../../../jobs/task.ts';
import type { Completion } from '../../../jobs/tasks.ts';
import { isMillraceError } from '../../../kernel/errors.ts';
import { formatJobId, type JobId } from '../../../kernel/ids.ts';
import type { Services } from '../../services.ts';
import { judge } from '../judge.ts';
import type { Principal } from '../principal.ts';
import { type Route, route } from '../route.ts';
import { contextOf } from '../task-context.ts';
import { jobId, jobIdText, text, variables } from '../wire-schema.ts';

const area = 'Tasks';
export const OPEN_ERRORS = ['task.unknown', 'task.already-done', 'task.not-yours'] as const;
const ANSWER_ERRORS = [
  ...OPEN_ERRORS,
  'task.comment-required',
  'task.form-invalid',
  'task.four-eyes',
  'process.unknown-outcome',
  'process.variables-too-large',
  'criterion.unknown',
  'criterion.invalid',
] as const;
const MAX_AT_ONCE = 1_000;
const BODY_LIMIT_BYTES = 10_000_000;

const answer = {
  outcome: text(100),
  variables: variables.exactOptional(),
  comment: text(4_000).exactOptional(),
};
const completed = z.strictObject({ id: jobIdText, outcome: z.string() });

const complete = route({
  method: 'POST',
  path: '/api/v1/tasks/:id/complete',
  audience: 'readers',
  area,
  summary: 'Completes a task with one of its outcomes; the process goes on in the same moment.',
  errors: ANSWER_ERRORS,
  params: z.strictObject({ id: jobId }),
  body: z.strictObject(answer),
  answer: { status: 200, schema: completed },
  run: async ({ params: { id }, body, principal, services }) => {
    await completeAs(services, principal, { id, completion: body });
    return { id: formatJobId(id), outcome: body.outcome };
  },
});

const oneOfMany = z.strictObject({ id: jobId, ...answer });
const refusal = z.strictObject({ code: z.string(), detail: z.string() });

const completeMany = route({
  method: 'POST',
  path: '/api/v1/tasks/complete',
  audience: 'readers',
  area,
  summary: 'Completes up to 1,000 tasks; each is answered for itself, and one that is refused holds up no other.',
  bodyLimitBytes: BODY_LIMIT_BYTES,
  body: z.strictObject({
    tasks: z
      .array(z.unknown())
      .min(1)
      .max(MAX_AT_ONCE)
      .describe('Each: id, outcome, and perhaps variables and comment.'),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      items: z.array(z.union([completed, refusal])).describe('In the order of the call.'),
      completed: z.number(),
      refused: z.number(),
    }),
  },
  run: async ({ body: { tasks }, principal, services }) => {
    const items = await Promise.all(tasks.map((one) => answered(services, principal, one)));
    const refused = items.filter((item) => 'code' in item).length;
    return { items, completed: items.length - refused, refused };
  },
});

export const completionRoutes: readonly Route[] = [completeMany, complete];

async function answered(services: Services, principal: Principal, item: unknown) {
  const judged = judge(oneOfMany, item);
  if (!('value' in judged)) return judged;
  const { id, ...completion } = judged.value;
  try {
    await completeAs(services, principal, { id, completion });
    return { id: formatJobId(id), outcome: completion.outcome };
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return { code: error.code, detail: error.message };
  }
}

type Answered = { readonly id: JobId; readonly completion: Completion };

/** Most people answer what is theirs; whom they stand in for is looked up only when it is not. */
async function completeAs(services: Services, principal: Principal, { id, completion }: Answered): Promise<void> {
  if (completion.variables?.criteria !== undefined)
    await checkCriteria(services, await services.tasks.get(id), { principal, input: completion.variables });
  try {
    await services.tasks.complete(id, principal, completion);
  } catch (error) {
    if (!isMillraceError(error, 'task.not-yours')) throw error;
    const represents = await services.access.substitutes.representedBy(principal.id);
    if (represents.length === 0) throw error;
    await services.tasks.complete(id, { ...principal, represents }, completion);
  }
}

/** Limits that cannot be set are refused while somebody can still correct them. Who may not complete it is told so instead. */
async function checkCriteria(
  services: Services,
  row: TaskRow,
  { principal, input }: { readonly principal: Principal; readonly input: unknown },
): Promise<void> {
  const represents = await services.access.substitutes.representedBy(principal.id);
  if (!isOpen(row) || !mayComplete(row, { ...principal, represents })) return;
  const { seen, changesCriteria } = await contextOf(services, row);
  if (changesCriteria) await services.measurements.criteria.checkWritten({ input, variables: seen });
}
