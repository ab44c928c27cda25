/** The decision: one button for each outcome, and the comment that some of them need. */
import { Button, Textarea } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskCompletion, TaskDetail } from '../api/tasks.ts';
import { useFormat } from '../i18n/format.ts';
import { useOutcomeAction, type Weight, weightOf } from '../ui/outcome.ts';
import { usePersonName } from '../ui/person-name.tsx';
import { useRoleName } from '../ui/role.tsx';
import { areComplete, changedLimits, type LimitChanges } from './limit-changes.ts';
import classes from './task-detail.module.css';
import type { TaskForm } from './use-task-form.ts';

export type DecisionFormProps = {
  readonly task: TaskDetail;
  readonly mayDecide: boolean;
  readonly isPending: boolean;
  /** Given when the task is to change criteria. */
  readonly limits: LimitChanges | undefined;
  readonly form: TaskForm;
  readonly onDecide: (completion: TaskCompletion) => void;
};

const looks: Readonly<Record<Weight, { readonly variant: string; readonly color?: string }>> = {
  primary: { variant: 'filled' },
  danger: { variant: 'outline', color: 'danger' },
  plain: { variant: 'default' },
};

export function DecisionForm({ task, mayDecide, isPending, limits, form, onDecide }: DecisionFormProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeAction = useOutcomeAction();
  const [comment, setComment] = useState('');
  const [missingFor, setMissingFor] = useState<string>();
  const [chosen, setChosen] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);

  // The notice above says who must do it.
  if (task.barred !== undefined) return null;
  if (!mayDecide) return <NotMine task={task} />;

  const text = comment.trim();
  const decide = (outcome: string): void => {
    if (text === '' && task.commentOn.includes(outcome)) {
      setMissingFor(outcome);
      field.current?.focus();
      return;
    }
    const filledIn = form.answer();
    if (filledIn === undefined) return;
    const criteria = limits === undefined ? [] : changedLimits(limits);
    const variables = { ...filledIn, ...(criteria.length > 0 && { criteria }) };
    setChosen(outcome);
    onDecide({
      outcome,
      ...(text !== '' && { comment: text }),
      ...(Object.keys(variables).length > 0 && { variables }),
    });
  };
  const hint =
    task.commentOn.length === 0
      ? t('task.commentOptional')
      : t('task.commentNeeded', {
          outcomes: format.either(task.commentOn.map((outcome) => `“${outcomeAction(outcome)}”`)),
        });

  return (
    <section className={classes.decision} aria-label={t('task.decision')}>
      <Textarea
        ref={field}
        label={t('task.comment')}
        description={hint}
        placeholder={t('task.commentExample')}
        autosize
        minRows={1}
        maxRows={6}
        value={comment}
        error={
          missingFor !== undefined && text === ''
            ? t('task.commentMissing', { outcome: outcomeAction(missingFor) })
            : null
        }
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        {limits !== undefined && <ChangeCount limits={limits} />}
        {task.outcomes.map((outcome) => (
          <Button
            key={outcome}
            {...looks[weightOf(outcome, task.outcomes)]}
            loading={isPending && chosen === outcome}
            disabled={(isPending && chosen !== outcome) || (limits !== undefined && !areComplete(limits))}
            onClick={() => decide(outcome)}
          >
            {outcomeAction(outcome)}
          </Button>
        ))}
      </div>
    </section>
  );
}

function ChangeCount({ limits }: { readonly limits: LimitChanges }): ReactNode {
  const { t } = useTranslation();
  const count = changedLimits(limits).length;
  return (
    <p className={classes.count} role="status">
      {count === 0 ? t('criteria.noneChanged') : t('criteria.changed', { count })}
    </p>
  );
}

function NotMine({ task }: { readonly task: TaskDetail }): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const personName = usePersonName();
  return (
    <p className={classes.notMine}>
      {task.assignee === null
        ? t('task.forRole', { role: roleName(task.role) })
        : t('task.heldBy', { person: personName(task.assignee) })}
    </p>
  );
}
