/** Builds a process step by step, without writing JSON: a new one, or the next version of one that is deployed. */
import '../i18n/engineer-texts.ts';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition } from '../api/processes.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { useDefinition } from '../history/steps.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useLabel } from '../ui/label.ts';
import { Page } from '../ui/page.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Composer } from './composer.tsx';
import { cameFromBpmn, type Draft, draftOf, EMPTY } from './draft.ts';

export function ComposePage(): ReactNode {
  const { t } = useTranslation();
  const { from } = useSearch({ from: '/processes/compose' });
  const label = useLabel();
  const definition = useDefinition(from ?? '', undefined, from !== undefined);
  const mayDeploy = hasRole(usePrincipal(), 'engineer');
  const name = label(definition.data?.name) || (from ?? '');
  return (
    <Page>
      <PageHeader
        title={from === undefined ? t('composer.newTitle') : t('composer.editTitle', { name })}
        back={
          from === undefined
            ? { to: '/processes', text: t('nav.processes') }
            : { to: '/processes/definitions/$key', params: { key: from }, text: name }
        }
      />
      {!mayDeploy && <EmptyState title={t('composer.notYou')} />}
      {mayDeploy && from === undefined && <Composer key="new" initial={EMPTY} />}
      {mayDeploy && from !== undefined && (
        <Answer to={definition} lines={8}>
          {(data) => <Deployed definition={data} />}
        </Answer>
      )}
    </Page>
  );
}

function Deployed({ definition }: { readonly definition: Definition }): ReactNode {
  const { t } = useTranslation();
  const source = composable(definition.source);
  if (source !== undefined) return <Composer key={definition.key} initial={source} deployed={definition.version} />;
  return (
    <EmptyState title={t('composer.fromBpmn')}>
      <p>{t('composer.fromBpmnText')}</p>
      <Link to="/processes/bpmn" search={{ from: definition.key }}>
        {t('bpmn.edit')}
      </Link>
    </EmptyState>
  );
}

const composable = (source: unknown): Draft | undefined => (cameFromBpmn(source) ? undefined : draftOf(source));
