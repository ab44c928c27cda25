/** Corrects variables of an instance and lets what is stuck try again. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Incident, type Instance, readInstance, retryIncident } from '../api/processes.ts';
import { Answer } from '../ui/answer.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { MendDialog } from './mend-dialog.tsx';
import { useMending } from './use-mending.ts';
import { added, changeOf, draftsOf } from './variable-drafts.ts';
import { VariableEditor } from './variable-editor.tsx';

export type IncidentDialogProps = {
  readonly incident: Incident;
  readonly onClose: () => void;
};

export function RetryDialog({ incident, onClose }: IncidentDialogProps): ReactNode {
  const { t } = useTranslation();
  const instance = useQuery({
    queryKey: keys.instance(incident.instance),
    queryFn: ({ signal }) => readInstance(incident.instance, signal),
  });
  if (instance.data !== undefined) return <Correct incident={incident} instance={instance.data} onClose={onClose} />;
  return (
    <Dialog title={t('incidentActions.retryWithTitle')} onClose={onClose}>
      <Answer to={instance}>{() => null}</Answer>
    </Dialog>
  );
}

function Correct({ incident, instance, onClose }: IncidentDialogProps & { readonly instance: Instance }): ReactNode {
  const { t } = useTranslation();
  const [drafts, setDrafts] = useState(() => {
    const known = draftsOf(instance.variables);
    return known.length === 0 ? [added] : known;
  });
  const { set, faults } = changeOf(drafts);
  const mending = useMending(() => retryIncident(incident.instance, incident.token, set), {
    done: t('incidents.retried'),
    onDone: onClose,
  });
  return (
    <MendDialog
      title={t('incidentActions.retryWithTitle')}
      text={t('mend.variablesText')}
      isWide
      submit={{ text: t('incidents.retry'), isDisabled: faults.size > 0 || Object.keys(set).length === 0 }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      <VariableEditor drafts={drafts} onChange={setDrafts} />
    </MendDialog>
  );
}
