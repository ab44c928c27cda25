/** Who I am, what I may do, and the way out. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { Dropdown, DropdownItem } from '../ui/dropdown.tsx';
import { useRoleName } from '../ui/role.tsx';
import { DelegateIcon, SignOutIcon } from './icons.tsx';
import { usePrincipal } from './principal.ts';
import classes from './user-menu.module.css';

const SubstitutesDialog = lazy(async () => ({
  default: (await import('../access/substitutes-dialog.tsx')).SubstitutesDialog,
}));

export function UserMenu(): ReactNode {
  const { t } = useTranslation();
  const [isAway, setIsAway] = useState(false);
  const me = usePrincipal();
  const format = useFormat();
  const roleName = useRoleName();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => client.resetQueries({ queryKey: keys.me }),
  });
  const roles = me.roles.length === 0 ? t('shell.noRoles') : format.list(me.roles.map(roleName));
  const button = (
    <>
      <span className={classes.initials} aria-hidden="true">
        {initialsOf(me.name)}
      </span>
      <span className={classes.who}>
        <bdi className={classes.name}>{me.name}</bdi>
        <span className={classes.roles}>{roles}</span>
      </span>
    </>
  );
  return (
    <>
      <Dropdown label={me.name} button={button}>
        {(close) => (
          <>
            <div className={classes.about}>
              <bdi className={classes.name}>{me.name}</bdi>
              <p className="quiet small">{roles}</p>
            </div>
            {me.auth !== 'off' && (
              <DropdownItem
                onClick={() => {
                  close();
                  setIsAway(true);
                }}
              >
                {t('substitutes.open')}
                <DelegateIcon size={16} />
              </DropdownItem>
            )}
            <DropdownItem isDisabled={me.auth === 'off' || leave.isPending} onClick={() => leave.mutate()}>
              {t('shell.signOut')}
              <SignOutIcon size={16} />
            </DropdownItem>
          </>
        )}
      </Dropdown>
      {isAway && (
        <Suspense>
          <SubstitutesDialog person={me} onClose={() => setIsAway(false)} />
        </Suspense>
      )}
    </>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
