/** Roles to choose from: the well-known ones, and any name a plant types. */
import { TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KNOWN_ROLES } from '../api/access.ts';

export type RoleFieldProps = {
  readonly roles: readonly string[];
  readonly onChange: (roles: string[]) => void;
  readonly description?: string;
};

export function RoleField({ roles, onChange, description }: RoleFieldProps): ReactNode {
  const { t } = useTranslation();
  return (
    <TagsInput
      label={t('access.roles')}
      {...(description !== undefined && { description })}
      data={[...KNOWN_ROLES]}
      value={[...roles]}
      onChange={onChange}
      clearable
      clearButtonProps={{ 'aria-label': t('clear') }}
    />
  );
}
