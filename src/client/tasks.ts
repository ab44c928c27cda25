/** User tasks: what people are asked to do, and their answers. */
import type { Http } from './http.ts';
import type { Once } from './instances.ts';
import type { Page } from './wire.ts';
import type {
  CompletedTask,
  CompletedTasks,
  Task,
  TaskCompletion,
  TaskDetail,
  TaskFilter,
  TaskPlan,
} from './wire-process.ts';

export type Tasks = {
  /** Without a filter: offered to one of my roles, and taken by me; the newest last unless sorted otherwise. */
  list(filter?: TaskFilter): Promise<Page<Task>>;
  get(id: string): Promise<TaskDetail>;
  take(id: string): Promise<Task>;
  /** Gives a taken task back to everybody with its role. */
  return(id: string): Promise<Task>;
  /** To a person. */
  delegate(id: string, to: string): Promise<Task>;
  complete(id: string, completion: TaskCompletion, once?: Once): Promise<CompletedTask>;
  /** Up to 1,000; each is answered for itself. */
  completeMany(tasks: readonly (TaskCompletion & { id: string })[], once?: Once): Promise<CompletedTasks>;
  /** When it is due or comes up again, and its priority. */
  plan(id: string, plan: TaskPlan): Promise<Task>;
};

export const tasksOf = (http: Http): Tasks => {
  const path = (id: string) => `/api/v1/tasks/${encodeURIComponent(id)}`;
  return {
    list: (filter) => http.json({ method: 'GET', path: '/api/v1/tasks', ...(filter && { query: queryOf(filter) }) }),
    get: (id) => http.json({ method: 'GET', path: path(id) }),
    take: (id) => http.json({ method: 'POST', path: `${path(id)}/take` }),
    return: (id) => http.json({ method: 'POST', path: `${path(id)}/return` }),
    delegate: (id, to) => http.json({ method: 'POST', path: `${path(id)}/delegate`, body: { to } }),
    completeMany: (tasks, once) =>
      http.json({ method: 'POST', path: '/api/v1/tasks/complete', body: { tasks }, ...once }),
    plan: (id, body) => http.json({ method: 'PATCH', path: path(id), body }),
    complete: (id, body, once) => http.json({ method: 'POST', path: `${path(id)}/complete`, body, ...once }),
  };
};

const queryOf = ({ variables, overdue, ...rest }: TaskFilter) => ({
  ...rest,
  ...(overdue && { overdue: 'true' }),
  ...(variables !== undefined && { variables: JSON.stringify(variables) }),
});
