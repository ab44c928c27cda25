/** Hands a task to a colleague; people with the task's role come first. */
import { Button, Group, Select } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePrincipal } from '../app/principal.ts';
import { Dialog } from '../ui/dialog.tsx';
import { usePeople } from '../ui/person-name.tsx';
import { useRoleName } from '../ui/role.tsx';

export type DelegateDialogProps = {
  readonly role: string;
  readonly onClose: () => void;
  readonly onDelegate: (personId: string) => void;
};

export function DelegateDialog({ role, onClose, onDelegate }: DelegateDialogProps): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const me = usePrincipal();
  const others = usePeople().filter(({ id }) => id !== me.id);
  const [personId, setPersonId] = useState<string | null>(null);
  const option = ({ id, name }: (typeof others)[number]) => ({ value: id, label: name });
  const groups = [
    { group: roleName(role), items: others.filter(({ roles }) => roles.includes(role)).map(option) },
    { group: t('task.otherPeople'), items: others.filter(({ roles }) => !roles.includes(role)).map(option) },
  ].filter(({ items }) => items.length > 0);

  return (
    <Dialog onClose={onClose} title={t('task.delegateTitle')}>
      <Select
        label={t('task.delegateTo')}
        description={t('task.delegateHint')}
        placeholder={t('task.delegatePick')}
        data={groups}
        value={personId}
        onChange={setPersonId}
        searchable
        nothingFoundMessage={t('task.delegateNobody')}
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button disabled={personId === null} onClick={() => personId !== null && onDelegate(personId)}>
          {t('task.delegate')}
        </Button>
      </Group>
    </Dialog>
  );
}
