/** Shows something that is seen only once, with a button to copy it. */
import { Button, CopyButton, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckIcon } from '../app/icons.tsx';
import { Dialog } from '../ui/dialog.tsx';
import classes from './access.module.css';

export type SecretDialogProps = {
  readonly title: string;
  readonly text: string;
  readonly secret: string;
  readonly onClose: () => void;
};

export function SecretDialog({ title, text, secret, onClose }: SecretDialogProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} title={title} staysOpen>
      <p>{text}</p>
      <code className={classes.secret} dir="ltr">
        {secret}
      </code>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('close')}
        </Button>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button onClick={copy} leftSection={copied ? <CheckIcon size={16} /> : null}>
              {copied ? t('access.copied') : t('access.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Dialog>
  );
}
