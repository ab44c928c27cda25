/** A question in front of the page. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export type DialogProps = {
  readonly title: string;
  /** Left out by dialogs that exist only while they are open. */
  readonly isOpen?: boolean;
  readonly isWide?: boolean;
  /** What is seen only once must not vanish by a click beside it. */
  readonly staysOpen?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Mantine's head of a dialog is a <header>, which would be a second banner of the page. */
const attributes = { header: { role: 'presentation' } };

export function Dialog({ title, isOpen = true, isWide, staysOpen, onClose, children }: DialogProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      size={isWide ? 'lg' : 'md'}
      centered
      closeOnClickOutside={staysOpen !== true}
      closeButtonProps={{ 'aria-label': t('close') }}
      overlayProps={{ backgroundOpacity: 0.45 }}
      attributes={attributes}
    >
      {children}
    </Modal>
  );
}
