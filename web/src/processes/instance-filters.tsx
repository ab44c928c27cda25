/** By what the list of instances is filtered; the address keeps it. */
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { INSTANCE_STATUSES, type InstanceFilter } from '../api/processes.ts';
import { useDefinitionChoices, useVersionChoices } from './definition-choices.ts';
import classes from './processes.module.css';

const TYPING_MS = 300;
const STATES = ['active', 'suspended', 'completed', 'cancelled'] as const;

export function InstanceFilters(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/processes/instances' });
  const [businessKey, setBusinessKey] = useState(search.businessKey ?? '');
  const definitions = useDefinitionChoices();
  const versions = useVersionChoices(search.definition);
  const change = (part: InstanceFilter): void =>
    void navigate({ to: '/processes/instances', search: { ...search, ...part } as InstanceFilter, replace: true });
  const changeKey = useDebouncedCallback(
    (value: string) => change({ businessKey: value.trim() || undefined }),
    TYPING_MS,
  );
  const any = { placeholder: t('instances.any'), clearable: true, clearButtonProps: { 'aria-label': t('clear') } };
  return (
    <search className={classes.filters}>
      <TextInput
        label={t('instances.businessKey')}
        placeholder={t('instances.businessKeyExample')}
        value={businessKey}
        onChange={(event) => {
          setBusinessKey(event.currentTarget.value);
          changeKey(event.currentTarget.value);
        }}
      />
      <Select
        {...any}
        label={t('instances.process')}
        data={definitions}
        value={search.definition ?? null}
        onChange={(definition) => change({ definition: definition ?? undefined, version: undefined })}
      />
      {search.definition !== undefined && (
        <Select
          {...any}
          className={classes.short}
          label={t('instanceFilters.version')}
          data={versions}
          value={search.version === undefined ? null : String(search.version)}
          onChange={(version) => change({ version: version === null ? undefined : Number(version) })}
        />
      )}
      <Select
        {...any}
        label={t('instances.status')}
        data={STATES.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={search.suspended ? 'suspended' : (search.status ?? null)}
        onChange={(state) =>
          change({
            status: INSTANCE_STATUSES.find((each) => each === state),
            suspended: state === 'suspended' ? true : undefined,
          })
        }
      />
      {Object.keys(search).length > 0 && (
        <Button
          variant="subtle"
          onClick={() => {
            setBusinessKey('');
            void navigate({ to: '/processes/instances', search: {}, replace: true });
          }}
        >
          {t('instances.clearFilters')}
        </Button>
      )}
    </search>
  );
}
