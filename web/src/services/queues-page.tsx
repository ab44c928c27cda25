/** Every queue that the server knows or that a service has. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Answer } from '../ui/answer.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { QueueTable } from './queue-table.tsx';
import { ServicesTabs } from './services-tabs.tsx';
import { useQueues } from './use-services.ts';

export function QueuesPage(): ReactNode {
  const { t } = useTranslation();
  const queues = useQueues();
  return (
    <Page>
      <PageHeader title={t('services.queues')} />
      <ServicesTabs />
      <p className="quiet">{t('queues.intro')}</p>
      <Panel title={t('services.queues')} isFlush>
        <Answer to={queues}>{(items) => <QueueTable queues={items} showsService />}</Answer>
      </Panel>
    </Page>
  );
}
