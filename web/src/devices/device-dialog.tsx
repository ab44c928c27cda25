/** Declares a device, or changes what is declared of one. The next rows are judged by it. */
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listMeasurementServices } from '../api/analyses.ts';
import { keys } from '../api/keys.ts';
import { changeDevice, createDevice, type Device } from '../api/measurements.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import { changeOf, type DeviceDraft, draftOf, newDeviceOf, newDraft, problemOf } from './device-draft.ts';
import classes from './devices.module.css';
import { FieldRows } from './field-rows.tsx';

export type DeviceDialogProps = {
  /** undefined: a new one. */
  readonly device: Device | undefined;
  readonly onClose: () => void;
};

export function DeviceDialog({ device, onClose }: DeviceDialogProps): ReactNode {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<DeviceDraft>(() => (device === undefined ? newDraft() : draftOf(device)));
  const put = (part: Partial<DeviceDraft>): void => setDraft((current) => ({ ...current, ...part }));
  const save = useSave(device, onClose);
  const problem = problemOf(draft);
  const isSame = device !== undefined && changeOf(draft, device) === undefined;
  return (
    <Dialog
      title={device === undefined ? t('deviceForm.newTitle') : t('deviceForm.editTitle', { device: device.name })}
      isWide
      staysOpen
      onClose={onClose}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(draft);
        }}
      >
        <About draft={draft} isNew={device === undefined} onChange={put} />
        <FieldRows fields={draft.fields} onChange={(fields) => put({ fields })} />
        {save.error !== null && <ProblemPanel error={save.error} />}
        <Group justify="flex-end">
          {problem !== undefined && <span className="quiet small">{t(`deviceForm.problems.${problem}`)}</span>}
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={problem !== undefined || isSame}>
            {t('save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

function useSave(device: Device | undefined, onClose: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: DeviceDraft) =>
      device === undefined ? createDevice(newDeviceOf(draft)) : changeDevice(device.id, changeOf(draft, device) ?? {}),
    meta: { showsOwnErrors: true },
    onSuccess: async (saved) => {
      toastDone(t('deviceForm.saved', { device: saved.name }));
      onClose();
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.allAnalyses }),
        client.invalidateQueries({ queryKey: keys.device(saved.id) }),
      ]);
    },
  });
}

type AboutProps = {
  readonly draft: DeviceDraft;
  readonly isNew: boolean;
  readonly onChange: (part: Partial<DeviceDraft>) => void;
};

function About({ draft, isNew, onChange }: AboutProps): ReactNode {
  const { t } = useTranslation();
  const services = useQuery({
    queryKey: keys.measurementServices,
    queryFn: ({ signal }) => listMeasurementServices(signal),
  });
  const chosen = services.data?.items.find(({ name }) => name === draft.service);
  return (
    <>
      {isNew && (
        <TextInput
          label={t('deviceForm.id')}
          description={t('deviceForm.idHint')}
          dir="auto"
          value={draft.id}
          data-autofocus
          onChange={(event) => onChange({ id: event.currentTarget.value })}
        />
      )}
      <Group grow align="start">
        <TextInput
          label={t('deviceForm.name')}
          dir="auto"
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('devices.line')}
          dir="auto"
          value={draft.line}
          onChange={(event) => onChange({ line: event.currentTarget.value })}
        />
      </Group>
      <Group grow align="start">
        <Select
          label={t('machine.service')}
          description={chosen?.about ?? t('deviceForm.serviceHint')}
          data={(services.data?.items ?? []).map(({ name }) => name)}
          value={draft.service}
          clearable
          onChange={(service) => onChange({ service })}
        />
        <TextInput
          label={t('devices.idealCycle')}
          description={t('deviceForm.idealCycleHint')}
          dir="auto"
          value={draft.idealCycle}
          onChange={(event) => onChange({ idealCycle: event.currentTarget.value })}
        />
      </Group>
      {chosen !== undefined && isNew && (
        <p className="quiet small">
          {t('deviceForm.brings', { fields: chosen.fields.map(({ name }) => name).join(', ') })}
        </p>
      )}
    </>
  );
}
