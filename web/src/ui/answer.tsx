/** The three faces of a question to the server: waiting, refused, answered. */
import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './answer.module.css';
import { ProblemPanel } from './problem-panel.tsx';

type Question<T> = {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
};

export type AnswerProps<T> = {
  readonly to: Question<T>;
  /** How many lines to hint at while waiting. */
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
};

/** What was answered once stays on the page while a later question fails; the header says that it may be old. */
export function Answer<T>({ to: question, lines = 4, children }: AnswerProps<T>): ReactNode {
  const { t } = useTranslation();
  if (question.data !== undefined) return children(question.data);
  if (question.error) return <ProblemPanel error={question.error} onRetry={() => void question.refetch()} />;
  return (
    <div className={classes.waiting} role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <Skeleton key={line} height={16} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  );
}
