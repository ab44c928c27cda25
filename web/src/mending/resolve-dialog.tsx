/** Lets what is stuck count as done: with an outcome, variables and a word about it, or as it is. */
import { Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { resolveIncident } from '../api/mending.ts';
import { type Incident, readInstance } from '../api/processes.ts';
import { useSteps } from '../history/steps.ts';
import { useOutcomeName } from '../ui/outcome.ts';
import { MendDialog } from './mend-dialog.tsx';
import classes from './mending.module.css';
import type { IncidentDialogProps } from './retry-dialog.tsx';
import { useMending } from './use-mending.ts';
import { type added, changeOf } from './variable-drafts.ts';
import { VariableEditor } from './variable-editor.tsx';

type StepDialogProps = IncidentDialogProps & { readonly step: string };

export function ResolveDialog({ incident, step, onClose }: StepDialogProps): ReactNode {
  const { t } = useTranslation();
  const outcomeName = useOutcomeName();
  const outcomes = useOutcomes(incident);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [comment, setComment] = useState('');
  const [drafts, setDrafts] = useState<readonly (typeof added)[]>([]);
  const { set, faults } = changeOf(drafts);
  const resolution = {
    ...((outcome ?? outcomes[0]) !== undefined && { outcome: outcome ?? outcomes[0] ?? '' }),
    ...(comment.trim() !== '' && { comment: comment.trim() }),
    ...(Object.keys(set).length > 0 && { variables: set }),
  };
  const mending = useMending(() => resolveIncident(incident.instance, incident.token, resolution), {
    done: t('incidentActions.resolved'),
    onDone: onClose,
  });
  return (
    <MendDialog
      title={t('incidentActions.resolveTitle', { step })}
      text={t('incidentActions.resolveText')}
      isWide
      submit={{ text: t('incidentActions.resolve'), isDisabled: faults.size > 0 }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      {outcomes.length > 0 && (
        <Select
          label={t('incidentActions.outcome')}
          data={outcomes.map((value) => ({ value, label: outcomeName(value) }))}
          value={outcome ?? outcomes[0] ?? null}
          allowDeselect={false}
          onChange={setOutcome}
        />
      )}
      <section className={classes.variables} aria-label={t('incidentActions.brings')}>
        <h3>{t('incidentActions.brings')}</h3>
        <VariableEditor drafts={drafts} onChange={setDrafts} />
      </section>
      <Textarea
        label={t('incidentActions.comment')}
        autosize
        minRows={2}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </MendDialog>
  );
}

export function SkipDialog({ incident, step, onClose }: StepDialogProps): ReactNode {
  const { t } = useTranslation();
  const mending = useMending(() => resolveIncident(incident.instance, incident.token, {}), {
    done: t('incidentActions.resolved'),
    onDone: onClose,
  });
  return (
    <MendDialog
      title={t('incidentActions.skipTitle', { step })}
      text={t('incidentActions.skipText')}
      submit={{ text: t('incidentActions.skip') }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    />
  );
}

/** Of the step that is stuck; none for a job beside an activity. */
function useOutcomes({ instance: id, node }: Incident): readonly string[] {
  const instance = useQuery({ queryKey: keys.instance(id), queryFn: ({ signal }) => readInstance(id, signal) });
  const { definition } = useSteps(instance.data?.definition ?? '', instance.data?.version);
  return definition?.nodes.find((step) => step.id === node)?.outcomes ?? [];
}
