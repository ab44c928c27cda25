/** The pages about people and access, as one section. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { SectionTabs } from '../ui/section-tabs.tsx';

export function AccessTabs(): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  return (
    <SectionTabs
      label={t('nav.access')}
      tabs={[
        { to: '/access', text: t('access.people') },
        { to: '/access/recipients', text: t('access.recipients') },
        ...(hasRole(me, 'administrator')
          ? ([
              { to: '/access/tokens', text: t('access.tokens') },
              { to: '/access/accounts', text: t('access.accounts') },
            ] as const)
          : []),
      ]}
    />
  );
}
