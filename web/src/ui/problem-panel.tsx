/** A part of a page that could not be loaded: what happened, what to do, and another try. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertIcon } from '../app/icons.tsx';
import { textOfProblem } from '../app/problem-toast.tsx';
import classes from './problem-panel.module.css';

export type ProblemPanelProps = { readonly error: unknown; readonly onRetry?: () => void };

export function ProblemPanel({ error, onRetry }: ProblemPanelProps): ReactNode {
  const { t } = useTranslation();
  const { detail, action } = textOfProblem(error);
  return (
    <div className={classes.problem} role="alert">
      <AlertIcon size={20} />
      <div className={classes.text}>
        <p className={classes.detail}>{detail}</p>
        {action !== '' && <p>{action}</p>}
      </div>
      {onRetry && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
