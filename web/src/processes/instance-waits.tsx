/** What an instance waits for right now: people's tasks with a link, everything else in words. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import type { Instance, TokenView } from '../api/processes.ts';
import { readTask } from '../api/tasks.ts';
import type { Steps } from '../history/steps.ts';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { RoleTag } from '../ui/role.tsx';
import classes from './processes.module.css';

export type InstanceWaitsProps = { readonly instance: Instance; readonly steps: Steps };

export function InstanceWaits({ instance, steps }: InstanceWaitsProps): ReactNode {
  const { t } = useTranslation();
  const waits = instance.tokens.filter(({ waitsFor }) => waitsFor !== 'scope' && waitsFor !== 'help');
  if (waits.length === 0) return null;
  return (
    <Panel title={t('instance.waits')}>
      <ul className={classes.tasks}>
        {waits.map((token) => (
          <li key={token.id} className={classes.task}>
            <Wait token={token} name={steps.nameOf(token.node)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Wait({ token, name }: { readonly token: TokenView; readonly name: string }): ReactNode {
  const { t } = useTranslation();
  if (token.task && token.waitsFor === 'task') return <TaskWait id={token.task} name={name} />;
  return (
    <>
      <bdi>{name}</bdi>
      <span className="quiet">
        {t(`waits.${token.waitsFor}`)} {token.message && <bdi>{token.message}</bdi>}
      </span>
      {token.called && (
        <Link to="/processes/instances/$instanceId" params={{ instanceId: token.called }}>
          <bdi>{token.called}</bdi>
        </Link>
      )}
    </>
  );
}

function TaskWait({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const { t } = useTranslation();
  const task = useQuery({ queryKey: keys.task(id), queryFn: ({ signal }) => readTask(id, signal) });
  return (
    <>
      <Link to="/inbox/$taskId" params={{ taskId: id }}>
        <bdi>{name}</bdi>
      </Link>
      {task.data && <RoleTag role={task.data.role} />}
      {task.data && (
        <span className="quiet">
          {task.data.assignee === null ? t('task.nobody') : <PersonName id={task.data.assignee} />}
        </span>
      )}
    </>
  );
}
