/** Instances of all definitions, newest first. The filters live in the address. */
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import {
  INSTANCE_STATUSES,
  type InstanceFilter,
  type InstanceSummary,
  listDefinitions,
  listInstances,
} from '../api/processes.ts';
import { useSteps } from '../history/steps.ts';
import { useFormat } from '../i18n/format.ts';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { StatusPill } from './instance-status.tsx';
import { ProcessTabs } from './process-tabs.tsx';
import classes from './processes.module.css';

const TYPING_MS = 300;

export function InstancesPage(): ReactNode {
  const { t } = useTranslation();
  const filter: InstanceFilter = useSearch({ from: '/processes/instances' });
  const instances = usePages(keys.instances(filter), (page) => listInstances(filter, page));
  const columns = [
    { name: t('instances.instance') },
    { name: t('instances.process') },
    { name: t('instances.status') },
    { name: t('instances.at') },
    { name: t('instances.started') },
    { name: t('instances.ended') },
  ];
  return (
    <Page>
      <PageHeader title={t('processes.instances')} />
      <ProcessTabs />
      <Filters />
      <Panel title={t('instances.title')} isFlush>
        <Answer to={instances} lines={8}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title={t('instances.none')}>{t('instances.noneText')}</EmptyState>
            ) : (
              <DataTable caption={t('instances.title')} columns={columns}>
                {items.map((instance) => (
                  <InstanceRow key={instance.id} instance={instance} />
                ))}
              </DataTable>
            )
          }
        </Answer>
        <LoadMore more={instances.more} />
      </Panel>
    </Page>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const navigate = useNavigate();
  const search = useSearch({ from: '/processes/instances' });
  const [businessKey, setBusinessKey] = useState(search.businessKey ?? '');
  const definitions = useQuery({
    queryKey: [...keys.definitions, 'names'],
    queryFn: ({ signal }) => listDefinitions({ signal }),
    select: ({ items }) => items.map(({ key, name }) => ({ value: key, label: label(name) || key })),
  });
  const change = (part: InstanceFilter): void =>
    void navigate({ to: '/processes/instances', search: { ...search, ...part } as InstanceFilter, replace: true });
  const changeKey = useDebouncedCallback(
    (value: string) => change({ businessKey: value.trim() || undefined }),
    TYPING_MS,
  );
  const isFiltered = Object.keys(search).length > 0;

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
        label={t('instances.process')}
        placeholder={t('instances.any')}
        data={definitions.data ?? []}
        value={search.definition ?? null}
        onChange={(definition) => change({ definition: definition ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
      />
      <Select
        label={t('instances.status')}
        placeholder={t('instances.any')}
        data={INSTANCE_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={search.status ?? null}
        onChange={(status) => change({ status: INSTANCE_STATUSES.find((each) => each === status) })}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
      />
      {isFiltered && (
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

function InstanceRow({ instance }: { readonly instance: InstanceSummary }): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const format = useFormat();
  const { nameOf } = useSteps(instance.definition, instance.version);
  const { id, definition, version, name, businessKey, startedAt, endedAt, at } = instance;
  return (
    <tr>
      <td>
        <Link to="/processes/instances/$instanceId" params={{ instanceId: id }}>
          <bdi>{businessKey ?? id}</bdi>
        </Link>
        {businessKey !== null && (
          <>
            <br />
            <code className="quiet">
              <bdi>{id}</bdi>
            </code>
          </>
        )}
      </td>
      <td>
        <bdi>{label(name) || definition}</bdi> <span className="quiet">{t('processes.v', { version })}</span>
      </td>
      <td>
        <StatusPill instance={instance} />
      </td>
      <td>
        <bdi>{at.length === 0 ? '–' : format.list([...new Set(at)].map(nameOf))}</bdi>
      </td>
      <td>
        <Moment at={startedAt} />
      </td>
      <td>{endedAt === null ? '–' : <Moment at={endedAt} />}</td>
    </tr>
  );
}
