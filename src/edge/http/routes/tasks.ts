/** User tasks: the inbox of people, and their answers. Who may do what with a task is decided in its own domain. */
import { z } from 'zod';
import type { TaskDetail } from '../../../client/wire-process.ts';
import type { TaskRow } from '../../../jobs/task.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import type { Services } from '../../services.ts';
import { cursorOf, pageSchema } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { contextOf, standingsOf } from '../task-context.ts';
import { taskPlace, taskQuery, taskSearch } from '../task-query.ts';
import { evidenceOf } from '../views/evidence-view.ts';
import { taskDetail, taskOf, taskSchema } from '../views/task-view.ts';
import { instant, jobId, text } from '../wire-schema.ts';
import { completionRoutes, OPEN_ERRORS } from './task-completion.ts';

const area = 'Tasks';
const params = z.strictObject({ id: jobId });
const answer = { status: 200, schema: taskSchema } as const;

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
    const represents = await services.access.substitutes.representedBy(principal.id);
    const search = taskSearch(query, { ...principal, represents }, services.store.now());
    const { rows, next } = await services.tasks.search(search, { limit, after: taskPlace(cursor, sort) });
    const standings = await standingsOf(services, rows, { ...principal, represents });
    return { items: rows.map((row, at) => taskOf(row, standings[at])), next: next === null ? null : cursorOf(next) };
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
  run: async ({ params: { id }, principal, services }) => {
    const row = await services.tasks.get(id);
    const represents = await services.access.substitutes.representedBy(principal.id);
    const [standing] = await standingsOf(services, [row], { ...principal, represents });
    return { ...(await detailOf(services, row)), ...standing };
  },
});

const take = route({
  method: 'POST',
  path: '/api/v1/tasks/:id/take',
  audience: 'readers',
  area,
  summary: 'Takes an offered task for oneself.',
  errors: [...OPEN_ERRORS, 'task.four-eyes'],
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
  errors: [...OPEN_ERRORS, 'access.unknown-person', 'task.four-eyes'],
  params,
  body: z.strictObject({ to: text(200).describe('The id of a person.') }),
  answer,
  run: async ({ params: { id }, body, principal, services }) => {
    if ((await services.access.people.find(body.to)) === undefined)
      throw new MillraceError('access.unknown-person', { id: body.to });
    return taskOf(await services.tasks.delegate(id, principal, body.to));
  },
});

const plan = route({
  method: 'PATCH',
  path: '/api/v1/tasks/:id',
  audience: 'readers',
  area,
  summary: 'Changes when a task is due or comes up again, and its priority: for engineers, and for whoever has it.',
  errors: OPEN_ERRORS,
  params,
  body: z.strictObject({
    dueAt: instant.nullable().exactOptional(),
    followUpAt: instant.nullable().exactOptional(),
    priority: z.int().min(-100).max(100).exactOptional(),
  }),
  answer,
  run: async ({ params: { id }, body, principal, services }) => taskOf(await services.tasks.plan(id, principal, body)),
});

export const taskRoutes: readonly Route[] = [list, get, plan, take, giveBack, delegate, ...completionRoutes];

async function detailOf(services: Services, row: TaskRow): Promise<TaskDetail> {
  const { seen, changesCriteria, schema } = await contextOf(services, row);
  return {
    ...taskOf(row),
    variables: { ...seen },
    evidence: evidenceOf(seen),
    form: changesCriteria ? 'criteria' : null,
    schema,
  };
}
