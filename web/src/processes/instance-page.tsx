/** One process instance: where it stands, what it knows, what it rests on, and its whole story. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Instance, listIncidents, readHistory, readInstance } from '../api/processes.ts';
import { EvidenceCharts } from '../evidence/evidence-charts.tsx';
import { FiringTable } from '../evidence/firing-table.tsx';
import { type Steps, useSteps } from '../history/steps.ts';
import { Timeline } from '../history/timeline.tsx';
import { InstanceActions } from '../mending/instance-actions.tsx';
import { SuspendedNotice } from '../mending/suspended-notice.tsx';
import { Answer } from '../ui/answer.tsx';
import { useLabel } from '../ui/label.ts';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { VariableFacts } from '../ui/variable-facts.tsx';
import { IncidentNotice } from './incident-notice.tsx';
import { InstancePicture } from './instance-picture.tsx';
import { StatusPill } from './instance-status.tsx';
import { InstanceWaits } from './instance-waits.tsx';
import classes from './processes.module.css';

export function InstancePage(): ReactNode {
  const { t } = useTranslation();
  const { instanceId } = useParams({ from: '/processes/instances/$instanceId' });
  const instance = useQuery({
    queryKey: keys.instance(instanceId),
    queryFn: ({ signal }) => readInstance(instanceId, signal),
  });
  return (
    <Page>
      <InstanceHeader id={instanceId} instance={instance.data} />
      <Answer to={instance} lines={10}>
        {(data) => <InstanceBody instance={data} />}
      </Answer>
      <span className="visually-hidden" role="status">
        {instance.data && t(instance.data.suspended ? 'status.suspended' : `status.${instance.data.status}`)}
      </span>
    </Page>
  );
}

function InstanceHeader({ id, instance }: { readonly id: string; readonly instance: Instance | undefined }): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const steps = useSteps(instance?.definition ?? '', instance?.version);
  return (
    <PageHeader
      title={instance?.businessKey ?? id}
      back={{ to: '/processes/instances', text: t('processes.instances') }}
      beside={instance && <StatusPill instance={instance} />}
      actions={instance && <InstanceActions instance={instance} steps={steps} />}
    >
      {instance && (
        <>
          <Link
            to="/processes/definitions/$key"
            params={{ key: instance.definition }}
            search={{ version: instance.version }}
          >
            <bdi>{label(instance.name) || instance.definition}</bdi> {t('processes.v', { version: instance.version })}
          </Link>
          <code>
            <bdi>{id}</bdi>
          </code>
          <span>
            {t('instances.started')} <Moment at={instance.startedAt} />
          </span>
          {instance.parent !== undefined && (
            <span>
              {t('instance.calledBy')}{' '}
              <Link to="/processes/instances/$instanceId" params={{ instanceId: instance.parent }}>
                <bdi>{instance.parent}</bdi>
              </Link>
            </span>
          )}
          {instance.endedAt !== null && (
            <span>
              {t('instances.ended')} <Moment at={instance.endedAt} />
            </span>
          )}
        </>
      )}
    </PageHeader>
  );
}

function InstanceBody({ instance }: { readonly instance: Instance }): ReactNode {
  const { t } = useTranslation();
  const steps = useSteps(instance.definition, instance.version);
  return (
    <>
      <SuspendedNotice instance={instance} />
      <OpenIncidents instance={instance} steps={steps} />
      {steps.definition && <InstancePicture definition={steps.definition} instance={instance} />}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Story instance={instance} steps={steps} />
          {instance.evidence.length > 0 && (
            <>
              <Panel title={t('task.evidence')}>
                <EvidenceCharts evidence={instance.evidence} />
              </Panel>
              <Panel title={t('task.figures')} isFlush>
                <FiringTable evidence={instance.evidence} />
              </Panel>
            </>
          )}
        </div>
        <div className={classes.column}>
          <InstanceWaits instance={instance} steps={steps} />
          <VariableFacts variables={instance.variables} />
        </div>
      </div>
    </>
  );
}

type PartProps = { readonly instance: Instance; readonly steps: Steps };

function OpenIncidents({ instance, steps }: PartProps): ReactNode {
  const incidents = useQuery({
    queryKey: keys.incidents({ instance: instance.id }),
    queryFn: ({ signal }) => listIncidents({ instance: instance.id }, { signal }),
    enabled: instance.incidents > 0,
    select: ({ items }) => items.filter((incident) => incident.instance === instance.id),
  });
  if (instance.incidents === 0) return null;
  return incidents.data?.map((incident) => (
    <IncidentNotice key={incident.token} incident={incident} step={steps.nameOf(incident.node)} />
  ));
}

function Story({ instance, steps }: PartProps): ReactNode {
  const { t } = useTranslation();
  const history = usePages([...keys.history(instance.id), 'pages'], (page) => readHistory(instance.id, page));
  return (
    <Panel title={t('story.title')}>
      <Answer to={history}>{(entries) => <Timeline entries={entries} steps={steps} />}</Answer>
      <LoadMore more={history.more} />
    </Panel>
  );
}
