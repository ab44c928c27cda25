/** Puts dead letters back into their queue, or drops them for good. Either way it asks first. */
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeadLetterChoice, dropLetters, replayLetters } from '../api/bus.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';

export type Settling = {
  readonly act: 'replay' | 'drop';
  readonly choice: DeadLetterChoice;
  /** What is chosen, in words. */
  readonly name: string;
  readonly count: number;
};
export type SettleDialogProps = { readonly queue: string; readonly settling: Settling; readonly onClose: () => void };

export function SettleDialog({ queue, settling, onClose }: SettleDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { act, choice, name, count } = settling;
  const settle = useMutation({
    mutationFn: () => (act === 'replay' ? replayLetters : dropLetters)(queue, choice),
    // The page is new before the question goes away: nobody counts letters that are gone.
    onSuccess: async (settled) => {
      await Promise.all(
        [keys.deadLetters(queue), keys.queues].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      toastDone(t(act === 'replay' ? 'deadLetters.replayed' : 'deadLetters.dropped', { count: settled.count }));
      onClose();
    },
  });
  return (
    <Dialog
      onClose={onClose}
      title={t(act === 'replay' ? 'deadLetters.replayNamed' : 'deadLetters.dropNamed', { name })}
    >
      <p>{t(act === 'replay' ? 'deadLetters.replayText' : 'deadLetters.dropText', { count })}</p>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('cancel')}
        </Button>
        <Button {...(act === 'drop' && { color: 'danger' })} loading={settle.isPending} onClick={() => settle.mutate()}>
          {t(act === 'replay' ? 'deadLetters.replay' : 'deadLetters.drop')}
        </Button>
      </Group>
    </Dialog>
  );
}
