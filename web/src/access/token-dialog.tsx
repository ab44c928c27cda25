/** Makes a token for a program. */
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CreatedToken, createToken } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { Dialog } from '../ui/dialog.tsx';
import classes from './access.module.css';
import { RoleField } from './role-field.tsx';

export type TokenDialogProps = { readonly onClose: () => void; readonly onCreated: (token: CreatedToken) => void };

const lifetimes = ['1d', '30d', '90d', '365d', 'never'] as const;
type Lifetime = (typeof lifetimes)[number];

export function TokenDialog({ onClose, onCreated }: TokenDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<string[]>([]);
  const [lifetime, setLifetime] = useState<Lifetime>('90d');
  const create = useMutation({
    mutationFn: () => createToken({ name: name.trim(), roles, ...(lifetime !== 'never' && { expiresIn: lifetime }) }),
    onSuccess: onCreated,
    onSettled: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  return (
    <Dialog onClose={onClose} title={t('tokens.add')}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <TextInput
          label={t('access.name')}
          description={t('tokens.nameHint')}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <RoleField roles={roles} onChange={setRoles} description={t('tokens.rolesHint')} />
        <Select
          label={t('tokens.expires')}
          data={lifetimes.map((value) => ({ value, label: t(`tokens.lifetimes.${value}`) }))}
          value={lifetime}
          allowDeselect={false}
          onChange={(value) => setLifetime(lifetimes.find((each) => each === value) ?? '90d')}
        />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || roles.length === 0}>
            {t('tokens.create')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
