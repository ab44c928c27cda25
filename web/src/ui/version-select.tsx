/** Chooses among the versions of something that is deployed. */
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format.ts';

export type VersionSelectProps = {
  readonly versions: readonly { readonly version: number; readonly deployedAt: string }[];
  readonly version: number;
  readonly onChoose: (version: number) => void;
};

export function VersionSelect({ versions, version, onChoose }: VersionSelectProps): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const data = versions.map((each) => ({
    value: String(each.version),
    label: t('processes.versionFrom', { version: each.version, at: format.moment(each.deployedAt) }),
  }));
  return (
    <Select
      aria-label={t('processes.version')}
      data={data}
      value={String(version)}
      allowDeselect={false}
      onChange={(value) => value !== null && onChoose(Number(value))}
    />
  );
}
