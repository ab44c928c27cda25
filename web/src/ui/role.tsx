/** Roles by name and colour; a role that a plant added keeps its own name and the neutral colour. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './role.module.css';

const known = ['operator', 'engineer', 'technologist', 'administrator', 'worker', 'device'] as const;
type KnownRole = (typeof known)[number];

const isKnown = (role: string): role is KnownRole => (known as readonly string[]).includes(role);

export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return (role) => (isKnown(role) ? t(`role.${role}`) : role);
}

export function RoleTag({ role }: { readonly role: string }): ReactNode {
  const roleName = useRoleName();
  return (
    <span className={classes.role} data-role={isKnown(role) ? role : 'other'}>
      <bdi>{roleName(role)}</bdi>
    </span>
  );
}
