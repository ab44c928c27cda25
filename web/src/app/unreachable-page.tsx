/** The server did not answer when the page was opened. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MillraceMark } from './millrace-mark.tsx';
import { textOfProblem } from './problem-toast.tsx';
import classes from './root.module.css';

export type UnreachablePageProps = { readonly error: unknown; readonly onRetry: () => void };

export function UnreachablePage({ error, onRetry }: UnreachablePageProps): ReactNode {
  const { t } = useTranslation();
  const { detail, action } = textOfProblem(error);
  return (
    <main className={classes.alone}>
      <title>Millrace</title>
      <div className={classes.card}>
        <p className={classes.brand}>
          <MillraceMark /> Millrace
        </p>
        <h1>{detail}</h1>
        <p className="quiet">{action}</p>
        <Button mt="md" onClick={onRetry}>
          {t('retry')}
        </Button>
      </div>
    </main>
  );
}
