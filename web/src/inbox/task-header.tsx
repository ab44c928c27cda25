/** The task's name, who has it, since when, and taking, returning or handing it on. */
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskDetail } from '../api/tasks.ts';
import { BackIcon, ClockIcon, DelegateIcon, HandIcon, ReturnIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useFormat } from '../i18n/format.ts';
import { useLabel } from '../ui/label.ts';
import { Ago } from '../ui/moment.tsx';
import { useNow } from '../ui/now.ts';
import { PersonName } from '../ui/person-name.tsx';
import { RoleTag } from '../ui/role.tsx';
import { DueMark } from './due-mark.tsx';
import classes from './task-detail.module.css';
import type { TaskView } from './task-view.ts';
import type { TaskActions } from './use-task-actions.ts';

const PlanDialog = lazy(async () => ({ default: (await import('./plan-dialog.tsx')).PlanDialog }));
const DelegateDialog = lazy(async () => ({ default: (await import('./delegate-dialog.tsx')).DelegateDialog }));

export type TaskHeaderProps = {
  readonly task: TaskDetail;
  readonly view: TaskView;
  readonly actions: TaskActions;
  readonly mayWork: boolean;
  readonly isOpen: boolean;
};

export function TaskHeader({ task, view, actions, mayWork, isOpen }: TaskHeaderProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const me = usePrincipal();
  const [isDelegating, dialog] = useDisclosure(false);
  const [isPlanning, plan] = useDisclosure(false);
  const isMine = task.assignee === me.id;
  const mayPlan = isMine || hasRole(me, 'engineer');
  const name = label(task.name);
  return (
    <div className={classes.header}>
      <title>{`${name} – Millrace`}</title>
      <Link to="/inbox" search={view} className={classes.back}>
        <BackIcon size={16} />
        {t('nav.inbox')}
      </Link>
      <div className={classes.titleRow}>
        <h1>
          <bdi>{name}</bdi>
        </h1>
        {isOpen && (mayWork || mayPlan) && (
          <div className={classes.actions}>
            {mayPlan && (
              <Button variant="default" size="xs" leftSection={<ClockIcon size={16} />} onClick={plan.open}>
                {t('plan.open')}
              </Button>
            )}
            {mayWork && task.state === 'offered' && task.barred === undefined && (
              <Button
                variant="light"
                size="xs"
                leftSection={<HandIcon size={16} />}
                loading={actions.take.isPending}
                onClick={() => actions.take.mutate()}
              >
                {t('task.take')}
              </Button>
            )}
            {isMine && mayWork && (
              <Button
                variant="default"
                size="xs"
                leftSection={<ReturnIcon size={16} />}
                loading={actions.giveBack.isPending}
                onClick={() => actions.giveBack.mutate()}
              >
                {t('task.return')}
              </Button>
            )}
            {mayWork && (isMine || task.state === 'offered') && (
              <Button variant="default" size="xs" leftSection={<DelegateIcon size={16} />} onClick={dialog.open}>
                {t('task.delegate')}
              </Button>
            )}
          </div>
        )}
      </div>
      <div className={classes.facts}>
        <RoleTag role={task.role} />
        {task.businessKey !== null && <bdi>{task.businessKey}</bdi>}
        <span>
          {t('task.since')} <Ago at={task.createdAt} />
        </span>
        {isOpen && (
          <span>
            {task.assignee === null && t('task.nobody')}
            {isMine && t('task.you')}
            {task.assignee !== null && !isMine && <PersonName id={task.assignee} />}
          </span>
        )}
        {isOpen && <DueMark dueAt={task.dueAt} />}
        {isOpen && task.followUpAt !== null && <FollowUp at={task.followUpAt} />}
        {isOpen && task.priority !== 0 && <span>{t('plan.urgent', { value: task.priority })}</span>}
      </div>
      {isPlanning && (
        <Suspense>
          <PlanDialog task={task} onClose={plan.close} />
        </Suspense>
      )}
      {isDelegating && (
        <Suspense>
          <DelegateDialog
            role={task.role}
            onClose={dialog.close}
            onDelegate={(to) => {
              dialog.close();
              actions.delegate.mutate(to);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function FollowUp({ at }: { readonly at: string }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return <span title={format.exact(at)}>{t('plan.comesUp', { at: format.relative(at, now) })}</span>;
}
