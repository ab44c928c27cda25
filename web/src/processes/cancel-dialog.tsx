/** Cancels an instance. That cannot be taken back, so it asks, and keeps the reason in the history. */
import { Button, Group, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../api/keys.ts';
import { cancelInstance } from '../api/processes.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';

export type CancelDialogProps = { readonly id: string; readonly isOpen: boolean; readonly onClose: () => void };

export function CancelDialog({ id, isOpen, onClose }: CancelDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const cancel = useMutation({
    mutationFn: () => cancelInstance(id, reason.trim()),
    onSuccess: () => {
      toastDone(t('instance.cancelled'));
      onClose();
    },
    onSettled: () =>
      Promise.all([keys.allInstances, keys.allTasks].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('instance.cancelTitle')}>
      <p className="quiet">{t('instance.cancelText')}</p>
      <Textarea
        mt="md"
        label={t('instance.reason')}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('instance.keep')}
        </Button>
        <Button
          color="danger"
          loading={cancel.isPending}
          disabled={reason.trim() === ''}
          onClick={() => cancel.mutate()}
        >
          {t('instance.cancel')}
        </Button>
      </Group>
    </Dialog>
  );
}
