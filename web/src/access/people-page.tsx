/** The people of the plant: who they are, what they may do, and a link to sign in with. */
import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createSignInLink, listPeople, type Person } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { DelegateIcon, EditIcon, LinkIcon, PlusIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { RoleTag } from '../ui/role.tsx';
import classes from './access.module.css';
import { AccessPage } from './access-page.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SubstitutesDialog } from './substitutes-dialog.tsx';

export function PeoplePage(): ReactNode {
  const { t } = useTranslation();
  const people = useQuery({ queryKey: keys.people, queryFn: ({ signal }) => listPeople({ signal }) });
  const [edited, setEdited] = useState<Person | 'new'>();
  const mayEdit = hasRole(usePrincipal(), 'administrator');
  const columns = [
    { name: t('access.name') },
    { name: t('access.email') },
    { name: t('access.roles') },
    ...(mayEdit ? [{ name: t('access.actions'), isHidden: true }] : []),
  ];
  return (
    <AccessPage
      title={t('nav.access')}
      actions={
        mayEdit && (
          <Button size="xs" leftSection={<PlusIcon size={16} />} onClick={() => setEdited('new')}>
            {t('access.addPerson')}
          </Button>
        )
      }
    >
      <Panel title={t('access.people')} isFlush>
        <Answer to={people}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('access.nobody')} />
            ) : (
              <DataTable caption={t('access.people')} columns={columns}>
                {items.map((person) => (
                  <PersonRow key={person.id} person={person} {...(mayEdit && { onEdit: () => setEdited(person) })} />
                ))}
              </DataTable>
            )
          }
        </Answer>
      </Panel>
      {edited !== undefined && (
        <PersonDialog person={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </AccessPage>
  );
}

function PersonRow({ person, onEdit }: { readonly person: Person; readonly onEdit?: () => void }): ReactNode {
  const { name, email, roles } = person;
  return (
    <tr>
      <td>
        <bdi>{name}</bdi>
      </td>
      <td>
        <bdi>{email || '–'}</bdi>
      </td>
      <td>
        <span className={classes.tags}>
          {roles.map((role) => (
            <RoleTag key={role} role={role} />
          ))}
        </span>
      </td>
      {onEdit && (
        <td>
          <PersonActions person={person} onEdit={onEdit} />
        </td>
      )}
    </tr>
  );
}

function PersonActions({ person, onEdit }: { readonly person: Person; readonly onEdit: () => void }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, name } = person;
  const [showsSubstitutes, setShowsSubstitutes] = useState(false);
  const link = useMutation({ mutationFn: () => createSignInLink(id) });
  return (
    <>
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button
          variant="default"
          size="xs"
          leftSection={<DelegateIcon size={15} />}
          aria-label={t('substitutes.openFor', { name })}
          onClick={() => setShowsSubstitutes(true)}
        >
          {t('substitutes.short')}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<LinkIcon size={15} />}
          loading={link.isPending}
          aria-label={t('access.signInLinkFor', { name })}
          onClick={() => link.mutate()}
        >
          {t('access.signInLink')}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<EditIcon size={15} />}
          aria-label={t('access.editPerson', { name })}
          onClick={onEdit}
        >
          {t('edit')}
        </Button>
      </Group>
      {showsSubstitutes && <SubstitutesDialog person={person} onClose={() => setShowsSubstitutes(false)} />}
      {link.data && (
        <SecretDialog
          title={t('access.signInLinkFor', { name })}
          text={t('access.signInLinkText', { name, at: format.moment(link.data.expiresAt) })}
          secret={link.data.url}
          onClose={link.reset}
        />
      )}
    </>
  );
}
