/** At the foot of the list: one answer for all chosen tasks, and afterwards which of them were refused and why. */
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { completeTasks, readTask, type Task } from '../api/tasks.ts';
import { useLabel } from '../ui/label.ts';
import { useOutcomeAction } from '../ui/outcome.ts';
import { type Refused, refusedOf, sharedOutcomesOf } from './several-tasks.ts';
import classes from './task-list.module.css';

export type SeveralAnswersProps = {
  readonly chosen: readonly Task[];
  readonly onAnswered: () => void;
  readonly onClose: () => void;
};

export function SeveralAnswers({ chosen, onAnswered, onClose }: SeveralAnswersProps): ReactNode {
  const { t } = useTranslation();
  const outcomeAction = useOutcomeAction();
  const client = useQueryClient();
  const [first] = chosen;
  const detail = useQuery({
    queryKey: keys.task(first?.id ?? ''),
    queryFn: ({ signal }) => readTask(first?.id ?? '', signal),
    enabled: first !== undefined,
  });
  const answer = useMutation({
    mutationFn: async (outcome: string) => {
      const answered = await completeTasks(chosen.map(({ id }) => ({ id, outcome })));
      return { completed: answered.completed, refused: refusedOf(chosen, answered) };
    },
    onSuccess: onAnswered,
    onSettled: () => client.invalidateQueries({ queryKey: keys.allTasks }),
  });
  const hasForm = detail.data !== undefined && detail.data.schema !== null;
  return (
    <section className={classes.several} aria-label={t('several.title')}>
      <div aria-live="polite">
        {first === undefined && answer.data ? (
          <Result completed={answer.data.completed} refused={answer.data.refused} />
        ) : (
          <p>{t('several.chosen', { count: chosen.length })}</p>
        )}
        {first === undefined && !answer.data && <p className="quiet small">{t('several.hint')}</p>}
        {first !== undefined && hasForm && <p className="quiet small">{t('several.hasForm')}</p>}
      </div>
      <div className={classes.answers}>
        {first !== undefined &&
          sharedOutcomesOf(first).map((outcome) => (
            <Button
              key={outcome}
              size="xs"
              variant="outline"
              disabled={hasForm || detail.data === undefined || answer.isPending}
              onClick={() => answer.mutate(outcome)}
            >
              {outcomeAction(outcome)}
            </Button>
          ))}
        <Button size="xs" variant="default" onClick={onClose}>
          {t('close')}
        </Button>
      </div>
    </section>
  );
}

function Result({
  completed,
  refused,
}: {
  readonly completed: number;
  readonly refused: readonly Refused[];
}): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  return (
    <>
      <p>{t('several.completed', { count: completed })}</p>
      {refused.length > 0 && (
        <>
          <p>{t('several.refused', { count: refused.length })}</p>
          <ul className={classes.refused}>
            {refused.map(({ task, detail }) => (
              <li key={task.id}>
                <bdi>{task.businessKey ?? label(task.name)}</bdi>: <bdi>{detail}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
