/** The pages about processes, as one section. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listIncidents } from '../api/processes.ts';
import { SectionTabs } from '../ui/section-tabs.tsx';

export function ProcessTabs(): ReactNode {
  const { t } = useTranslation();
  const incidents = useQuery({
    queryKey: [...keys.incidents({}), 'count'],
    queryFn: ({ signal }) => listIncidents({}, { signal }),
    select: ({ items }) => items.length,
  });
  return (
    <SectionTabs
      label={t('nav.processes')}
      tabs={[
        { to: '/processes', text: t('processes.definitions') },
        { to: '/processes/instances', text: t('processes.instances') },
        { to: '/processes/incidents', text: t('processes.incidents'), count: incidents.data ?? 0 },
        { to: '/processes/operations', text: t('operations.tab') },
        { to: '/processes/modules', text: t('processes.modules') },
      ]}
    />
  );
}
