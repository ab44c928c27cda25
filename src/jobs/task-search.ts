/**
 * Looking for tasks. A list is made of streams, each a walk along one index: what is offered to a role, what a person has
 * taken, or – where a variable must have a value – the rows of that variable in the list of a role or person. The streams
 * are merged in the order that was asked for, and what else was asked for is looked at row by row. One page looks at so
 * many rows at most, whatever it finds; so it may hold fewer tasks than asked for and still have a next one.
 */
import { MillraceError } from '../kernel/errors.ts';
import type { Store } from '../store/store.ts';
import { DUE, type TaskRow, taskFamily } from './task.ts';
import { meets, NO_DUE, queueOf, taskVariableFamily, textsOf, type VariableCondition } from './task-variable.ts';

export const TASK_SORTS = ['created', '-created', 'due', 'priority', 'name'] as const;
export type TaskSort = (typeof TASK_SORTS)[number];

/** Whose list is looked through. Without a role or assignee: everybody's. */
export type TaskScope =
  | { readonly state: 'offered'; readonly role?: string }
  | { readonly state: 'taken'; readonly assignee?: string; readonly role?: string }
  | { readonly state: 'done' | 'cancelled'; readonly assignee?: string; readonly role?: string };

export type TaskConditions = {
  readonly definition?: string;
  readonly step?: string;
  readonly role?: string;
  readonly businessKey?: string;
  readonly dueBefore?: number;
  readonly dueAfter?: number;
  /** Part of its name, step or business key, in whatever case. */
  readonly text?: string;
  readonly variables?: readonly VariableCondition[];
};
export type TaskSearch = TaskConditions & { readonly scopes: readonly TaskScope[]; readonly sort?: TaskSort };

/** The order of a list, and the id: what the next page goes on from. */
export type TaskPlace = readonly [number | string, number];
export type TaskPage = { readonly rows: readonly TaskRow[]; readonly next: TaskPlace | null };

/** Rows that one page looks at. */
export const MAX_TASKS_LOOKED_AT = 5_000;
/** Tasks that can be put into an order that no index has. */
export const MAX_SORTED_TASKS = 5_000;
/** Roles whose offers are walked through when all of them are asked for. */
const MAX_ROLES = 1_000;
const FIRST_STEP = 100;
const LATER_STEP = 1_000;

type Entry = { readonly row: TaskRow; readonly at: TaskPlace };
type Stream = (after: TaskPlace | undefined, limit: number) => Promise<readonly Entry[]>;
type Looking = { readonly store: Store; readonly search: TaskSearch; readonly sort: TaskSort };

/** Throws `task.too-many-to-sort`. */
export async function searchTasks(
  store: Store,
  search: TaskSearch,
  { limit, after }: { readonly limit: number; readonly after?: TaskPlace | undefined },
): Promise<TaskPage> {
  const looking: Looking = { store, search, sort: search.sort ?? 'created' };
  const streams = (await Promise.all(search.scopes.map((scope) => streamsOf(looking, scope)))).flat();
  const compare = looking.sort === '-created' ? (a: Entry, b: Entry) => -byPlace(a, b) : byPlace;
  const rows: TaskRow[] = [];
  let last = after;
  let step = Math.max(FIRST_STEP, Math.min(limit + 1, LATER_STEP));
  for (let looked = 0; looked < MAX_TASKS_LOOKED_AT; ) {
    const found = await Promise.all(streams.map((stream) => stream(last, step)));
    const merged = [...new Map(found.flat().map((entry) => [entry.at.join(), entry])).values()].sort(compare);
    const next = merged.slice(0, step);
    const fitting = await fittingOf(store, next, search);
    for (const entry of next) {
      if (fitting.has(entry)) {
        if (rows.length === limit) return { rows, next: last ?? null };
        rows.push(entry.row);
      }
      last = entry.at;
    }
    if (next.length < step) return { rows, next: null };
    looked += next.length;
    step = LATER_STEP;
  }
  return { rows, next: last ?? null };
}

