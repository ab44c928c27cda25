/** When a task is due, when it comes up again, and how urgent it is. */
import { NumberInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { planTask, type TaskDetail } from '../api/tasks.ts';
import { MendDialog } from '../mending/mend-dialog.tsx';
import { useMending } from '../mending/use-mending.ts';
import { useLabel } from '../ui/label.ts';
import { fromLocalTime, toLocalTime } from '../ui/local-time.ts';

export type PlanDialogProps = { readonly task: TaskDetail; readonly onClose: () => void };

export function PlanDialog({ task, onClose }: PlanDialogProps): ReactNode {
  const { t } = useTranslation();
  const label = useLabel();
  const [due, setDue] = useState(toLocalTime(task.dueAt));
  const [followUp, setFollowUp] = useState(toLocalTime(task.followUpAt));
  const [priority, setPriority] = useState<number | string>(task.priority);
  // A field shows no seconds: what was not touched is not sent.
  const plan = {
    ...(due !== toLocalTime(task.dueAt) && { dueAt: fromLocalTime(due) }),
    ...(followUp !== toLocalTime(task.followUpAt) && { followUpAt: fromLocalTime(followUp) }),
    ...(typeof priority === 'number' && priority !== task.priority && { priority }),
  };
  const mending = useMending(() => planTask(task.id, plan), {
    done: t('plan.saved', { name: label(task.name) }),
    onDone: onClose,
  });
  return (
    <MendDialog
      title={t('plan.title')}
      text={label(task.name)}
      submit={{ text: t('save'), isDisabled: Object.keys(plan).length === 0 || typeof priority !== 'number' }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('plan.due')}
        description={t('plan.dueHint')}
        type="datetime-local"
        value={due}
        onChange={(event) => setDue(event.currentTarget.value)}
      />
      <TextInput
        label={t('plan.followUp')}
        description={t('plan.followUpHint')}
        type="datetime-local"
        value={followUp}
        onChange={(event) => setFollowUp(event.currentTarget.value)}
      />
      <NumberInput
        label={t('plan.priority')}
        description={t('plan.priorityHint')}
        value={priority}
        min={-100}
        max={100}
        allowDecimal={false}
        onChange={setPriority}
      />
    </MendDialog>
  );
}
