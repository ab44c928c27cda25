/** User tasks: what waits for a person, and what a person can do with it. */
import { isRecord, read, write } from './http.ts';
import type { Label } from './label.ts';
import type { Firing } from './measurements.ts';
import { type Page, type PageRequest, readPage } from './page.ts';

export type TaskState = 'offered' | 'taken' | 'done' | 'cancelled';

export type Task = {
  readonly id: string;
  readonly name: Label;
  readonly definition: string;
  readonly step: string;
  readonly instance: string;
  readonly businessKey: string | null;
  readonly role: string;
  readonly assignee: string | null;
  readonly state: TaskState;
  readonly outcomes: readonly string[];
  readonly commentOn: readonly string[];
  readonly dueAt: string | null;
  readonly createdAt: string;
  readonly outcome: string | null;
  readonly comment: string | null;
  readonly settledAt: string | null;
  readonly settledBy: string | null;
};

export type TaskDetail = Task & {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly evidence: readonly Firing[];
  readonly form: 'criteria' | null;
};

export type TaskFilter = {
  readonly role?: string | undefined;
  readonly assignee?: string | undefined;
  readonly state?: 'offered' | 'taken' | 'done' | undefined;
};

export type Decision = {
  readonly outcome: string;
  readonly comment?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
};

const task = (id: string): string => `/tasks/${encodeURIComponent(id)}`;

export const listTasks = (filter: TaskFilter, page?: PageRequest): Promise<Page<Task>> =>
  readPage('/tasks', filter, page);
export const readTask = (id: string, signal?: AbortSignal): Promise<TaskDetail> => read(task(id), {}, signal);
export const takeTask = (id: string): Promise<Task> => write('POST', `${task(id)}/take`);
export const returnTask = (id: string): Promise<Task> => write('POST', `${task(id)}/return`);
export const delegateTask = (id: string, to: string): Promise<Task> => write('POST', `${task(id)}/delegate`, { to });
export const completeTask = (id: string, decision: Decision): Promise<{ id: string; outcome: string }> =>
  write('POST', `${task(id)}/complete`, decision);

/** The code of a decision that came too late. */
export const ALREADY_DONE = 'task.already-done';

/** The outcome that was recorded first, out of the details of such a problem. */
export function recordedOutcomeOf(details: unknown): string | undefined {
  const outcome = isRecord(details) ? details['recordedOutcome'] : undefined;
  return typeof outcome === 'string' ? outcome : undefined;
}
