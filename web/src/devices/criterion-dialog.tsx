/** Changes one criterion. The next reading is judged by it; the old setting stays in the audit. */
import { Button, Group, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { type Criterion, type CriterionChange, changeCriterion, type Direction } from '../api/measurements.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useLabel } from '../ui/label.ts';
import classes from './devices.module.css';

export type CriterionDialogProps = {
  readonly criterion: Criterion;
  readonly unit: string | undefined;
  readonly onClose: () => void;
};

type Draft = {
  readonly limit: number | '';
  readonly hysteresis: number | '';
  readonly duration: string;
  readonly direction: Direction;
  readonly enabled: boolean;
};

const durationPattern = /^(\d+(\.\d+)?(ms|s|m|h|d))+$|^P/;

export function CriterionDialog({ criterion, unit, onClose }: CriterionDialogProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const client = useQueryClient();
  const { settings } = criterion;
  const [draft, setDraft] = useState<Draft>(settings);
  const put = (part: Partial<Draft>): void => setDraft((current) => ({ ...current, ...part }));
  const change = changeOf(draft, criterion);
  const save = useMutation({
    mutationFn: (settingsChange: CriterionChange) => changeCriterion(criterion.id, settingsChange),
    onSuccess: () => {
      toastDone(t('criterion.saved', { name: label(criterion.name) }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.criteria(criterion.device) }),
  });
  const durationIsWrong = !durationPattern.test(draft.duration);
  const suffix = unit ? ` ${unit}` : '';

  return (
    <Dialog onClose={onClose} title={t('criterion.editNamed', { name: label(criterion.name) })}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (change !== undefined) save.mutate(change);
        }}
      >
        <fieldset className={classes.choice}>
          <legend>{t('criterion.direction')}</legend>
          <SegmentedControl
            fullWidth
            value={draft.direction}
            onChange={(direction) => put({ direction: direction === 'below' ? 'below' : 'above' })}
            data={[
              { value: 'above', label: t('criterion.directionAbove') },
              { value: 'below', label: t('criterion.directionBelow') },
            ]}
          />
        </fieldset>
        <NumberInput
          label={t('criteria.limit')}
          value={draft.limit}
          suffix={suffix}
          onChange={(value) => put({ limit: typeof value === 'number' ? value : '' })}
          data-autofocus
        />
        <TextInput
          label={t('criterion.duration')}
          description={t('criterion.durationHint')}
          value={draft.duration}
          error={durationIsWrong ? t('criterion.durationWrong') : null}
          onChange={(event) => put({ duration: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label={t('criterion.hysteresis')}
          description={t('criterion.hysteresisHint')}
          value={draft.hysteresis}
          min={0}
          suffix={suffix}
          onChange={(value) => put({ hysteresis: typeof value === 'number' ? value : '' })}
        />
        <Switch
          label={t('criterion.enabled')}
          checked={draft.enabled}
          onChange={(event) => put({ enabled: event.currentTarget.checked })}
        />
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

/** Only what differs; undefined when nothing does, or a field is empty. */
function changeOf(draft: Draft, { settings }: Criterion): CriterionChange | undefined {
  const { limit, hysteresis, duration, direction, enabled } = draft;
  if (limit === '' || hysteresis === '') return undefined;
  const change: CriterionChange = {
    ...(limit !== settings.limit && { limit }),
    ...(hysteresis !== settings.hysteresis && { hysteresis }),
    ...(duration !== settings.duration && { duration }),
    ...(direction !== settings.direction && { direction }),
    ...(enabled !== settings.enabled && { enabled }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}
