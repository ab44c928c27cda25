/** What an engineer can do to an open instance. Nobody else sees these buttons. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance } from '../api/processes.ts';
import { hasRole, usePrincipal } from '../app/principal.ts';
import type { Steps } from '../history/steps.ts';
import { CancelDialog } from '../processes/cancel-dialog.tsx';
import { MigrateDialog } from './migrate-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { SuspendDialog } from './suspend-dialog.tsx';
import { VariablesDialog } from './variables-dialog.tsx';

type Deed = 'suspend' | 'move' | 'migrate' | 'variables' | 'cancel';

export type InstanceActionsProps = { readonly instance: Instance; readonly steps: Steps };

export function InstanceActions({ instance, steps }: InstanceActionsProps): ReactNode {
  const { t } = useTranslation();
  const me = usePrincipal();
  const [deed, setDeed] = useState<Deed>();
  const close = (): void => setDeed(undefined);
  if (instance.status !== 'active' || !hasRole(me, 'engineer')) return null;
  const { definition } = steps;
  const button = (what: Deed, text: string): ReactNode => (
    <Button variant="default" size="xs" onClick={() => setDeed(what)}>
      {text}
    </Button>
  );
  return (
    <>
      {instance.suspended === undefined && button('suspend', t('mend.suspend'))}
      {definition !== undefined && button('move', t('mend.move'))}
      {definition !== undefined && button('migrate', t('mend.migrate'))}
      {button('variables', t('mend.variables'))}
      <Button variant="outline" color="danger" size="xs" onClick={() => setDeed('cancel')}>
        {t('instance.cancel')}
      </Button>
      {deed === 'suspend' && <SuspendDialog id={instance.id} onClose={close} />}
      {deed === 'variables' && <VariablesDialog instance={instance} onClose={close} />}
      {deed === 'move' && definition && (
        <MoveDialog instance={instance} definition={definition} steps={steps} onClose={close} />
      )}
      {deed === 'migrate' && definition && (
        <MigrateDialog instance={instance} definition={definition} onClose={close} />
      )}
      <CancelDialog id={instance.id} isOpen={deed === 'cancel'} onClose={close} />
    </>
  );
}
