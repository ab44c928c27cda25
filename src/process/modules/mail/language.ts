/** Which of several texts a person reads. */

/** One text, or one for each language. */
export type Words = string | Readonly<Record<string, string>>;
type Chosen = { readonly language: string | null; readonly text: string };

/** The text in the first of the wanted languages that there is, by its region or without; else the first text. */
export function wordsFor(words: Words, wanted: readonly string[]): Chosen {
  if (typeof words === 'string') return { language: null, text: words };
  const there = Object.keys(words);
  const found = wanted.flatMap((language) => inLanguage(language, there) ?? [])[0] ?? there[0];
  return found === undefined ? { language: null, text: '' } : { language: found, text: words[found] ?? '' };
}

function inLanguage(wanted: string, there: readonly string[]): string | undefined {
  const [exact, base] = [wanted.toLowerCase(), baseOf(wanted)];
  return (
    there.find((one) => one.toLowerCase() === exact) ??
    there.find((one) => one.toLowerCase() === base) ??
    there.find((one) => baseOf(one) === base)
  );
}

const baseOf = (language: string): string => language.toLowerCase().split('-')[0] ?? '';
