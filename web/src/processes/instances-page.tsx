/** Instances of all definitions, newest first. The filters live in the address. */
import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type InstanceFilter, type InstanceSummary, listInstances } from '../api/processes.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
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
import { InstanceFilters } from './instance-filters.tsx';
import { StatusPill } from './instance-status.tsx';
import { ProcessTabs } from './process-tabs.tsx';

const OperationDialog = lazy(async () => ({
  default: (await import('../operations/operation-dialog.tsx')).OperationDialog,
}));

export function InstancesPage(): ReactNode {
  const { t } = useTranslation();
  const filter: InstanceFilter = useSearch({ from: '/processes/instances' });
  const instances = usePages(keys.instances(filter), (page) => listInstances(filter, page));
  const hasSome = (instances.data?.length ?? 0) > 0;
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
      <InstanceFilters />
      <Panel title={t('instances.title')} actions={hasSome && <DoToAll filter={filter} />} isFlush>
        <Answer to={instances} lines={8}>
          {(items) =>
            items.length === 0 ? (
              <NoInstances isMore={instances.more.exists} />
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

function NoInstances({ isMore }: { readonly isMore: boolean }): ReactNode {
  const { t } = useTranslation();
  if (isMore)
    return <EmptyState title={t('instanceFilters.noneSoFar')}>{t('instanceFilters.noneSoFarText')}</EmptyState>;
  return <EmptyState title={t('instances.none')}>{t('instances.noneText')}</EmptyState>;
}

/** For engineers; nothing more can be done to instances that have ended. */
function DoToAll({ filter }: { readonly filter: InstanceFilter }): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [isOpen, setIsOpen] = useState(false);
  const { definition, version, businessKey, suspended, status = 'active' } = filter;
  if (!hasRole(me, 'engineer') || status !== 'active') return null;
  const choice = {
    ...(definition !== undefined && { definition }),
    ...(version !== undefined && { version }),
    ...(businessKey !== undefined && { businessKey }),
    ...(suspended && { isSuspended: true }),
  };
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setIsOpen(true)}>
        {t('operations.begin')}
      </Button>
      {isOpen && (
        <Suspense>
          <OperationDialog filter={choice} what={suspended ? 'resume' : 'suspend'} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
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
