/** Who I am, what I may do, and the way out. */
import { Menu, UnstyledButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { useRoleName } from '../ui/role.tsx';
import { SignOutIcon } from './icons.tsx';
import { usePrincipal } from './principal.ts';
import classes from './user-menu.module.css';

export function UserMenu(): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const format = useFormat();
  const roleName = useRoleName();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => client.resetQueries({ queryKey: keys.me }),
  });
  const roles = me.roles.length === 0 ? t('shell.noRoles') : format.list(me.roles.map(roleName));
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.user ?? ''}>
          <span className={classes.initials} aria-hidden="true">
            {initialsOf(me.name)}
          </span>
          <span className={classes.who}>
            <bdi className={classes.name}>{me.name}</bdi>
            <span className={classes.roles}>{roles}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{me.name}</bdi> · {roles}
        </Menu.Label>
        <Menu.Item leftSection={<SignOutIcon size={16} />} disabled={me.auth === 'off'} onClick={() => leave.mutate()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
