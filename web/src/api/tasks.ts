/** User tasks: what waits for a person, and what a person can do with it. */
import type {
  CompletedTask,
  CompletedTasks,
  SearchedValue,
  Task,
  TaskCompletion,
  TaskDetail,
  TaskPlan,
  TaskSort,
} from '../../../src/client/wire-process.ts';
import { isRecord, read, write } from './http.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type { CompletedTasks, Task, TaskCompletion, TaskDetail, TaskPlan, TaskSort };

export type TaskFilter = {
  readonly role?: string | undefined;
  readonly assignee?: string | undefined;
  readonly state?: 'offered' | 'taken' | 'done' | undefined;
  readonly definition?: string | undefined;
  readonly sort?: TaskSort | undefined;
  readonly variables?: Readonly<Record<string, SearchedValue>> | undefined;
};

export const TASK_SORTS = ['created', '-created', 'due', 'priority', 'name'] as const satisfies readonly TaskSort[];

const task = (id: string): string => `/tasks/${encodeURIComponent(id)}`;

export const listTasks = ({ variables, ...filter }: TaskFilter, page?: PageRequest): Promise<Page<Task>> =>
  readPage('/tasks', { ...filter, ...(variables && { variables: JSON.stringify(variables) }) }, page);
export const readTask = (id: string, signal?: AbortSignal): Promise<TaskDetail> => read(task(id), {}, signal);
export const takeTask = (id: string): Promise<Task> => write('POST', `${task(id)}/take`);
export const returnTask = (id: string): Promise<Task> => write('POST', `${task(id)}/return`);
export const delegateTask = (id: string, to: string): Promise<Task> => write('POST', `${task(id)}/delegate`, { to });
export const planTask = (id: string, plan: TaskPlan): Promise<Task> => write('PATCH', task(id), plan);
export const completeTask = (id: string, completion: TaskCompletion): Promise<CompletedTask> =>
  write('POST', `${task(id)}/complete`, completion);

/** Each is answered for itself: one that is refused holds up no other. */
export const completeTasks = (tasks: readonly (TaskCompletion & { readonly id: string })[]): Promise<CompletedTasks> =>
  write('POST', '/tasks/complete', { tasks });

/** The code of a decision that came too late. */
export const ALREADY_DONE = 'task.already-done';

/** The outcome that was recorded first, out of the details of such a problem. */
export function recordedOutcomeOf(details: unknown): string | undefined {
  const outcome = isRecord(details) ? details.recordedOutcome : undefined;
  return typeof outcome === 'string' ? outcome : undefined;
}

/** The code of variables that do not meet the task's form. */
export const FORM_INVALID = 'task.form-invalid';

export type FormProblem = { readonly path: string; readonly message: string };

/** What is wrong at which place, out of the details of such a problem. */
export function formProblemsOf(details: unknown): FormProblem[] {
  const errors = isRecord(details) && Array.isArray(details.errors) ? details.errors : [];
  return errors.filter(isRecord).map(({ path, message }) => ({ path: String(path), message: String(message) }));
}
