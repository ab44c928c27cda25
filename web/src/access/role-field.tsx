/** Roles to choose from: the well-known ones by a click, a plant's own by name. */
import { Chip, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KNOWN_ROLES } from '../api/access.ts';
import { useRoleName } from '../ui/role.tsx';
import classes from './access.module.css';

export type RoleFieldProps = {
  readonly roles: readonly string[];
  readonly onChange: (roles: string[]) => void;
  readonly description: string;
};

const isKnown = (role: string): boolean => (KNOWN_ROLES as readonly string[]).includes(role);

export function RoleField({ roles, onChange, description }: RoleFieldProps): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const [own, setOwn] = useState(roles.filter((role) => !isKnown(role)).join(', '));
  const known = roles.filter(isKnown);
  const change = (chosen: readonly string[], text: string): void => {
    const named = text.split(/[\s,]+/).filter((role) => role !== '');
    onChange([...new Set([...chosen, ...named])]);
  };
  return (
    <>
      <fieldset className={classes.roles}>
        <legend>{t('access.roles')}</legend>
        <p className="quiet small">{description}</p>
        <Chip.Group multiple value={known} onChange={(chosen) => change(chosen, own)}>
          <span className={classes.tags}>
            {KNOWN_ROLES.map((role) => (
              <Chip key={role} value={role} size="xs" variant="outline">
                {roleName(role)}
              </Chip>
            ))}
          </span>
        </Chip.Group>
      </fieldset>
      <TextInput
        label={t('access.ownRoles')}
        description={t('access.ownRolesHint')}
        value={own}
        onChange={(event) => {
          setOwn(event.currentTarget.value);
          change(known, event.currentTarget.value);
        }}
      />
    </>
  );
}
