/** The other ways on for what is stuck, for engineers: with other variables, settled by hand, skipped. */
import { Button } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../api/processes.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';

const RetryDialog = lazy(async () => ({ default: (await import('./retry-dialog.tsx')).RetryDialog }));
const ResolveDialog = lazy(async () => ({ default: (await import('./resolve-dialog.tsx')).ResolveDialog }));
const SkipDialog = lazy(async () => ({ default: (await import('./resolve-dialog.tsx')).SkipDialog }));

type Way = 'retryWith' | 'resolve' | 'skip';
const ways: readonly Way[] = ['retryWith', 'resolve', 'skip'];

export type IncidentActionsProps = { readonly incident: Incident; readonly step: string };

export function IncidentActions({ incident, step }: IncidentActionsProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [way, setWay] = useState<Way>();
  const close = (): void => setWay(undefined);
  if (!hasRole(me, 'engineer')) return null;
  return (
    <>
      {ways.map((each) => (
        <Button key={each} variant="default" size="xs" onClick={() => setWay(each)}>
          {t(`incidentActions.${each}`)}
        </Button>
      ))}
      <Suspense>
        {way === 'retryWith' && <RetryDialog incident={incident} onClose={close} />}
        {way === 'resolve' && <ResolveDialog incident={incident} step={step} onClose={close} />}
        {way === 'skip' && <SkipDialog incident={incident} step={step} onClose={close} />}
      </Suspense>
    </>
  );
}
