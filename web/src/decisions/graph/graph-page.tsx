/** The whole model in which a decision stands, edited as a graph in dmn-js; saved as its next version. */
import '../../i18n/decision-texts.ts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Decision, type Deployment, readDecision, readDmn } from '../../api/decisions.ts';
import { keys } from '../../api/keys.ts';
import { hasRole, usePrincipal } from '../../app/principal.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { GraphWorkbench } from './graph-workbench.tsx';

export function GraphPage(): ReactNode {
  const { key } = useParams({ from: '/decisions/$key/graph' });
  const { t } = useTranslation();
  const newest = useQuery({
    queryKey: keys.decision(key, undefined),
    queryFn: ({ signal }) => readDecision(key, undefined, signal),
  });
  const name = newest.data?.modelName || newest.data?.model || key;
  return (
    <Page>
      <PageHeader
        title={t('decisions.graphOf', { name })}
        back={{ to: '/decisions/$key', params: { key }, text: newest.data?.name || key }}
      />
      <Answer to={newest} lines={8}>
        {(decision) => <OfModel key={key} newest={decision} />}
      </Answer>
    </Page>
  );
}

/** A draft stays on the version it was made of, whatever is deployed meanwhile. */
function OfModel({ newest }: { readonly newest: Decision }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = hasRole(usePrincipal(), 'engineer');
  const [{ base, drafts }, setDraft] = useState({ base: newest, drafts: 0 });
  const file = useQuery({
    queryKey: keys.dmn(base.key, base.version),
    queryFn: ({ signal }) => readDmn(base.key, base.version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const leave = ({ definitions }: Deployment): void => {
    const isThere = definitions.some(({ key }) => key === base.key);
    const key = isThere ? base.key : definitions[0]?.key;
    if (key === undefined) void navigate({ to: '/decisions' });
    else void navigate({ to: '/decisions/$key', params: { key }, search: {} });
  };
  if (!mayEdit) return <EmptyState title={t('decisions.forEngineers')}>{t('decisions.forEngineersText')}</EmptyState>;
  return (
    <Answer to={file} lines={8}>
      {(xml) => (
        <GraphWorkbench
          key={`${base.version} ${drafts}`}
          base={base}
          newest={newest}
          file={xml}
          onSaved={leave}
          onGivenUp={() => setDraft({ base: newest, drafts: drafts + 1 })}
        />
      )}
    </Answer>
  );
}
