/** Nobody is signed in: this page takes the one-time password of a new account, and says where a sign-in link comes from. */
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { MillraceMark } from './millrace-mark.tsx';
import { PasswordForm } from './password-form.tsx';
import { LanguageMenu, SchemeSwitch } from './preferences.tsx';
import classes from './root.module.css';

export function SignedOutPage(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <main className={classes.alone}>
      <title>{`${t('signIn.title')} – Millrace`}</title>
      <div className={classes.card}>
        <p className={classes.brand}>
          <MillraceMark /> Millrace
        </p>
        <h1>{t('signIn.title')}</h1>
        <p className="quiet">{t('signIn.intro')}</p>
        <ol className={classes.steps}>
          <li>
            <span className={classes.number}>1</span>
            <span>{t('signIn.first')}</span>
          </li>
          <li>
            <span className={classes.number}>2</span>
            <span>
              {t('signIn.again')}
              <code className={classes.command}>millrace sign-in</code>
            </span>
          </li>
          <li>
            <span className={classes.number}>3</span>
            <span>{t('signIn.colleague')}</span>
          </li>
        </ol>
        <Button variant="default" onClick={() => void client.resetQueries({ queryKey: keys.me })}>
          {t('signIn.done')}
        </Button>
        <details className={classes.details}>
          <summary>{t('signIn.newAccount')}</summary>
          <PasswordForm />
        </details>
        <div className={classes.preferences}>
          <LanguageMenu />
          <SchemeSwitch />
        </div>
      </div>
    </main>
  );
}
