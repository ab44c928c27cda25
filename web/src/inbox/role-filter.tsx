/** Shows the tasks of one of my roles; an administrator may look through the eyes of any. */
import { Chip } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePrincipal } from '../app/principal.ts';
import { useRoleName } from '../ui/role.tsx';
import classes from './role-filter.module.css';
import type { TaskView } from './task-view.ts';

const workingRoles = ['operator', 'engineer', 'technologist'];

export function RoleFilter({ view }: { readonly view: TaskView }): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const roleName = useRoleName();
  const navigate = useNavigate();
  const roles = me.roles.includes('administrator')
    ? [...new Set([...workingRoles, ...me.roles.filter((role) => role !== 'administrator')])]
    : me.roles;
  if (roles.length < 2) return null;

  const choose = (role: string): void => {
    const { role: _, ...rest } = view;
    void navigate({ to: '/inbox', search: role === '' ? rest : { ...rest, role }, replace: true });
  };
  return (
    <fieldset className={classes.roles}>
      <legend className="visually-hidden">{t('inbox.role')}</legend>
      <Chip.Group value={view.role ?? ''} onChange={choose}>
        <Chip value="" size="xs" variant="outline">
          {t('inbox.anyRole')}
        </Chip>
        {roles.map((role) => (
          <Chip key={role} value={role} size="xs" variant="outline">
            {roleName(role)}
          </Chip>
        ))}
      </Chip.Group>
    </fieldset>
  );
}
