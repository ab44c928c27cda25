/** The list of the inbox: filters on top, one row for each task, keys at the foot. */
import { Button, Kbd, SegmentedControl } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '../api/tasks.ts';
import { usePrincipal } from '../app/principal.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Ago } from '../ui/moment.tsx';
import { useNow } from '../ui/now.ts';
import { LoadMore, type Pages } from '../ui/pages.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { RoleTag } from '../ui/role.tsx';
import { DueMark } from './due-mark.tsx';
import { RoleFilter } from './role-filter.tsx';
import { SeveralAnswers } from './several-answers.tsx';
import { isChoosable } from './several-tasks.ts';
import { StandingMarks } from './standing-marks.tsx';
import classes from './task-list.module.css';
import { TaskTools } from './task-tools.tsx';
import { dueStateOf, filterCountOf, SHOWS, type Show, type TaskView } from './task-view.ts';

export type TaskListProps = {
  readonly tasks: Pages<Task>;
  readonly view: TaskView;
  readonly selected: string | undefined;
};

export function TaskList({ tasks, view, selected }: TaskListProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = usePrincipal();
  /** Undefined while one task is answered at a time. */
  const [chosen, setChosen] = useState<readonly Task[]>();
  // What is no longer in sight is not answered by mistake.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the other list that empties the choice
  useEffect(() => setChosen((all) => all && []), [view.show, view.role, view.process, view.variable]);
  const toggle = (task: Task): void =>
    setChosen((all = []) =>
      all.some(({ id }) => id === task.id) ? all.filter(({ id }) => id !== task.id) : [...all, task],
    );
  const show = (next: Show): void =>
    void navigate({ to: '/inbox', search: { ...view, show: next } as TaskView, replace: true });
  return (
    <>
      {selected === undefined && <title>{`${t('nav.inbox')} – Millrace`}</title>}
      <div className={classes.head}>
        {selected === undefined ? <h1>{t('nav.inbox')}</h1> : <p className={classes.heading}>{t('nav.inbox')}</p>}
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('inbox.show')}
          value={view.show ?? 'all'}
          onChange={(value) => show(value as Show)}
          data={SHOWS.map((value) => ({ value, label: t(`inbox.shows.${value}`) }))}
        />
        <RoleFilter view={view} />
        <TaskTools view={view} />
        {chosen === undefined && (tasks.data?.length ?? 0) > 1 && (
          <Button size="compact-xs" variant="subtle" onClick={() => setChosen([])}>
            {t('several.start')}
          </Button>
        )}
      </div>
      <div className={classes.rows}>
        <Answer to={me.roles.length === 0 ? nothing : tasks} lines={8}>
          {(items) =>
            items.length === 0 ? (
              <NoTasks view={view} />
            ) : (
              <>
                <ul>
                  {items.map((task) => (
                    <li key={task.id} className={chosen === undefined ? undefined : classes.choosable}>
                      {chosen !== undefined && <Choice task={task} chosen={chosen} onToggle={toggle} />}
                      <TaskRow task={task} view={view} isSelected={task.id === selected} />
                    </li>
                  ))}
                </ul>
                <LoadMore more={tasks.more} />
              </>
            )
          }
        </Answer>
      </div>
      {chosen !== undefined && (
        <SeveralAnswers chosen={chosen} onAnswered={() => setChosen([])} onClose={() => setChosen(undefined)} />
      )}
      <p className={classes.keys}>
        <Kbd size="xs">j</Kbd> <Kbd size="xs">k</Kbd> {t('inbox.keyMove')} · <Kbd size="xs">t</Kbd> {t('inbox.keyTake')}
      </p>
    </>
  );
}

type ChoiceProps = {
  readonly task: Task;
  readonly chosen: readonly Task[];
  readonly onToggle: (task: Task) => void;
};

function Choice({ task, chosen, onToggle }: ChoiceProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const me = usePrincipal();
  const isChosen = chosen.some(({ id }) => id === task.id);
  return (
    <input
      type="checkbox"
      aria-label={t('several.choose', { name: [label(task.name), task.businessKey ?? ''].join(' ').trim() })}
      checked={isChosen}
      disabled={!isChosen && !isChoosable(task, chosen, me.id)}
      onChange={() => onToggle(task)}
    />
  );
}

/** Without a role nothing can be offered, and the server would refuse the question. */
const nothing = { data: [], error: null, refetch: () => undefined };

type TaskRowProps = { readonly task: Task; readonly view: TaskView; readonly isSelected: boolean };

function TaskRow({ task, view, isSelected }: TaskRowProps): ReactNode {
  const label = useLabel();
  const me = usePrincipal();
  const now = useNow();
  const { t } = useTranslation();
  const row = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <Link
      ref={row}
      to="/inbox/$taskId"
      params={{ taskId: task.id }}
      search={view}
      className={classes.row}
      data-selected={isSelected}
      data-due={dueStateOf(task, now)}
      aria-current={isSelected ? 'true' : undefined}
    >
      <span className={classes.name}>
        <bdi>{label(task.name)}</bdi>
      </span>
      <span className={classes.age}>
        <Ago at={task.createdAt} />
      </span>
      <span className={classes.about}>
        {task.businessKey !== null && <bdi className={classes.key}>{task.businessKey}</bdi>}
        <RoleTag role={task.role} />
        {task.assignee !== null && (
          <span className={classes.holder}>
            {task.assignee === me.id ? t('inbox.mine') : <PersonName id={task.assignee} />}
          </span>
        )}
      </span>
      <span className={classes.marks}>
        <StandingMarks task={task} />
        <DueMark dueAt={task.dueAt} />
      </span>
    </Link>
  );
}

function NoTasks({ view }: { readonly view: TaskView }): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  if (filterCountOf(view) > 0)
    return <EmptyState title={t('inboxFilters.none')}>{t('inboxFilters.noneText')}</EmptyState>;
  if (view.show === 'mine') return <EmptyState title={t('inbox.noneMine')}>{t('inbox.noneMineText')}</EmptyState>;
  if (me.roles.length === 0) return <EmptyState title={t('inbox.noRoles')}>{t('inbox.noRolesText')}</EmptyState>;
  return <EmptyState title={t('inbox.allDone')}>{t('inbox.allDoneText')}</EmptyState>;
}
