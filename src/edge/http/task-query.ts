/** What a list of tasks can be asked for, and whose tasks are looked through then. */
import { z } from 'zod';
import { TASK_SORTS, type TaskPlace, type TaskScope, type TaskSearch, type TaskSort } from '../../jobs/task-search.ts';
import type { VariableCondition } from '../../jobs/task-variable.ts';
import type { Instant } from '../../kernel/clock.ts';
import { paging, placeOf } from './paging.ts';
import { ADMINISTRATOR, type Principal } from './principal.ts';
import { refused } from './problem.ts';
import { TASK_STATES } from './views/task-view.ts';
import { instant, text } from './wire-schema.ts';

/** Variables that one list is asked for by. */
const MAX_CONDITIONS = 5;

const scalar = z.union([text(1_000), z.number(), z.boolean()]);
const bounds = z
  .strictObject({
    gt: scalar.exactOptional(),
    gte: scalar.exactOptional(),
    lt: scalar.exactOptional(),
    lte: scalar.exactOptional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'has no bound');
const conditions = z
  .record(text(100), z.union([scalar, bounds]))
  .refine((given) => Object.keys(given).length <= MAX_CONDITIONS, `names more than ${MAX_CONDITIONS} variables`);

const conditionsText = z
  .string()
  .max(4_000)
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      context.addIssue('is no JSON');
      return z.NEVER;
    }
  })
  .pipe(conditions)
  .meta({
    type: 'string',
    description: 'Searchable variables as JSON: {"line":"press-1","amount":{"gte":100}}. For open tasks.',
  });

export const taskQuery = z.strictObject({
  role: text(100).exactOptional(),
  assignee: text(200).describe('The id of a person, or "me".').exactOptional(),
  state: z.enum(TASK_STATES).exactOptional(),
  definition: text(100).exactOptional(),
  step: text(100).exactOptional(),
  businessKey: text(200).exactOptional(),
  dueBefore: instant.exactOptional(),
  dueAfter: instant.exactOptional(),
  overdue: z.literal('true').describe('Only tasks whose due time is over.').exactOptional(),
  text: text(200).describe('Part of its name, step or business key.').exactOptional(),
  variables: conditionsText.exactOptional(),
  sort: z
    .enum(TASK_SORTS)
    .describe('Default: created. Lists of ended tasks have no other but -created.')
    .exactOptional(),
  ...paging,
});
/** Who asks, and the people they stand in for. */
type Asking = Principal & { readonly represents: readonly string[] };
type TaskQuery = z.output<typeof taskQuery>;

/** Throws `request.invalid` where ended tasks are asked for what only open ones are found by. */
export function taskSearch(query: TaskQuery, principal: Asking, now: Instant): TaskSearch {
  const {
    state,
    sort = 'created',
    definition,
    step,
    role,
    businessKey,
    dueBefore,
    dueAfter,
    overdue,
    variables,
  } = query;
  if (state === 'done' || state === 'cancelled') {
    if (sort !== 'created' && sort !== '-created')
      throw refused([{ path: 'query.sort', message: `is created or -created for tasks that are ${state}` }]);
    if (variables !== undefined)
      throw refused([{ path: 'query.variables', message: `finds open tasks, and none that are ${state}` }]);
  }
  const before = overdue === undefined ? dueBefore : Math.min(now, dueBefore ?? now);
  return {
    scopes: scopesOf(query, principal),
    sort,
    ...(definition !== undefined && { definition }),
    ...(step !== undefined && { step }),
    ...(role !== undefined && { role }),
    ...(businessKey !== undefined && { businessKey }),
    ...(before !== undefined && { dueBefore: before }),
    ...(dueAfter !== undefined && { dueAfter }),
    ...(query.text !== undefined && { text: query.text }),
    ...(variables !== undefined && { variables: conditionsOf(variables) }),
  };
}

/** Without a state: offered to the caller's roles, and taken by the caller and those the caller stands in for; an administrator is offered everything. */
function scopesOf({ state, role, assignee }: TaskQuery, { id, roles, represents }: Asking): readonly TaskScope[] {
  const person = assignee === 'me' ? id : assignee;
  const ofRole = role === undefined ? {} : { role };
  const ofPerson = person === undefined ? {} : { assignee: person };
  if (state === 'offered') return person === undefined ? [{ state, ...ofRole }] : [];
  if (state !== undefined) return [{ state, ...ofRole, ...ofPerson }];
  const wanted = role === undefined ? roles : [role];
  const offered: readonly TaskScope[] =
    role === undefined && roles.includes(ADMINISTRATOR)
      ? [{ state: 'offered' }]
      : wanted.map((one) => ({ state: 'offered', role: one }));
  const holders = person === undefined ? [id, ...represents] : [person];
  return [...offered, ...holders.map((holder) => ({ state: 'taken', assignee: holder }) as const)];
}

const conditionsOf = (given: z.output<typeof conditions>): readonly VariableCondition[] =>
  Object.entries(given).map(([name, wanted]) =>
    typeof wanted === 'object' ? { name, ...wanted } : { name, is: wanted },
  );

/** Throws `request.invalid`. */
export const taskPlace = (cursor: string | undefined, sort: TaskSort = 'created'): TaskPlace | undefined =>
  placeOf(cursor, [sort === 'name' ? 'string' : 'number', 'number']) as TaskPlace | undefined;
