/** Operations on many instances, the newest first. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { listOperations, type Operation } from '../api/operations.ts';
import { useFormat } from '../i18n/format.ts';
import { ProcessTabs } from '../processes/process-tabs.tsx';
import { Answer } from '../ui/answer.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LoadMore, usePages } from '../ui/pages.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { isOver, OperationProgress, OperationState } from './operation-state.tsx';
import { detailsText, useFilterWords } from './operation-words.ts';
import { useOperation } from './use-operation.ts';

export function OperationsPage(): ReactNode {
  const { t } = useTranslation();
  const operations = usePages(keys.operations, listOperations);
  const columns = [
    { name: t('operations.what') },
    { name: t('operations.state') },
    { name: t('operations.counts') },
    { name: t('operations.which') },
    { name: t('operations.by') },
  ];
  return (
    <Page>
      <PageHeader title={t('operations.tab')} />
      <ProcessTabs />
      <p className="quiet">
        {t('operations.intro')} <Link to="/processes/instances">{t('operations.toInstances')}</Link>
      </p>
      <Panel title={t('operations.list')} isFlush>
        <Answer to={operations}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState title={t('operations.none')}>{t('operations.noneText')}</EmptyState>
            ) : (
              <DataTable caption={t('operations.list')} columns={columns}>
                {items.map((operation) => (
                  <OperationRow key={operation.id} listed={operation} />
                ))}
              </DataTable>
            )
          }
        </Answer>
        <LoadMore more={operations.more} />
      </Panel>
    </Page>
  );
}

/** One that is at work is looked at by itself, until it is over. */
function OperationRow({ listed }: { readonly listed: Operation }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const filterWords = useFilterWords();
  const now = useOperation(isOver(listed) ? undefined : listed.id);
  const operation = now.data ?? listed;
  const { id, what, filter, createdBy, createdAt, done, skipped, failed } = operation;
  const counts = { done: format.integer(done), skipped: format.integer(skipped), failed: format.integer(failed) };
  return (
    <tr>
      <td>
        <Link to="/processes/operations/$operationId" params={{ operationId: id }}>
          {t(`operations.verbs.${what}`)}
        </Link>
        <br />
        <span className="quiet small">
          <bdi>{detailsText(operation)}</bdi>
        </span>
      </td>
      <td>
        <OperationState operation={operation} />
        {!isOver(operation) && <OperationProgress operation={operation} />}
      </td>
      <td>{t('operations.countsOf', counts)}</td>
      <td>{filterWords(filter)}</td>
      <td>
        <PersonName id={createdBy} />
        <br />
        <span className="quiet small">
          <Moment at={createdAt} />
        </span>
      </td>
    </tr>
  );
}
