/** The task is over: who decided what, and when. Also the answer to somebody whose own decision came too late. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskDetail } from '../api/tasks.ts';
import { useFormat } from '../i18n/format.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { usePersonName } from '../ui/person-name.tsx';
import classes from './task-detail.module.css';

export type SettledNoticeProps = { readonly task: TaskDetail; readonly isMyLoss: boolean };

export function SettledNotice({ task, isMyLoss }: SettledNoticeProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const outcomeName = useOutcomeName();
  const personName = usePersonName();
  const { outcome, settledBy, settledAt, comment, state } = task;
  const text =
    state === 'cancelled' || outcome === null
      ? t('task.cancelled')
      : t('task.settled', {
          person: personName(settledBy),
          outcome: outcomeName(outcome),
          at: settledAt === null ? '' : format.moment(settledAt),
        });
  return (
    <div className={classes.settled} data-loss={isMyLoss} role="status">
      {isMyLoss && <p className={classes.loss}>{t('task.tooLate')}</p>}
      <p>{text}</p>
      {comment !== null && comment !== '' && (
        <blockquote className={classes.quote}>
          <bdi>{comment}</bdi>
        </blockquote>
      )}
    </div>
  );
}
