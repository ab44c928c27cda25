/** The pages about the message bus, as one section. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { listQueues } from '../api/bus.ts';
import { keys } from '../api/keys.ts';
import { SectionTabs } from '../ui/section-tabs.tsx';
import { LOOK_AGAIN_MS } from './refresh.ts';

export function ServicesTabs(): ReactNode {
  const { t } = useTranslation();
  const dead = useQuery({
    queryKey: [...keys.queues, 'dead'],
    queryFn: ({ signal }) => listQueues({ signal }),
    refetchInterval: LOOK_AGAIN_MS,
    select: ({ items }) => items.reduce((sum, queue) => sum + queue.dead, 0),
  });
  return (
    <SectionTabs
      label={t('nav.services')}
      tabs={[
        { to: '/services', text: t('services.services') },
        { to: '/services/queues', text: t('services.queues'), count: dead.data ?? 0 },
      ]}
    />
  );
}
