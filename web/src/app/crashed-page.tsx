/** A defect of the user interface itself; the rest of Millrace goes on. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './root.module.css';

export function CrashedPage({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useTranslation();
  return (
    <main className={classes.alone}>
      <title>Millrace</title>
      <div className={classes.card}>
        <h1>{t('crashed.title')}</h1>
        <p className="quiet">{t('crashed.explanation')}</p>
        <code className={classes.command}>{error instanceof Error ? error.message : String(error)}</code>
        <Button mt="md" onClick={() => location.reload()}>
          {t('crashed.reload')}
        </Button>
      </div>
    </main>
  );
}
