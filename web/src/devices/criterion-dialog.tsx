/** Changes one criterion. The next reading is judged by it; the old setting stays in the audit. */
import { Button, Group, NumberInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Criterion, type CriterionChange, changeCriterion } from '../api/measurements.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { type CriterionDraft, changeOf, draftOf } from './criterion-draft.ts';
import { CriterionTrial } from './criterion-trial.tsx';
import classes from './devices.module.css';
import { DirectionField } from './direction-field.tsx';
import { SeverityField } from './severity-field.tsx';

export type CriterionDialogProps = {
  readonly criterion: Criterion;
  readonly unit: string | undefined;
  /** Whether past readings tell what other settings would do. */
  readonly isTried: boolean;
  readonly onClose: () => void;
};

const durationPattern = /^(\d+(\.\d+)?(ms|s|m|h|d))+$|^P/;

export function CriterionDialog({ criterion, unit, isTried, onClose }: CriterionDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState<CriterionDraft>(() => draftOf(criterion.settings));
  const put = (part: Partial<CriterionDraft>): void => setDraft((current) => ({ ...current, ...part }));
  const change = changeOf(draft, criterion.settings);
  const save = useMutation({
    mutationFn: (settings: CriterionChange) => changeCriterion(criterion.id, settings),
    onSuccess: () => {
      toastDone(t('criterion.saved', { name: criterion.name }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.criteria(criterion.device) }),
  });
  const durationIsWrong = !durationPattern.test(draft.duration);
  const suffix = unit ? ` ${unit}` : '';

  return (
    <Dialog title={t('criterion.editNamed', { name: criterion.name })} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (change !== undefined) save.mutate(change);
        }}
      >
        {draft.kind === 'limit' && (
          <>
            <DirectionField draft={draft} onChange={put} />
            {draft.direction === 'outside' ? (
              <Group grow>
                <Field label={t('criterion.low')} value={draft.low} suffix={suffix} onChange={(low) => put({ low })} />
                <Field
                  label={t('criterion.high')}
                  value={draft.high}
                  suffix={suffix}
                  onChange={(high) => put({ high })}
                />
              </Group>
            ) : (
              <Field
                label={t('criteria.limit')}
                value={draft.limit}
                suffix={suffix}
                onChange={(limit) => put({ limit })}
              />
            )}
          </>
        )}
        {draft.kind === 'anomaly' && <SeverityField draft={draft} onChange={put} />}
        {draft.kind === 'combination' && (
          <Field label={t('criterion.atLeast')} value={draft.atLeast} onChange={(atLeast) => put({ atLeast })} />
        )}
        <TextInput
          label={t('criterion.duration')}
          description={t('criterion.durationHint')}
          value={draft.duration}
          error={durationIsWrong ? t('criterion.durationWrong') : null}
          onChange={(event) => put({ duration: event.currentTarget.value.trim() })}
        />
        {draft.kind === 'limit' && (
          <Field
            label={t('criterion.hysteresis')}
            description={t('criterion.hysteresisHint')}
            value={draft.hysteresis}
            suffix={suffix}
            onChange={(hysteresis) => put({ hysteresis })}
          />
        )}
        <Switch
          label={t('criterion.enabled')}
          checked={draft.enabled}
          onChange={(event) => put({ enabled: event.currentTarget.checked })}
        />
        {isTried && <CriterionTrial criterion={criterion} change={durationIsWrong ? undefined : change} />}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={change === undefined || durationIsWrong}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

type FieldProps = {
  readonly label: string;
  readonly description?: string;
  readonly value: number | '';
  readonly suffix?: string;
  readonly onChange: (value: number | '') => void;
};

function Field({ onChange, ...props }: FieldProps): ReactNode {
  return <NumberInput {...props} onChange={(value) => onChange(typeof value === 'number' ? value : '')} />;
}
