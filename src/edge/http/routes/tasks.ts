/** User tasks: the inbox of people, and their answers. Who may do what with a task is decided in its own domain. */
import { z } from 'zod';
import type { TaskDetail } from '../../../client/wire-process.ts';
import { mayComplete, type TaskRow } from '../../../jobs/task.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { formatJobId, type InstanceId } from '../../../kernel/ids.ts';
import { nodeOf } from '../../../process/core/definition.ts';
import { visibleVariables } from '../../../process/core/state.ts';
import type { Services } from '../../services.ts';
import { cursorOf, pageSchema } from '../paging.ts';
import type { Principal } from '../principal.ts';
import { type Route, route } from '../route.ts';
import { taskPlace, taskQuery, taskSearch } from '../task-query.ts';
import { evidenceOf } from '../views/evidence-view.ts';
import { taskDetail, taskOf, taskSchema } from '../views/task-view.ts';
import { jobId, jobIdText, text, variables } from '../wire-schema.ts';

const area = 'Tasks';
const params = z.strictObject({ id: jobId });
const answer = { status: 200, schema: taskSchema } as const;
const OPEN_ERRORS = ['task.unknown', 'task.already-done', 'task.not-yours'] as const;
/** The job kind by which a task changes criteria; its form shows their limits. */
const CRITERIA_KIND = 'criteria.change';

const list = route({
  method: 'GET',
  path: '/api/v1/tasks',
  audience: 'readers',
  area,
  summary:
    'Lists tasks, in the order and by the conditions that were asked for. Without a state: those offered to one of my roles, and those I have taken.',
  errors: ['task.too-many-to-sort'],
  query: taskQuery,
  answer: { status: 200, schema: pageSchema(taskSchema) },
  run: async ({ query, principal, services }) => {
    const { limit, cursor, sort } = query;
    const search = taskSearch(query, principal, services.store.now());
    const { rows, next } = await services.tasks.search(search, { limit, after: taskPlace(cursor, sort) });
    return { items: rows.map(taskOf), next: next === null ? null : cursorOf(next) };
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/tasks/:id',
  audience: 'readers',
  area,
  summary: 'Shows a task with the variables and the evidence to decide by.',
  errors: ['task.unknown'],
  params,
  answer: { status: 200, schema: taskDetail },
  run: async ({ params: { id }, services }) => detailOf(services, await services.tasks.get(id)),
});

const take = route({
  method: 'POST',
  path: '/api/v1/tasks/:id/take',
  audience: 'readers',
  area,
  summary: 'Takes an offered task for oneself.',
  errors: OPEN_ERRORS,
  params,
  answer,
  run: async ({ params: { id }, principal, services }) => taskOf(await services.tasks.take(id, principal)),
});

const giveBack = route({
  method: 'POST',
  path: '/api/v1/tasks/:id/return',
  audience: 'readers',
  area,
  summary: 'Gives a taken task back to everybody with its role.',
  errors: OPEN_ERRORS,
  params,
  answer,
  run: async ({ params: { id }, principal, services }) => taskOf(await services.tasks.giveBack(id, principal)),
});

const delegate = route({
  method: 'POST',
  path: '/api/v1/tasks/:id/delegate',
  audience: 'readers',
  area,
  summary: 'Gives a task to another person.',
  errors: [...OPEN_ERRORS, 'access.unknown-person'],
  params,
  body: z.strictObject({ to: text(200).describe('The id of a person.') }),
  answer,
  run: async ({ params: { id }, body, principal, services }) => {
    if ((await services.access.people.find(body.to)) === undefined)
      throw new MillraceError('access.unknown-person', { id: body.to });
    return taskOf(await services.tasks.delegate(id, principal, body.to));
  },
});

const complete = route({
  method: 'POST',
  path: '/api/v1/tasks/:id/complete',
  audience: 'readers',
  area,
  summary: 'Completes a task with one of its outcomes; the process goes on in the same moment.',
  errors: [
    ...OPEN_ERRORS,
    'task.comment-required',
    'process.unknown-outcome',
    'process.variables-too-large',
    'criterion.unknown',
    'criterion.invalid',
  ],
  params,
  body: z.strictObject({
    outcome: text(100),
    variables: variables.exactOptional(),
    comment: text(4_000).exactOptional(),
  }),
  answer: { status: 200, schema: z.strictObject({ id: jobIdText, outcome: z.string() }) },
  run: async ({ params: { id }, body, principal, services }) => {
    if (body.variables?.criteria !== undefined)
      await checkCriteria(services, await services.tasks.get(id), { principal, input: body.variables });
    await services.tasks.complete(id, principal, body);
    return { id: formatJobId(id), outcome: body.outcome };
  },
});

export const taskRoutes: readonly Route[] = [list, get, take, giveBack, delegate, complete];

async function detailOf(services: Services, row: TaskRow): Promise<TaskDetail> {
  const { seen, changesCriteria } = await contextOf(services, row);
  return {
    ...taskOf(row),
    variables: { ...seen },
    evidence: evidenceOf(seen),
    form: changesCriteria ? 'criteria' : null,
  };
}

/** Limits that cannot be set are refused while somebody can still correct them. Who may not complete it is told so instead. */
async function checkCriteria(
  services: Services,
  row: TaskRow,
  { principal, input }: { readonly principal: Principal; readonly input: unknown },
): Promise<void> {
  if (!mayComplete(row, principal)) return;
  const { seen, changesCriteria } = await contextOf(services, row);
  if (changesCriteria) await services.measurements.criteria.checkWritten({ input, variables: seen });
}

/** What a task sees of its instance, and whether what is filled in changes criteria. */
async function contextOf({ process: { definitions, queries } }: Services, row: TaskRow) {
  const instance = await queries.instance(row.ownerId as InstanceId);
  const token = instance.state.tokens.find(({ id }) => id === row.ownerSeq);
  const { behaviour } = nodeOf(await definitions.find(instance.definition, instance.version), row.step);
  return {
    seen: visibleVariables(instance.state, token?.scope ?? 0),
    changesCriteria: behaviour.type === 'userTask' && behaviour.apply.includes(CRITERIA_KIND),
  };
}
