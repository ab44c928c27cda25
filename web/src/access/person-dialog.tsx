/** Adds a person, or changes one. */
import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addPerson, changePerson, type Person } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';
import classes from './access.module.css';
import { RoleField } from './role-field.tsx';

export type PersonDialogProps = { readonly person: Person | undefined; readonly onClose: () => void };

export function PersonDialog({ person, onClose }: PersonDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(person?.name ?? '');
  const [email, setEmail] = useState(person?.email ?? '');
  const [roles, setRoles] = useState<string[]>(person?.roles ?? []);
  const save = useMutation({
    mutationFn: () => {
      const draft = { name: name.trim(), roles, ...(email.trim() !== '' && { email: email.trim() }) };
      return person === undefined ? addPerson(draft) : changePerson(person.id, draft);
    },
    onSuccess: () => {
      toastDone(t('access.saved', { name: name.trim() }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.people }),
  });
  return (
    <Dialog
      onClose={onClose}
      title={person === undefined ? t('access.addPerson') : t('access.editPerson', { name: person.name })}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          label={t('access.name')}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={t('access.email')}
          description={t('access.emailHint')}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <RoleField roles={roles} onChange={setRoles} description={t('access.rolesHint')} />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
