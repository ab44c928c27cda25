/** An address that leads nowhere. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function NotFoundPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page>
      <PageHeader title={t('notFound.title')} />
      <EmptyState title={t('notFound.explanation')}>
        <Link to="/inbox">{t('notFound.toInbox')}</Link>
      </EmptyState>
    </Page>
  );
}
