/** Asks for accounts; a job makes them. */
import { Button, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { generateAccounts } from '../api/accounts.ts';
import { keys } from '../api/keys.ts';
import { Dialog } from '../ui/dialog.tsx';
import classes from './access.module.css';

export type AccountsDialogProps = { readonly onClose: () => void };

/** As the server takes them. */
const MOST = 100;
const lifetimes = ['1d', '7d', '30d', '90d'] as const;
const kinds = ['person', 'service'] as const;

export function AccountsDialog({ onClose }: AccountsDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [count, setCount] = useState(1);
  const [role, setRole] = useState('operator');
  const [kind, setKind] = useState<(typeof kinds)[number]>('person');
  const [lifetime, setLifetime] = useState<(typeof lifetimes)[number]>('7d');
  const generate = useMutation({
    mutationFn: () => generateAccounts({ count, role: role.trim(), kind, expires_in: lifetime }),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: keys.accounts }),
  });
  return (
    <Dialog onClose={onClose} title={t('accounts.add')}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          generate.mutate();
        }}
      >
        <NumberInput
          label={t('accounts.count')}
          min={1}
          max={MOST}
          allowDecimal={false}
          required
          value={count}
          onChange={(value) => setCount(Number(value))}
          data-autofocus
        />
        <TextInput
          label={t('accounts.role')}
          description={t('accounts.roleHint')}
          required
          value={role}
          onChange={(event) => setRole(event.currentTarget.value)}
        />
        <Select
          label={t('accounts.kind')}
          data={kinds.map((value) => ({ value, label: t(`accounts.kinds.${value}`) }))}
          value={kind}
          allowDeselect={false}
          onChange={(value) => setKind(kinds.find((each) => each === value) ?? 'person')}
        />
        <Select
          label={t('accounts.expires')}
          description={t('accounts.expiresHint')}
          data={lifetimes.map((value) => ({ value, label: t(`accounts.lifetimes.${value}`) }))}
          value={lifetime}
          allowDeselect={false}
          onChange={(value) => setLifetime(lifetimes.find((each) => each === value) ?? '7d')}
        />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={generate.isPending} disabled={count < 1 || count > MOST || role.trim() === ''}>
            {t('accounts.generate')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
