/** The frame of the pages about people and access. What the reader's roles do not allow is explained, not hidden. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { AccessTabs } from './access-tabs.tsx';

export type AccessPageProps = {
  readonly title: string;
  /** Who may see it; everybody when it is left out. */
  readonly onlyFor?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function AccessPage({ title, onlyFor, actions, children }: AccessPageProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const isAllowed = onlyFor === undefined || hasRole(me, onlyFor);
  return (
    <Page>
      <PageHeader title={title} actions={isAllowed && actions} />
      <AccessTabs />
      {isAllowed ? children : <EmptyState title={t('access.notAllowed')}>{t('access.notAllowedText')}</EmptyState>}
    </Page>
  );
}
