/** Signs in with the one-time password of an account. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInWith } from '../api/accounts.ts';
import { isProblem } from '../api/http.ts';
import { keys } from '../api/keys.ts';
import classes from './root.module.css';

export function PasswordForm(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => signInWith(account.trim(), password),
    gcTime: 0,
    meta: { showsOwnErrors: true },
    onSuccess: () => client.resetQueries({ queryKey: keys.me }),
  });
  const problem = signIn.error;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <TextInput
        label={t('signIn.account')}
        autoComplete="username"
        required
        value={account}
        onChange={(event) => setAccount(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('signIn.password')}
        autoComplete="one-time-code"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={problem && (isProblem(problem, 'access.password-refused') ? t('signIn.refused') : problem.message)}
      />
      <Button type="submit" loading={signIn.isPending} disabled={account.trim() === '' || password === ''}>
        {t('signIn.withPassword')}
      </Button>
    </form>
  );
}
