/** Everything that is stuck, with what to do about it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Incident, listIncidents } from '../api/processes.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { IncidentNotice } from './incident-notice.tsx';
import { ProcessTabs } from './process-tabs.tsx';
import classes from './processes.module.css';

export function IncidentsPage(): ReactNode {
  const { t } = useTranslation();
  const incidents = usePages(keys.incidents(undefined), (page) => listIncidents(undefined, page));
  return (
    <Page>
      <PageHeader title={t('processes.incidents')} />
      <ProcessTabs />
      <p className="quiet">{t('incidents.intro')}</p>
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
