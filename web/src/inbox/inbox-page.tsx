/** The inbox: what waits for me on one side, the task I am deciding on the other. New tasks appear by themselves. */
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listTasks } from '../api/tasks.ts';
import { usePrincipal } from '../app/principal.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { usePages } from '../ui/pages.tsx';
import { SplitView } from '../ui/split-view.tsx';
import { TaskDetailView } from './task-detail.tsx';
import { TaskList } from './task-list.tsx';
import { filterOf, isShown, neighbourOf, successorOf, type TaskView } from './task-view.ts';

/** Where list and task stand side by side; the same width as in split-view.module.css. */
const WIDE = '(min-width: 60.01em)';

export function InboxPage(): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const navigate = useNavigate();
  const { taskId } = useParams({ strict: false });
  const view: TaskView = useSearch({ from: '/inbox' });
  const isWide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false });

  const filter = filterOf(view, me.id);
  const answer = usePages(keys.tasks(filter), (page) => listTasks(filter, page), me.roles.length > 0);
  const tasks = { ...answer, data: answer.data?.filter((task) => isShown(view, task)) };
  const items = tasks.data ?? [];
  // The list may still show the task that was just settled.
  const [settledId, setSettledId] = useState<string>();
  const firstId = items.find(({ id }) => id !== settledId)?.id;

  const open = (id: string | undefined, replace = false): void => {
    if (id === undefined) void navigate({ to: '/inbox', search: view, replace });
    else void navigate({ to: '/inbox/$taskId', params: { taskId: id }, search: view, replace });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only an empty place is filled, never a choice replaced
  useEffect(() => {
    if (isWide && taskId === undefined && firstId !== undefined) open(firstId, true);
  }, [isWide, taskId, firstId]);

  const walk = (step: 1 | -1) => () => {
    const next = neighbourOf(items, taskId, step);
    if (next !== undefined) open(next.id, true);
  };
  useHotkeys([
    ['j', walk(1)],
    ['k', walk(-1)],
  ]);

  return (
    <SplitView
      listLabel={t('inbox.list')}
      list={<TaskList tasks={tasks} view={view} selected={taskId} />}
      detailLabel={t('inbox.detail')}
      detail={
        taskId === undefined ? (
          <NothingChosen isEmpty={tasks.data?.length === 0} />
        ) : (
          <TaskDetailView
            key={taskId}
            id={taskId}
            view={view}
            takesFocus={settledId !== undefined}
            onSettled={() => {
              setSettledId(taskId);
              open(isWide ? successorOf(items, taskId)?.id : undefined, true);
            }}
          />
        )
      }
      showsDetail={taskId !== undefined}
    />
  );
}

function NothingChosen({ isEmpty }: { readonly isEmpty: boolean }): ReactNode {
  const { t } = useTranslation();
  return isEmpty ? (
    <EmptyState title={t('inbox.allDone')}>{t('inbox.allDoneText')}</EmptyState>
  ) : (
    <EmptyState title={t('inbox.choose')} />
  );
}
