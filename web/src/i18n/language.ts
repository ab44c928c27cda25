/** The languages of the user interface, their direction, and which one this browser has chosen. */

export const LANGUAGES = {
  en: { name: 'English', direction: 'ltr' },
  he: { name: 'עברית', direction: 'rtl' },
} as const;
export type Language = keyof typeof LANGUAGES;

/** Also read by public/first-paint.js, before any of this runs. */
const STORED_AS = 'millrace-language';

export const isLanguage = (text: string | null | undefined): text is Language =>
  text !== null && text !== undefined && Object.hasOwn(LANGUAGES, text);

export const languageOf = (storage: Pick<Storage, 'getItem'>): Language => {
  const stored = storage.getItem(STORED_AS);
  return isLanguage(stored) ? stored : 'en';
};

export const rememberLanguage = (storage: Pick<Storage, 'setItem'>, language: Language): void =>
  storage.setItem(STORED_AS, language);
