/** One task: what it is about, what happened, the evidence, and the decision. */
import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { readTask, type TaskDetail } from '../api/tasks.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { EvidenceCharts } from '../evidence/evidence-charts.tsx';
import { FiringTable } from '../evidence/firing-table.tsx';
import { WhatHappened } from '../evidence/what-happened.tsx';
import { Answer } from '../ui/answer.tsx';
import { Panel } from '../ui/panel.tsx';
import { VariableFacts } from '../ui/variable-facts.tsx';
import { DecisionForm } from './decision-form.tsx';
import { EarlierDecisions } from './earlier-decisions.tsx';
import { noLimitChanges, proposedLimits, withLimitChange } from './limit-changes.ts';
import { SettledNotice } from './settled-notice.tsx';
import { StandingNotice } from './standing-marks.tsx';
import classes from './task-detail.module.css';
import { TaskHeader } from './task-header.tsx';
import type { TaskView } from './task-view.ts';
import { useTaskActions } from './use-task-actions.ts';
import { useTaskForm } from './use-task-form.ts';

const CriteriaForm = lazy(async () => ({ default: (await import('./criteria-form.tsx')).CriteriaForm }));
const TaskFormPanel = lazy(async () => ({ default: (await import('./task-form.tsx')).TaskFormPanel }));

export type TaskDetailViewProps = {
  readonly id: string;
  readonly view: TaskView;
  /** The task came up by itself after another one was settled, whose buttons had the focus. */
  readonly takesFocus: boolean;
  readonly onSettled: () => void;
};

export function TaskDetailView({ id, view, takesFocus, onSettled }: TaskDetailViewProps): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) frame.current?.focus();
  }, [takesFocus]);
  const task = useQuery({ queryKey: keys.task(id), queryFn: ({ signal }) => readTask(id, signal) });
  return (
    <div ref={frame} className={classes.detail} tabIndex={-1}>
      <Answer to={task} lines={10}>
        {(data) => <OpenTask task={data} view={view} onSettled={onSettled} />}
      </Answer>
    </div>
  );
}

type OpenTaskProps = Pick<TaskDetailViewProps, 'view' | 'onSettled'> & { readonly task: TaskDetail };

function OpenTask({ task, view, onSettled }: OpenTaskProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const actions = useTaskActions(task, onSettled);
  const [limits, setLimits] = useState(noLimitChanges);
  const form = useTaskForm(task);
  const isOpen = task.state === 'offered' || task.state === 'taken';
  const mayWork = hasRole(me, task.role) || task.assignee === me.id;
  const isHeldByOther = task.assignee !== null && task.assignee !== me.id;
  const isBarred = task.barred !== undefined;
  const mayDecide =
    isOpen &&
    !isBarred &&
    (task.onBehalfOf !== undefined || (mayWork && (!isHeldByOther || hasRole(me, 'administrator'))));

  useHotkeys([
    [
      't',
      () => {
        if (task.state === 'offered' && mayWork && !isBarred && !actions.take.isPending) actions.take.mutate();
      },
    ],
  ]);

  const proposals = useMemo(() => proposedLimits(limits), [limits]);
  return (
    <>
      <TaskHeader task={task} view={view} actions={actions} mayWork={mayWork} isOpen={isOpen} />
      {isOpen && <StandingNotice task={task} />}
      {!isOpen && <SettledNotice task={task} isMyLoss={actions.lostTo !== undefined} />}
      <Panel title={t('task.happened')}>
        {task.evidence.length > 0 ? <WhatHappened evidence={task.evidence} /> : <p>{t('task.noEvidence')}</p>}
        <EarlierDecisions instance={task.instance} definition={task.definition} />
        <p className={classes.more}>
          <Link to="/processes/instances/$instanceId" params={{ instanceId: task.instance }}>
            {t('task.wholeStory')}
          </Link>
        </p>
      </Panel>
      {task.evidence.length > 0 && (
        <Panel title={t('task.evidence')}>
          <EvidenceCharts evidence={task.evidence} proposals={proposals} />
        </Panel>
      )}
      {task.form === 'criteria' && isOpen && (
        <Suspense>
          <CriteriaForm
            evidence={task.evidence}
            changes={limits}
            onChange={(change) => setLimits((current) => withLimitChange(current, change))}
            isDisabled={!mayDecide}
          />
        </Suspense>
      )}
      {task.evidence.length > 0 && (
        <Panel title={t('task.figures')} isFlush>
          <FiringTable evidence={task.evidence} />
        </Panel>
      )}
      <VariableFacts variables={task.variables} />
      {form.fields.length > 0 && isOpen && (
        <Suspense>
          <TaskFormPanel form={form} isDisabled={!mayDecide} />
        </Suspense>
      )}
      {isOpen && (
        <DecisionForm
          task={task}
          mayDecide={mayDecide}
          isPending={actions.complete.isPending}
          limits={task.form === 'criteria' ? limits : undefined}
          form={form}
          onDecide={(completion) => actions.complete.mutate(completion, { onError: form.refuse })}
        />
      )}
    </>
  );
}
