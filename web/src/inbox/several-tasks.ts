/** Tasks that are answered at once: those of one step, with an outcome that needs no comment. */
import type { CompletedTasks, Task } from '../api/tasks.ts';

/** As many as the server takes in one call. */
export const MAX_AT_ONCE = 1_000;

/** The outcomes that can be given to many at once. */
export const sharedOutcomesOf = ({ outcomes, commentOn }: Task): readonly string[] =>
  outcomes.filter((outcome) => !commentOn.includes(outcome));

/** Whether a task can be chosen beside those that are chosen already. */
export function isChoosable(task: Task, chosen: readonly Task[], myId: string): boolean {
  if (task.barred !== undefined) return false;
  if (task.assignee !== null && task.assignee !== myId && task.onBehalfOf === undefined) return false;
  if (sharedOutcomesOf(task).length === 0) return false;
  const [first] = chosen;
  return first === undefined || (stepOf(first) === stepOf(task) && chosen.length < MAX_AT_ONCE);
}

export type Refused = { readonly task: Task; readonly detail: string };

/** Answers come in the order of the tasks. */
export const refusedOf = (tasks: readonly Task[], { items }: CompletedTasks): readonly Refused[] =>
  tasks.flatMap((task, place) => {
    const item = items[place];
    return item !== undefined && 'code' in item ? [{ task, detail: item.detail }] : [];
  });

const stepOf = ({ definition, step, outcomes, commentOn }: Task): string =>
  JSON.stringify([definition, step, outcomes, commentOn]);
