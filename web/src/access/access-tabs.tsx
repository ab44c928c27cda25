/** The pages about people and access, as one section. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SectionTabs } from '../ui/section-tabs.tsx';

export function AccessTabs(): ReactNode {
  const { t } = useTranslation();
  return (
    <SectionTabs
      label={t('nav.access')}
      tabs={[
        { to: '/access', text: t('access.people') },
        { to: '/access/recipients', text: t('access.recipients') },
        { to: '/access/tokens', text: t('access.tokens') },
      ]}
    />
  );
}
