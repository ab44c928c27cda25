/** A text that stands for a value: it stays as it was typed while the value it means goes out, and gives way when another comes in. */
import { useState } from 'react';

export type DraftText<T> = {
  readonly text: string;
  readonly change: (text: string) => void;
  /** Whether the text means no value. */
  readonly isWrong: boolean;
  readonly value: T;
};

type Parts<T> = {
  readonly value: T;
  readonly toText: (value: T) => string;
  /** Throws when the text means nothing. */
  readonly toValue: (text: string) => T;
  readonly onChange: (value: T) => void;
};

export function useDraftText<T>({ value, toText, toValue, onChange }: Parts<T>): DraftText<T> {
  const [draft, setDraft] = useState(() => ({ text: toText(value), means: JSON.stringify(value), isWrong: false }));
  const isStale = draft.means !== JSON.stringify(value);
  const shown = isStale ? { text: toText(value), isWrong: false } : draft;
  return {
    text: shown.text,
    isWrong: shown.isWrong,
    value,
    change: (text) => {
      try {
        const next = toValue(text);
        setDraft({ text, means: JSON.stringify(next), isWrong: false });
        onChange(next);
      } catch {
        setDraft({ text, means: JSON.stringify(value), isWrong: true });
      }
    },
  };
}
