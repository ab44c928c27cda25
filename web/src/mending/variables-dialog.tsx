/** Changes variables of an instance, each as JSON. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeVariables } from '../api/mending.ts';
import type { Instance } from '../api/processes.ts';
import { MendDialog } from './mend-dialog.tsx';
import { useMending } from './use-mending.ts';
import { added, changeOf, draftsOf, isEmptyChange } from './variable-drafts.ts';
import { VariableEditor } from './variable-editor.tsx';

export type VariablesDialogProps = { readonly instance: Instance; readonly onClose: () => void };

export function VariablesDialog({ instance, onClose }: VariablesDialogProps): ReactNode {
  const { t } = useTranslation();
  // What others change meanwhile does not replace what is being written here.
  const [drafts, setDrafts] = useState(() => {
    const known = draftsOf(instance.variables);
    return known.length === 0 ? [added] : known;
  });
  const change = changeOf(drafts);
  const { set, remove } = change;
  const mending = useMending(() => changeVariables(instance.id, { set, remove: [...remove] }), {
    done: t('mend.variablesChanged'),
    onDone: onClose,
  });
  return (
    <MendDialog
      title={t('mend.variablesTitle')}
      text={t('mend.variablesText')}
      isWide
      submit={{ text: t('mend.saveVariables'), isDisabled: isEmptyChange(change) || change.faults.size > 0 }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      <VariableEditor drafts={drafts} onChange={setDrafts} mayRemove />
    </MendDialog>
  );
}
