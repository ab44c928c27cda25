/** Everything that is stuck, with what to do about it: one by one, or all of them at once. */
import { Button, Select } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Incident, listIncidents } from '../api/processes.ts';
import { RetryIcon } from '../app/icons.tsx';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { useDefinitionChoices } from './definition-choices.ts';
import { IncidentNotice } from './incident-notice.tsx';
import { ProcessTabs } from './process-tabs.tsx';
import classes from './processes.module.css';

const OperationDialog = lazy(async () => ({
  default: (await import('../operations/operation-dialog.tsx')).OperationDialog,
}));

export function IncidentsPage(): ReactNode {
  const { t } = useTranslation();
  const { definition } = useSearch({ from: '/processes/incidents' });
  const filter = definition === undefined ? {} : { definition };
  // The tab counts all of them under the same beginning of the key.
  const incidents = usePages([...keys.incidents(filter), 'pages'], (page) => listIncidents(filter, page));
  return (
    <Page>
      <PageHeader title={t('processes.incidents')} />
      <ProcessTabs />
      <p className="quiet">{t('incidents.intro')}</p>
      <Filters definition={definition} hasSome={(incidents.data?.length ?? 0) > 0} />
      <Answer to={incidents}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState title={t('incidents.none')}>{t('incidents.noneText')}</EmptyState>
          ) : (
            <div className={classes.column}>
              {items.map((incident) => (
                <IncidentRow key={`${incident.instance} ${incident.token}`} incident={incident} />
              ))}
            </div>
          )
        }
      </Answer>
      <LoadMore more={incidents.more} />
    </Page>
  );
}

type FiltersProps = { readonly definition: string | undefined; readonly hasSome: boolean };

function Filters({ definition, hasSome }: FiltersProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = usePrincipal();
  const definitions = useDefinitionChoices();
  const [isOpen, setIsOpen] = useState(false);
  if (!hasSome && definition === undefined) return null;
  return (
    <search className={classes.filters}>
      <Select
        label={t('incidentActions.ofProcess')}
        placeholder={t('incidentActions.anyProcess')}
        data={definitions}
        value={definition ?? null}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
        onChange={(next) =>
          void navigate({
            to: '/processes/incidents',
            search: next === null ? {} : { definition: next },
            replace: true,
          })
        }
      />
      {hasSome && hasRole(me, 'engineer') && (
        <Button variant="default" leftSection={<RetryIcon size={16} />} onClick={() => setIsOpen(true)}>
          {t('incidentActions.retryAll')}
        </Button>
      )}
      {isOpen && (
        <Suspense>
          <OperationDialog
            filter={definition === undefined ? {} : { definition }}
            what="retry"
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      )}
    </search>
  );
}

function IncidentRow({ incident }: { readonly incident: Incident }): ReactNode {
  return (
    <IncidentNotice incident={incident}>
      <Link to="/processes/instances/$instanceId" params={{ instanceId: incident.instance }}>
        <bdi>{incident.instance}</bdi>
      </Link>{' '}
      · <bdi>{incident.definition}</bdi>
    </IncidentNotice>
  );
}
