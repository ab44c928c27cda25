/** The ways to a new process, and to the next version of one, for whoever may deploy. */
import '../i18n/engineer-texts.ts';
import { Button } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition } from '../api/processes.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { cameFromBpmn } from './draft.ts';

const JoinDialog = lazy(async () => ({ default: (await import('./join-dialog.tsx')).JoinDialog }));

export function NewProcessActions(): ReactNode {
  const { t } = useTranslation();
  const [isJoining, setIsJoining] = useState(false);
  if (!hasRole(usePrincipal(), 'engineer')) return null;
  return (
    <>
      <LinkButton isMain link={{ to: '/processes/compose' }} text={t('composer.new')} />
      <LinkButton link={{ to: '/processes/bpmn' }} text={t('bpmn.new')} />
      <Button variant="default" onClick={() => setIsJoining(true)}>
        {t('join.title')}
      </Button>
      <Suspense>{isJoining && <JoinDialog onClose={() => setIsJoining(false)} />}</Suspense>
    </>
  );
}

export function EditActions({ definition: { key, source } }: { readonly definition: Definition }): ReactNode {
  const { t } = useTranslation();
  if (!hasRole(usePrincipal(), 'engineer')) return null;
  return (
    <>
      {!cameFromBpmn(source) && (
        <LinkButton link={{ to: '/processes/compose', search: { from: key } }} text={t('composer.edit')} />
      )}
      <LinkButton link={{ to: '/processes/bpmn', search: { from: key } }} text={t('bpmn.edit')} />
    </>
  );
}
