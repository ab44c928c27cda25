/** Adds a recipient list, or changes who is on one. */
import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  addRecipients,
  changeRecipients,
  KNOWN_ROLES,
  type Member,
  type MemberKind,
  type RecipientList,
} from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { PlusIcon, TrashIcon } from '../app/icons.tsx';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { usePeople } from '../ui/person-name.tsx';
import { useRoleName } from '../ui/role.tsx';
import classes from './access.module.css';

export type RecipientsDialogProps = { readonly list: RecipientList | undefined; readonly onClose: () => void };

const kinds: readonly MemberKind[] = ['address', 'role', 'person'];

export function RecipientsDialog({ list, onClose }: RecipientsDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(list?.name ?? '');
  const [members, setMembers] = useState<readonly Member[]>(list?.members ?? [emptyMember]);
  const filled = members.filter(({ value }) => value.trim() !== '');
  const save = useMutation({
    mutationFn: () =>
      list === undefined ? addRecipients({ name: name.trim(), members: filled }) : changeRecipients(list.name, filled),
    onSuccess: () => {
      toastDone(t('access.saved', { name: name.trim() }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.recipients }),
  });
  const put = (at: number, member: Member): void => setMembers(members.with(at, member));

  return (
    <Dialog
      onClose={onClose}
      isWide
      title={list === undefined ? t('recipients.add') : t('recipients.editNamed', { name: list.name })}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {list === undefined && (
          <TextInput
            label={t('access.name')}
            description={t('recipients.nameHint')}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <ul className={classes.memberFields}>
          {members.map((member, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: members have no identity but their place
            <li key={at} className={classes.memberField}>
              <Select
                aria-label={t('recipients.kind')}
                data={kinds.map((kind) => ({ value: kind, label: t(`recipients.kinds.${kind}`) }))}
                value={member.kind}
                allowDeselect={false}
                onChange={(kind) => put(at, { kind: kinds.find((each) => each === kind) ?? 'address', value: '' })}
              />
              <MemberValue member={member} onChange={(value) => put(at, { ...member, value })} />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t('recipients.remove', { name: member.value })}
                onClick={() => setMembers(members.toSpliced(at, 1))}
              >
                <TrashIcon />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.addMember ?? ''}
          leftSection={<PlusIcon size={16} />}
          onClick={() => setMembers([...members, emptyMember])}
        >
          {t('recipients.addMember')}
        </Button>
        <Group justify="flex-end">
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

const emptyMember: Member = { kind: 'address', value: '' };

type MemberValueProps = { readonly member: Member; readonly onChange: (value: string) => void };

function MemberValue({ member, onChange }: MemberValueProps): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const people = usePeople();
  const label = t(`recipients.kinds.${member.kind}`);
  if (member.kind === 'address') {
    return (
      <TextInput
        type="email"
        aria-label={label}
        placeholder="shift@plant.example"
        value={member.value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  const data =
    member.kind === 'role'
      ? [...new Set([...KNOWN_ROLES, ...(member.value === '' ? [] : [member.value])])].map((role) => ({
          value: role,
          label: roleName(role),
        }))
      : people.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      aria-label={label}
      data={data}
      value={member.value === '' ? null : member.value}
      onChange={(value) => onChange(value ?? '')}
      searchable
    />
  );
}
