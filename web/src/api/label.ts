/** Names that people gave: one text, or one for each language. */
import type { Label } from '../../../src/client/wire.ts';

export type { Label };

/** The text in the reader's language, else in English, else in whatever language there is. */
export function localise(label: Label | undefined, language: string): string {
  if (label === undefined) return '';
  if (typeof label === 'string') return label;
  const base = language.split('-')[0] ?? language;
  return label[language] ?? label[base] ?? label.en ?? Object.values(label)[0] ?? '';
}
