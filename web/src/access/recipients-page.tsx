/** Recipient lists: definitions name a list, and who is on it is decided here, at any time. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRecipients, type Member, type RecipientList } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { EditIcon, PlusIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Ago } from '../ui/moment.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { RoleTag } from '../ui/role.tsx';
import classes from './access.module.css';
import { AccessPage } from './access-page.tsx';
import { RecipientsDialog } from './recipients-dialog.tsx';

export function RecipientsPage(): ReactNode {
  const { t } = useTranslation();
  const lists = usePages(keys.recipients, listRecipients);
  const [edited, setEdited] = useState<RecipientList | 'new'>();
  const mayEdit = hasRole(usePrincipal(), 'engineer');
  return (
    <AccessPage
      title={t('access.recipients')}
      actions={
        mayEdit && (
          <Button size="xs" leftSection={<PlusIcon size={16} />} onClick={() => setEdited('new')}>
            {t('recipients.add')}
          </Button>
        )
      }
    >
      <p className="quiet">{t('recipients.intro')}</p>
      <Answer to={lists}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={t('recipients.none')}>{t('recipients.noneText')}</EmptyState>
          ) : (
            <div className={classes.lists}>
              {items.map((list) => (
                <ListPanel key={list.name} list={list} {...(mayEdit && { onEdit: () => setEdited(list) })} />
              ))}
            </div>
          )
        }
      </Answer>
      <LoadMore more={lists.more} />
      {edited !== undefined && (
        <RecipientsDialog list={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </AccessPage>
  );
}

function ListPanel({ list, onEdit }: { readonly list: RecipientList; readonly onEdit?: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Panel
      title={list.name}
      actions={
        onEdit && (
          <Button
            variant="default"
            size="xs"
            leftSection={<EditIcon size={15} />}
            aria-label={t('recipients.editNamed', { name: list.name })}
            onClick={onEdit}
          >
            {t('edit')}
          </Button>
        )
      }
    >
      {list.members.length === 0 ? (
        <p className="quiet">{t('recipients.empty')}</p>
      ) : (
        <ul className={classes.members}>
          {list.members.map((member) => (
            <li key={`${member.kind} ${member.value}`}>
              <MemberName member={member} />
            </li>
          ))}
        </ul>
      )}
      <p className={classes.changed}>
        {t('recipients.changed')} <Ago at={list.updatedAt} /> · <PersonName id={list.updatedBy} />
      </p>
    </Panel>
  );
}

function MemberName({ member }: { readonly member: Member }): ReactNode {
  const { t } = useTranslation();
  if (member.kind === 'role') {
    return (
      <>
        <span className="quiet">{t('recipients.everyoneWith')}</span> <RoleTag role={member.value} />
      </>
    );
  }
  return member.kind === 'person' ? <PersonName id={member.value} /> : <bdi>{member.value}</bdi>;
}
