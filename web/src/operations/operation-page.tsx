/** One operation: what it does to which instances, how far it is, and what was refused. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { cancelOperation, type Operation } from '../api/operations.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Answer } from '../ui/answer.tsx';
import { Facts } from '../ui/facts.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { OperationCounts } from './operation-counts.tsx';
import { OperationProblems } from './operation-problems.tsx';
import { isOver, OperationProgress, OperationState } from './operation-state.tsx';
import { detailsText, useFilterWords } from './operation-words.ts';
import { useOperation } from './use-operation.ts';

export function OperationPage(): ReactNode {
  const { t } = useTranslation();
  const { operationId } = useParams({ from: '/processes/operations/$operationId' });
  const operation = useOperation(operationId);
  const { data } = operation;
  return (
    <Page>
      <PageHeader
        title={data === undefined ? operationId : t(`operations.verbs.${data.what}`)}
        back={{ to: '/processes/operations', text: t('operations.tab') }}
        beside={data && <OperationState operation={data} />}
        actions={data && <Stop operation={data} />}
      >
        <code>
          <bdi>{operationId}</bdi>
        </code>
        {data && (
          <span>
            {t('operations.begun')} <Moment at={data.createdAt} /> · <PersonName id={data.createdBy} />
          </span>
        )}
        {data && data.endedAt !== null && (
          <span>
            {t('operations.ended')} <Moment at={data.endedAt} />
          </span>
        )}
      </PageHeader>
      <Answer to={operation}>{(answer) => <OperationBody operation={answer} />}</Answer>
      <span className="visually-hidden" role="status">
        {data && t(`operations.states.${data.state}`)}
      </span>
    </Page>
  );
}

function OperationBody({ operation }: { readonly operation: Operation }): ReactNode {
  const { t } = useTranslation();
  const filterWords = useFilterWords();
  const details = detailsText(operation);
  const rows = [
    { name: t('operations.which'), value: filterWords(operation.filter) },
    ...(details === '' ? [] : [{ name: t('operations.details'), value: <bdi>{details}</bdi> }]),
  ];
  return (
    <>
      <Panel title={t('operations.progress')}>
        <OperationProgress operation={operation} />
        <OperationCounts operation={operation} />
      </Panel>
      <Panel title={t('operations.what')}>
        <Facts rows={rows} />
      </Panel>
      {operation.problems.length > 0 && (
        <Panel title={t('operations.problems')} isFlush>
          <OperationProblems problems={operation.problems} />
        </Panel>
      )}
    </>
  );
}

function Stop({ operation }: { readonly operation: Operation }): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => cancelOperation(operation.id),
    onSuccess: () => toastDone(t('operations.cancelled')),
    onSettled: () => client.invalidateQueries({ queryKey: keys.operations }),
  });
  if (isOver(operation) || !hasRole(me, 'engineer')) return null;
  return (
    <Button variant="outline" color="danger" size="xs" loading={stop.isPending} onClick={() => stop.mutate()}>
      {t('operations.cancel')}
    </Button>
  );
}
