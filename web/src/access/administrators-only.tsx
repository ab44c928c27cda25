/** The pages of this section are for administrators; the server refuses everybody else, and this says so first. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Page } from '../ui/page.tsx';
import { AccessTabs } from './access-tabs.tsx';

export type AdministratorsOnlyProps = {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function AdministratorsOnly({ title, actions, children }: AdministratorsOnlyProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const isAllowed = hasRole(me, 'administrator');
  return (
    <Page>
      <PageHeader title={title} actions={isAllowed && actions} />
      <AccessTabs />
      {isAllowed ? children : <EmptyState title={t('access.notAllowed')}>{t('access.notAllowedText')}</EmptyState>}
    </Page>
  );
}
