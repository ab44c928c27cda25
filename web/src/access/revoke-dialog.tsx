/** Revokes a token: whatever uses it is locked out at once, so it asks first. */
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { revokeToken, type TokenInfo } from '../api/access.ts';
import { keys } from '../api/keys.ts';
import { toastDone } from '../app/problem-toast.tsx';
import { Dialog } from '../ui/dialog.tsx';

export type RevokeDialogProps = { readonly token: TokenInfo; readonly onClose: () => void };

export function RevokeDialog({ token, onClose }: RevokeDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      toastDone(t('tokens.revoked', { name: token.name }));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
  return (
    <Dialog onClose={onClose} title={t('tokens.revokeNamed', { name: token.name })}>
      <p>{t('tokens.revokeText')}</p>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="danger" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('tokens.revoke')}
        </Button>
      </Group>
    </Dialog>
  );
}
