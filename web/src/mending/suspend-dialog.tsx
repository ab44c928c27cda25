/** Suspends an instance, with a reason for its history. */
import { Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { suspendInstance } from '../api/mending.ts';
import { MendDialog } from './mend-dialog.tsx';
import { useMending } from './use-mending.ts';

export type SuspendDialogProps = { readonly id: string; readonly onClose: () => void };

export function SuspendDialog({ id, onClose }: SuspendDialogProps): ReactNode {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const mending = useMending(() => suspendInstance(id, reason.trim()), {
    done: t('mend.suspended'),
    onDone: onClose,
  });
  return (
    <MendDialog
      title={t('mend.suspendTitle')}
      text={t('mend.suspendText')}
      submit={{ text: t('mend.suspend') }}
      mending={mending}
      onSubmit={() => mending.mutate()}
      onClose={onClose}
    >
      <Textarea
        label={t('instance.reason')}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </MendDialog>
  );
}
