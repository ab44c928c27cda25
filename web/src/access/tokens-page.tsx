/** Tokens for programs. The secret is shown once, when the token is made; afterwards only its hash is kept. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CreatedToken, listTokens, type TokenInfo } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { PlusIcon } from '../app/icons.tsx';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Ago, Moment } from '../ui/moment.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { RoleTag } from '../ui/role.tsx';
import classes from './access.module.css';
import { AccessPage } from './access-page.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { TokenDialog } from './token-dialog.tsx';

export function TokensPage(): ReactNode {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  const [created, setCreated] = useState<CreatedToken>();
  return (
    <AccessPage
      title={t('access.tokens')}
      onlyFor="administrator"
      actions={
        <Button size="xs" leftSection={<PlusIcon size={16} />} onClick={() => setIsAdding(true)}>
          {t('tokens.add')}
        </Button>
      }
    >
      <p className="quiet">{t('tokens.intro')}</p>
      <TokenPanel />
      {isAdding && (
        <TokenDialog
          onClose={() => setIsAdding(false)}
          onCreated={(token) => {
            setIsAdding(false);
            setCreated(token);
          }}
        />
      )}
      {created && (
        <SecretDialog
          title={t('tokens.createdTitle', { name: created.name })}
          text={t('tokens.createdText')}
          secret={created.token}
          onClose={() => setCreated(undefined)}
        />
      )}
    </AccessPage>
  );
}

function TokenPanel(): ReactNode {
  const { t } = useTranslation();
  const tokens = usePages(keys.tokens, listTokens);
  const [revoked, setRevoked] = useState<TokenInfo>();
  const columns = [
    { name: t('access.name') },
    { name: t('access.roles') },
    { name: t('tokens.created') },
    { name: t('tokens.used') },
    { name: t('tokens.expires') },
    { name: t('access.actions'), isHidden: true },
  ];
  return (
    <Panel title={t('access.tokens')} isFlush>
      <Answer to={tokens}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={t('tokens.none')}>{t('tokens.noneText')}</EmptyState>
          ) : (
            <DataTable caption={t('access.tokens')} columns={columns}>
              {items.map((token) => (
                <TokenRow key={token.id} token={token} onRevoke={() => setRevoked(token)} />
              ))}
            </DataTable>
          )
        }
      </Answer>
      <LoadMore more={tokens.more} />
      {revoked && <RevokeDialog token={revoked} onClose={() => setRevoked(undefined)} />}
    </Panel>
  );
}

function TokenRow({ token, onRevoke }: { readonly token: TokenInfo; readonly onRevoke: () => void }): ReactNode {
  const { t } = useTranslation();
  const { name, roles, createdAt, usedAt, expiresAt } = token;
  return (
    <tr>
      <td>
        <bdi>{name}</bdi>
      </td>
      <td>
        <span className={classes.tags}>
          {roles.map((role) => (
            <RoleTag key={role} role={role} />
          ))}
        </span>
      </td>
      <td>
        <Moment at={createdAt} />
      </td>
      <td>{usedAt ? <Ago at={usedAt} /> : t('tokens.never')}</td>
      <td>{expiresAt ? <Moment at={expiresAt} /> : t('tokens.neverExpires')}</td>
      <td data-number>
        <Button
          variant="outline"
          color="danger"
          size="xs"
          aria-label={t('tokens.revokeNamed', { name })}
          onClick={onRevoke}
        >
          {t('tokens.revoke')}
        </Button>
      </td>
    </tr>
  );
}
