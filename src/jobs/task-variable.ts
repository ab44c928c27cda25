/**
 * Variables by which people look for tasks: a row for each open task and each variable that its definition declares as
 * searchable, written in the commit that offers the task or changes the variable. A row carries what lists are ordered by,
 * so that a list by a variable is one walk along one index; it goes when its task ends.
 */
import { defineFamily, type RowOf } from '../store/family.ts';
import { put, remove, set, type Write } from '../store/unit.ts';
import type { TaskRow } from './task.ts';

type SearchableType = 'string' | 'number' | 'date' | 'boolean';
export type Searchable = { readonly name: string; readonly type: SearchableType };

/** Of a longer text the beginning is kept, and found by. */
const MAX_SEARCH_TEXT = 200;
/** The due time of a task that has none: after all others. */
export const NO_DUE = Number.MAX_SAFE_INTEGER;

export const taskVariableFamily = defineFamily({
  name: 'task_variable',
  isHot: true,
  columns: {
    task: 'integer',
    name: 'text',
    type: 'text',
    /** Null: the variable has no value, or none of its type. */
    value: 'text?',
    /** Whose list it is in: `role:operator` or `person:dana`. */
    queue: 'text',
    /** {@link NO_DUE} without one. */
    dueAt: 'integer',
    rank: 'integer',
  },
  key: ['task', 'name'],
  indexes: [
    { columns: ['queue', 'name', 'value', 'dueAt', 'task'] },
    { columns: ['queue', 'name', 'value', 'rank', 'task'] },
    { columns: ['queue', 'name', 'value', 'task'] },
  ],
});
export type TaskVariableRow = RowOf<typeof taskVariableFamily>;

type Placed = Pick<TaskRow, 'role' | 'assignee' | 'state' | 'dueAt' | 'rank'>;

export const queueOf = ({ role, assignee, state }: Pick<Placed, 'role' | 'assignee' | 'state'>): string =>
  state === 'taken' ? `person:${assignee}` : `role:${role}`;

/** The names of the variables that a task is found by. */
export const searchableIn = ({ searchable }: Pick<TaskRow, 'searchable'>): readonly string[] =>
  searchable === null ? [] : (JSON.parse(searchable) as string[]);

/** The rows of a task that is offered now. */
export const variablesOffered = (
  task: TaskRow,
  declared: readonly Searchable[],
  values: Readonly<Record<string, unknown>>,
): Write[] =>
  declared.map(({ name, type }) => {
    const { id, dueAt, rank } = task;
    const value = searchText(type, values[name]);
    return put(taskVariableFamily, { task: id, name, type, value, queue: queueOf(task), dueAt: dueAt ?? NO_DUE, rank });
  });

/** The task has changed hands, or its place in lists. */
export const variablesMoved = (task: TaskRow): Write[] =>
  searchableIn(task).map((name) => {
    const { dueAt, rank } = task;
    return set(taskVariableFamily, [task.id, name], { queue: queueOf(task), dueAt: dueAt ?? NO_DUE, rank });
  });

/** A variable has another value now. */
export const variableChanged = (task: number, { name, type }: Searchable, value: unknown): Write =>
  set(taskVariableFamily, [task, name], { value: searchText(type, value) });

/** The task is over. */
export const variablesGone = (task: number, names: readonly string[]): Write[] =>
  names.map((name) => remove(taskVariableFamily, [task, name]));

/** A value as it is kept and compared; null where it is none of the type. */
function searchText(type: SearchableType, value: unknown): string | null {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value.slice(0, MAX_SEARCH_TEXT) : null;
    case 'number':
      return typeof value === 'number' ? String(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : null;
    case 'date':
      return typeof value === 'string' ? dateText(value) : null;
    default:
      return type satisfies never;
  }
}

/** A date stays a date; a date and time becomes one in UTC, so that texts compare as times do. */
function dateText(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$/.test(text)) return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  return text.length === 10 ? text : new Date(at).toISOString();
}

export type Scalar = string | number | boolean;
/** What a variable must be: equal to a value, or between bounds. */
export type VariableCondition = { readonly name: string } & (
  | { readonly is: Scalar }
  | { readonly gt?: Scalar; readonly gte?: Scalar; readonly lt?: Scalar; readonly lte?: Scalar }
);

/** The texts under which a value may be kept: a text may be a date of a variable that is one. */
export function textsOf(value: Scalar): readonly string[] {
  if (typeof value !== 'string') return [String(value)];
  const date = dateText(value);
  return [...new Set([value.slice(0, MAX_SEARCH_TEXT), ...(date === null ? [] : [date])])];
}

export function meets(row: Pick<TaskVariableRow, 'type' | 'value'> | undefined, condition: VariableCondition): boolean {
  if (row === undefined || row.value === null) return false;
  if ('is' in condition) return textsOf(condition.is).includes(row.value);
  const { gt, gte, lt, lte } = condition;
  const compared = (bound: Scalar) => compare(row.type, row.value as string, bound);
  return (
    (gt === undefined || compared(gt) > 0) &&
    (gte === undefined || compared(gte) >= 0) &&
    (lt === undefined || compared(lt) < 0) &&
    (lte === undefined || compared(lte) <= 0)
  );
}

/** Not a number where the two cannot be compared; then no bound holds. */
function compare(type: string, value: string, bound: Scalar): number {
  if (type === 'number') return typeof bound === 'number' ? Number(value) - bound : Number.NaN;
  if (typeof bound !== 'string') return Number.NaN;
  const other = type === 'date' ? dateText(bound) : bound;
  if (other === null) return Number.NaN;
  return value < other ? -1 : value > other ? 1 : 0;
}