function byPlace({ at: [a, first] }: Entry, { at: [b, second] }: Entry): number {
  if (a !== b) return a < b ? -1 : 1;
  return first - second;
}

async function streamsOf(looking: Looking, scope: TaskScope): Promise<readonly Stream[]> {
  if (scope.state === 'offered' && scope.role === undefined) {
    const roles = await offeredRoles(looking.store);
    return (await Promise.all(roles.map((role) => streamsOf(looking, { ...scope, role })))).flat();
  }
  const { store, search, sort } = looking;
  const driving = search.variables?.find((condition) => 'is' in condition);
  const isOneQueue = scope.state === 'offered' || (scope.state === 'taken' && scope.assignee !== undefined);
  if (driving !== undefined && 'is' in driving && isOneQueue && sort !== 'name')
    return textsOf(driving.is).map((value) => variableStream(looking, scope, { name: driving.name, value }));
  const where = whereOf(scope);
  if (sort === 'created' || sort === '-created') return [createdStream(store, where, sort)];
  if (sort === 'due') return [byDue(store, where)];
  return [await sortedStream(store, where, sort)];
}

/** The roles that tasks are offered to: one look into the index for each. */
async function offeredRoles(store: Store): Promise<string[]> {
  const roles: string[] = [];
  for (let last = ''; roles.length < MAX_ROLES; ) {
    const where = { state: 'offered', role: { gt: last } };
    const [next] = await store.select(taskFamily, { where, order: ['role', 'id'], limit: 1 });
    if (next === undefined) break;
    last = next.role;
    roles.push(last);
  }
  return roles;
}

type Where = { readonly state: string; readonly role?: string; readonly assignee?: string };
const whereOf = ({ state, ...rest }: TaskScope): Where => ({ state, ...rest });

const createdStream =
  (store: Store, where: Where, sort: 'created' | '-created'): Stream =>
  async (after, limit) => {
    const order = [sort === 'created' ? 'id' : '-id'] as const;
    const from = after === undefined ? {} : { after: [after[1]] };
    const rows = await store.select(taskFamily, { where, order, ...from, limit });
    return rows.map((row) => ({ row, at: [row.id, row.id] }));
  };

/** First those with a due time, then those without in the order of their ids. What one person has is little, and is sorted when asked for. */
function byDue(store: Store, where: Where): Stream {
  const dated = where.state === 'offered' ? { agenda: DUE } : { dueAt: { gte: Number.MIN_SAFE_INTEGER } };
  const [first, second] = [dueStream(store, { ...where, ...dated }), undatedStream(store, where)];
  return async (after, limit) => {
    const entries = await first(after, limit);
    return entries.length === limit ? entries : [...entries, ...(await second(after, limit))];
  };
}

const dueStream =
  (store: Store, where: Where & { readonly agenda?: string; readonly dueAt?: { readonly gte: number } }): Stream =>
  async (after, limit) => {
    if (after !== undefined && after[0] === NO_DUE) return [];
    // The bound says again what `after` says, so that an index that may hold nulls is entered there.
    const from = after === undefined ? {} : { dueAt: { gte: after[0] as number } };
    const place = after === undefined ? {} : { after };
    const query = { where: { ...where, ...from }, order: ['dueAt', 'id'] as const, ...place, limit };
    const rows = await store.select(taskFamily, query);
    return rows.map((row) => ({ row, at: [row.dueAt ?? NO_DUE, row.id] }));
  };

const undatedStream =
  (store: Store, where: Where): Stream =>
  async (after, limit) => {
    const from = after !== undefined && after[0] === NO_DUE ? { after: [after[1]] } : {};
    const rows = await store.select(taskFamily, { where, order: ['id'], ...from, limit });
    // Those that have a due time have come already; they are passed over row by row, not looked for all at once.
    return rows.map((row) => ({ row, at: [NO_DUE, row.id] }));
  };

