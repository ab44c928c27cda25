/** A drawer over the page, as the browser's own modal dialog: it keeps the focus, and Escape closes it. */
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CloseIcon } from '../app/icons.tsx';
import classes from './side-drawer.module.css';

export type SideDrawerProps = {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function SideDrawer({ title, isOpen, onClose, children }: SideDrawerProps): ReactNode {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  /** The backdrop belongs to the dialog element itself; everything in it is in the inner box. */
  const closeOnBackdrop = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: with the keyboard it closes by Escape
    <dialog ref={dialog} className={classes.drawer} aria-label={title} onClose={onClose} onClick={closeOnBackdrop}>
      <div className={classes.box}>
        <div className={classes.head}>
          <span className={classes.title}>{title}</span>
          <button type="button" className={classes.close} aria-label={t('close')} onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        {isOpen && children}
      </div>
    </dialog>
  );
}
