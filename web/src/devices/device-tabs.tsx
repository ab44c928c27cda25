/** The pages about machines. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SectionTabs } from '../ui/section-tabs.tsx';

export function DeviceTabs(): ReactNode {
  const { t } = useTranslation();
  return (
    <SectionTabs
      label={t('nav.devices')}
      tabs={[
        { to: '/devices', text: t('fleet.tab') },
        { to: '/analyses', text: t('analyses.title') },
        { to: '/quarantine', text: t('quarantine.title') },
      ]}
    />
  );
}
