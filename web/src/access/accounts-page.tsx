/** Accounts that jobs make. A one-time password is shown once, when somebody asks for it. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, listAccounts, readPassword } from '../api/accounts.ts';
import { keys } from '../api/keys.ts';
import { PlusIcon } from '../app/icons.tsx';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Moment } from '../ui/moment.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { RoleTag } from '../ui/role.tsx';
import classes from './access.module.css';
import { AccessPage } from './access-page.tsx';
import { AccountsDialog } from './accounts-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';

export function AccountsPage(): ReactNode {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  return (
    <AccessPage
      title={t('access.accounts')}
      onlyFor="administrator"
      actions={
        <Button size="xs" leftSection={<PlusIcon size={16} />} onClick={() => setIsAdding(true)}>
          {t('accounts.add')}
        </Button>
      }
    >
      <p className="quiet">{t('accounts.intro')}</p>
      <AccountPanel />
      {isAdding && <AccountsDialog onClose={() => setIsAdding(false)} />}
    </AccessPage>
  );
}

function AccountPanel(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const accounts = usePages(keys.accounts, listAccounts);
  const read = useMutation({
    mutationFn: readPassword,
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: keys.accounts }),
  });
  const columns = [
    { name: t('accounts.account') },
    { name: t('access.roles') },
    { name: t('accounts.state') },
    { name: t('accounts.created') },
    { name: t('accounts.expires') },
    { name: t('access.actions'), isHidden: true },
  ];
  return (
    <Panel title={t('access.accounts')} isFlush>
      <Answer to={accounts}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={t('accounts.none')}>{t('accounts.noneText')}</EmptyState>
          ) : (
            <DataTable caption={t('access.accounts')} columns={columns}>
              {items.map((account) => (
                <AccountRow
                  key={account.id}
                  account={account}
                  isReading={read.isPending}
                  onRead={() => read.mutate(account.id)}
                />
              ))}
            </DataTable>
          )
        }
      </Answer>
      <LoadMore more={accounts.more} />
      {read.data && (
        <SecretDialog
          title={t('accounts.passwordFor', { id: read.data.id })}
          text={t('accounts.passwordText')}
          secret={read.data.password}
          onClose={() => read.reset()}
        />
      )}
    </Panel>
  );
}

type AccountRowProps = { readonly account: Account; readonly isReading: boolean; readonly onRead: () => void };

function AccountRow({ account, isReading, onRead }: AccountRowProps): ReactNode {
  const { t } = useTranslation();
  const { id, name, kind, roles, state } = account;
  return (
    <tr>
      <td>
        <code className={classes.id} dir="ltr">
          {id}
        </code>
        <div className="quiet small">
          {/* The name that a job gives says no more than the id. */}
          {name.toLowerCase() !== id.toLowerCase() && (
            <>
              <bdi>{name}</bdi> ·{' '}
            </>
          )}
          {t(`accounts.kinds.${kind}`)}
        </div>
      </td>
      <td>
        <span className={classes.tags}>
          {roles.map((role) => (
            <RoleTag key={role} role={role} />
          ))}
        </span>
      </td>
      <td>{t(`accounts.states.${state}`)}</td>
      <td>
        <Moment at={account.created_at} />
      </td>
      <td>{account.expires_at ? <Moment at={account.expires_at} /> : t('accounts.neverExpires')}</td>
      <td data-number>
        {state === 'waiting' && (
          <Button
            variant="outline"
            size="xs"
            disabled={isReading}
            aria-label={t('accounts.readNamed', { id })}
            onClick={onRead}
          >
            {t('accounts.read')}
          </Button>
        )}
      </td>
    </tr>
  );
}
