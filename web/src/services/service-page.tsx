/** One service: its operations, to read and to try, and its queues. */
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BusService } from '../api/bus.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { OperationRow } from './operation-row.tsx';
import { QueueTable } from './queue-table.tsx';
import { useQueues, useServices } from './use-services.ts';

export function ServicePage(): ReactNode {
  const { t } = useTranslation();
  const { service: name } = useParams({ from: '/services/named/$service' });
  const services = useServices();
  const service = services.data?.find((one) => one.name === name);
  return (
    <Page>
      <PageHeader title={name} back={{ to: '/services', text: t('nav.services') }}>
        {service && <span>{t('services.instances', { count: service.instances })}</span>}
        {service?.version && (
          <span>
            {t('services.version')} <bdi>{service.version}</bdi>
          </span>
        )}
        {service?.description && <bdi>{service.description}</bdi>}
      </PageHeader>
      <Answer to={services} lines={8}>
        {() =>
          service === undefined ? (
            <EmptyState title={t('services.gone', { name })}>{t('services.goneText')}</EmptyState>
          ) : (
            <ServiceBody service={service} />
          )
        }
      </Answer>
    </Page>
  );
}

function ServiceBody({ service }: { readonly service: BusService }): ReactNode {
  const { t } = useTranslation();
  const queues = useQueues();
  const own = new Set(service.queues.map((queue) => queue.name));
  return (
    <>
      <Panel title={t('services.operations')} isFlush>
        {service.operations.map((operation) => (
          <OperationRow key={operation.name} service={service.name} operation={operation} />
        ))}
      </Panel>
      <Panel title={t('services.queues')} isFlush>
        <Answer to={queues}>{(all) => <QueueTable queues={all.filter((queue) => own.has(queue.name))} />}</Answer>
      </Panel>
    </>
  );
}
