/** How I stand to a task: in whose place I can decide it, that other eyes than mine must do it, or that nobody can now. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { readInstance } from '../api/processes.ts';
import type { Task, TaskDetail } from '../api/tasks.ts';
import { usePrincipal } from '../app/principal.ts';
import { useDefinition, useSteps } from '../history/steps.ts';
import { usePersonName } from '../ui/person-name.tsx';
import { Pill } from '../ui/pill.tsx';
import classes from './task-detail.module.css';

export function StandingMarks({ task }: { readonly task: Task }): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const { onBehalfOf, barred } = task;
  return (
    <>
      {onBehalfOf !== undefined && <Pill tone="accent">{t('standing.for', { person: personName(onBehalfOf) })}</Pill>}
      {barred !== undefined && <Pill tone="warn">{t('standing.barred')}</Pill>}
    </>
  );
}

export function StandingNotice({ task }: { readonly task: TaskDetail }): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const { onBehalfOf, barred } = task;
  const instance = useQuery({
    queryKey: keys.instance(task.instance),
    queryFn: ({ signal }) => readInstance(task.instance, signal),
  });
  if (instance.data?.suspended !== undefined)
    return (
      <p className={classes.standing} data-barred="true">
        {t('standing.suspended')} <bdi>{instance.data.suspended.reason}</bdi>
      </p>
    );
  if (barred !== undefined) return <BarredNotice task={task} barred={barred} />;
  if (onBehalfOf === undefined) return null;
  return <p className={classes.standing}>{t('standing.forHint', { person: personName(onBehalfOf) })}</p>;
}

type BarredProps = { readonly task: TaskDetail; readonly barred: NonNullable<TaskDetail['barred']> };

function BarredNotice({ task, barred }: BarredProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const personName = usePersonName();
  // The newest version names the step as well as any.
  const newest = useDefinition(task.definition, undefined);
  const { nameOf } = useSteps(task.definition, newest.data?.version);
  const words = { person: personName(barred.person), step: nameOf(barred.step) };
  return (
    <p className={classes.standing} data-barred="true">
      {t(barred.person === me.id ? 'standing.barredSelf' : 'standing.barredHint', words)}
    </p>
  );
}
