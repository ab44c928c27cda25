/** A question before an instance is changed: what will happen, what has to be said, and why it was refused. */
import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemPanel } from '../ui/problem-panel.tsx';
import classes from './mending.module.css';

export type MendDialogProps = {
  readonly title: string;
  readonly text: string;
  readonly isWide?: boolean;
  readonly submit: { readonly text: string; readonly isDanger?: boolean; readonly isDisabled?: boolean };
  readonly mending: { readonly isPending: boolean; readonly error: unknown };
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
};

export function MendDialog({ title, text, isWide = false, submit, mending, ...rest }: MendDialogProps): ReactNode {
  const { t } = useTranslation();
  const { onSubmit, onClose, children } = rest;
  return (
    <Dialog title={title} isWide={isWide} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <p className="quiet">{text}</p>
        {children}
        {mending.error !== null && <ProblemPanel error={mending.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            type="submit"
            loading={mending.isPending}
            disabled={submit.isDisabled === true}
            {...(submit.isDanger && { color: 'danger' })}
          >
            {submit.text}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
