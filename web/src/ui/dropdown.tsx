/**
 * A button that opens a small panel under itself. Part of every page, so it is built of what the browser has: a library
 * that places panels would cost more than the whole shell.
 */
import { useClickOutside } from '@mantine/hooks';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import classes from './dropdown.module.css';

export type DropdownProps = {
  /** What the panel is. */
  readonly label: string;
  /** What the button says when it shows only a picture. */
  readonly buttonLabel?: string;
  readonly button: ReactNode;
  readonly children: (close: () => void) => ReactNode;
};

export function Dropdown({ label, buttonLabel, button, children }: DropdownProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const frame = useClickOutside<HTMLDivElement>(() => setIsOpen(false));
  const close = (): void => {
    setIsOpen(false);
    opener.current?.focus();
  };
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && isOpen) close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens for the key that closes the panel in it
    <div ref={frame} className={classes.frame} onKeyDown={closeOnEscape}>
      <button
        ref={opener}
        type="button"
        className={classes.button}
        aria-label={buttonLabel}
        title={buttonLabel}
        aria-expanded={isOpen}
        aria-controls={isOpen ? panelId : undefined}
        onClick={() => setIsOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <section id={panelId} className={classes.panel} aria-label={label}>
          {children(close)}
        </section>
      )}
    </div>
  );
}

export type DropdownItemProps = {
  readonly onClick: () => void;
  readonly lang?: string;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
};

export function DropdownItem({ onClick, lang, isPressed, isDisabled, children }: DropdownItemProps): ReactNode {
  return (
    <button
      type="button"
      className={classes.item}
      lang={lang}
      aria-pressed={isPressed}
      disabled={isDisabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
