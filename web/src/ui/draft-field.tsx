/** A field whose text counts when it is left. */
import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';

export type DraftFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly onCommit: (value: string) => void;
};

/** One step of undo for a word, not for a letter: it counts when it is left, or with Enter. */
export function DraftField({ label, value, error, onCommit }: DraftFieldProps): ReactNode {
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    if (draft !== undefined && draft.trim() !== value) onCommit(draft.trim());
    setDraft(undefined);
  };
  return (
    <TextInput
      label={label}
      dir="auto"
      error={error}
      value={draft ?? value}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}
