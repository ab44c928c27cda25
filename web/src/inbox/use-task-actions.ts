/** Take, return, delegate and complete: what can be done with a task, and what the page does when it worked. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import {
  ALREADY_DONE,
  completeTask,
  delegateTask,
  FORM_INVALID,
  recordedOutcomeOf,
  returnTask,
  type TaskCompletion,
  type TaskDetail,
  takeTask,
} from '../api/tasks.ts';
import { toastDone, toastProblem } from '../app/problem-toast.tsx';
import { useLabel } from '../ui/label.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { usePersonName } from '../ui/person-name.tsx';

export type TaskActions = ReturnType<typeof useTaskActions>;

export function useTaskActions(task: TaskDetail, onSettled: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const label = useLabel();
  const outcomeName = useOutcomeName();
  const personName = usePersonName();
  const { id } = task;
  const name = label(task.name);

  /** Also after a failure: most refusals mean that the task is no longer what this page shows. */
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: keys.allTasks });

  const take = useMutation({ mutationFn: () => takeTask(id), onSettled: refresh });
  const giveBack = useMutation({ mutationFn: () => returnTask(id), onSettled: refresh });
  const delegate = useMutation({
    mutationFn: (to: string) => delegateTask(id, to),
    onSuccess: (_, to) => toastDone(t('task.delegated', { name, person: personName(to) })),
    onSettled: refresh,
  });
  const complete = useMutation({
    mutationFn: (completion: TaskCompletion) => completeTask(id, completion),
    meta: { showsOwnErrors: true },
    onSuccess: (_, { outcome }) => {
      toastDone(t('task.completed', { name, outcome: outcomeName(outcome) }));
      onSettled();
    },
    onError: (error) => {
      // Somebody was faster. The page itself then says who decided what; see settled-notice.tsx.
      // What is wrong with a form it shows itself, at its fields.
      const isShown = isProblem(error, ALREADY_DONE) || (task.schema !== null && isProblem(error, FORM_INVALID));
      if (!isShown) toastProblem(error);
    },
    onSettled: refresh,
  });
  const lostTo = isProblem(complete.error, ALREADY_DONE) ? recordedOutcomeOf(complete.error.details) : undefined;

  return { take, giveBack, delegate, complete, lostTo };
}