/** An order that no index has: all are read and sorted, as long as they are few. */
async function sortedStream(store: Store, where: Where, sort: 'priority' | 'name'): Promise<Stream> {
  const rows = await store.select(taskFamily, { where, order: ['id'], limit: MAX_SORTED_TASKS + 1 });
  if (rows.length > MAX_SORTED_TASKS)
    throw new MillraceError('task.too-many-to-sort', { sort, limit: MAX_SORTED_TASKS });
  const entries = rows
    .map((row): Entry => ({ row, at: [sort === 'name' ? row.name : row.rank, row.id] }))
    .sort(byPlace);
  return async (after, limit) => {
    const rest = after === undefined ? entries : entries.filter((entry) => byPlace(entry, placed(after)) > 0);
    return rest.slice(0, limit);
  };
}

const placed = (at: TaskPlace): Entry => ({ row: {} as TaskRow, at });

const VARIABLE_ORDERS = {
  created: ['task'],
  '-created': ['-task'],
  due: ['dueAt', 'task'],
  priority: ['rank', 'task'],
} as const;

const variableStream =
  (
    { store, sort }: Looking,
    scope: TaskScope,
    { name, value }: { readonly name: string; readonly value: string },
  ): Stream =>
  async (after, limit) => {
    const key = sort as keyof typeof VARIABLE_ORDERS;
    const order = VARIABLE_ORDERS[key];
    const place = after === undefined ? {} : { after: order.length === 1 ? [after[1]] : after };
    const { state, role = '' } = scope;
    const queue = queueOf({ state, role, assignee: 'assignee' in scope ? (scope.assignee ?? null) : null });
    const rows = await store.select(taskVariableFamily, { where: { queue, name, value }, order, ...place, limit });
    const tasks = await store.getMany(
      taskFamily,
      rows.map(({ task }) => [task]),
    );
    return rows.flatMap(({ task, dueAt, rank }, index): Entry[] => {
      const row = tasks[index] ?? ({ id: task, state: 'cancelled' } as TaskRow);
      const first = key === 'due' ? dueAt : key === 'priority' ? rank : task;
      return [{ row, at: [first, task] }];
    });
  };

/** What has ended between two looks, or has come before in the list, does not fit. */
async function fittingOf(store: Store, entries: readonly Entry[], search: TaskSearch): Promise<ReadonlySet<Entry>> {
  const { variables = [], scopes } = search;
  const fitting = entries.filter(({ row, at }) => {
    if (at[0] === NO_DUE && (row.state === 'offered' ? row.agenda === DUE : row.dueAt !== null)) return false;
    return scopes.some((scope) => isIn(row, scope)) && fits(row, search);
  });
  if (variables.length === 0) return new Set(fitting);
  const keys = fitting.flatMap(({ row }) => variables.map(({ name }) => [row.id, name]));
  const values = await store.getMany(taskVariableFamily, keys);
  const width = variables.length;
  return new Set(
    fitting.filter((_, place) =>
      variables.every((condition, column) => meets(values[place * width + column], condition)),
    ),
  );
}

const isIn = (row: TaskRow, { state, role, ...rest }: TaskScope): boolean =>
  row.state === state &&
  (role === undefined || row.role === role) &&
  (!('assignee' in rest) || rest.assignee === undefined || row.assignee === rest.assignee);

function fits(
  row: TaskRow,
  { definition, step, role, businessKey, dueBefore, dueAfter, text }: TaskConditions,
): boolean {
  return (
    (definition === undefined || row.source === definition) &&
    (step === undefined || row.step === step) &&
    (role === undefined || row.role === role) &&
    (businessKey === undefined || row.businessKey === businessKey) &&
    (dueBefore === undefined || (row.dueAt !== null && row.dueAt < dueBefore)) &&
    (dueAfter === undefined || (row.dueAt !== null && row.dueAt > dueAfter)) &&
    (text === undefined || contains(row, text.toLowerCase()))
  );
}

const contains = ({ name, step, businessKey }: TaskRow, part: string): boolean =>
  [name, step, businessKey ?? ''].some((text) => text.toLowerCase().includes(part));
