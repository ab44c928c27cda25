/** A button that asks for a text file on the reader's machine. */
import { Button } from '@mantine/core';
import { type ReactNode, useRef } from 'react';

export type OpenFileProps = {
  /** Endings and media types, with commas between. */
  readonly accept: string;
  readonly label: string;
  readonly button: string;
  readonly isMain?: boolean;
  readonly isPending?: boolean;
  readonly onOpen: (text: string, name: string) => void;
};

export function OpenFile(props: OpenFileProps): ReactNode {
  const { accept, label, button, isMain = false, isPending = false, onOpen } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        hidden
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          void chosen?.text().then((text) => onOpen(text, chosen.name));
        }}
      />
      <Button variant={isMain ? 'filled' : 'default'} loading={isPending} onClick={() => input.current?.click()}>
        {button}
      </Button>
    </>
  );
}
