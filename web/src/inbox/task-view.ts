/** Which tasks the inbox shows, and in which order one walks through them. */
import { isRecord } from '../api/http.ts';
import { TASK_SORTS, type Task, type TaskFilter, type TaskSort } from '../api/tasks.ts';

export const SHOWS = ['all', 'mine', 'offered'] as const;
export type Show = (typeof SHOWS)[number];

export const showOf = (value: unknown): Show | undefined => SHOWS.find((show) => show === value && show !== 'all');

export const sortOf = (value: unknown): TaskSort | undefined => TASK_SORTS.find((sort) => sort === value);

export const COMPARISONS = ['is', 'gte', 'lte'] as const;
/** What a searchable variable must be. */
export type Condition = {
  readonly name: string;
  readonly comparison: (typeof COMPARISONS)[number];
  readonly value: string | number | boolean;
};

/** Out of the address; undefined for what is none. */
export function conditionOf(value: unknown): Condition | undefined {
  if (!isRecord(value)) return undefined;
  const comparison = COMPARISONS.find((each) => each === value.comparison);
  const { name, value: wanted } = value;
  const isScalar = typeof wanted === 'string' || typeof wanted === 'number' || typeof wanted === 'boolean';
  return typeof name === 'string' && comparison !== undefined && isScalar
    ? { name, comparison, value: wanted }
    : undefined;
}

export type TaskView = {
  readonly show?: Show;
  readonly role?: string;
  /** Default: the eldest first. */
  readonly sort?: TaskSort;
  readonly process?: string;
  readonly variable?: Condition;
};

/** How many parts of the filter are in use; the order is none. */
export const filterCountOf = ({ process, variable }: TaskView): number =>
  [process, variable].filter((part) => part !== undefined).length;

/**
 * What to ask for. Without a state the server answers what is offered to my roles and what I have taken; asked for all
 * offered tasks it would answer those of every role.
 */
export const filterOf = ({ show, role, sort, process, variable }: TaskView, myId: string): TaskFilter => ({
  role,
  ...(sort !== undefined && { sort }),
  ...(process !== undefined && { definition: process }),
  ...(variable !== undefined && { variables: { [variable.name]: wantedOf(variable) } }),
  ...(show === 'mine' && { state: 'taken', assignee: myId }),
});

const wantedOf = ({ comparison, value }: Condition) => (comparison === 'is' ? value : { [comparison]: value });

/** What of the answer is shown. */
export const isShown = ({ show }: TaskView, { state }: Task): boolean => show !== 'offered' || state === 'offered';

/** The task so many places further on; stays at the ends. */
export function neighbourOf(tasks: readonly Task[], id: string | undefined, step: 1 | -1): Task | undefined {
  const place = tasks.findIndex((task) => task.id === id);
  if (place === -1) return tasks[0];
  return tasks[place + step];
}

/** What to work on after this task is settled: the one that moves into its place, else the one before. */
export const successorOf = (tasks: readonly Task[], id: string): Task | undefined =>
  neighbourOf(tasks, id, 1) ?? neighbourOf(tasks, id, -1);

export type DueState = 'none' | 'later' | 'soon' | 'overdue';

const SOON_MS = 15 * 60_000;

export function dueStateOf({ dueAt }: Pick<Task, 'dueAt'>, nowMs: number): DueState {
  if (dueAt === null) return 'none';
  const leftMs = Date.parse(dueAt) - nowMs;
  if (leftMs < 0) return 'overdue';
  return leftMs < SOON_MS ? 'soon' : 'later';
}
