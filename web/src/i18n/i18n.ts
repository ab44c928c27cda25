/** Starts the translations: English is in the bundle, every other language is fetched when it is chosen. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { DecisionTexts } from './decision-texts.ts';
import { en } from './en.ts';
import type { EngineerTexts } from './engineer-texts.ts';
import { isLanguage, LANGUAGES, type Language, languageOf, rememberLanguage } from './language.ts';
import type { MachineTexts } from './machine-texts.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en & EngineerTexts & MachineTexts & DecisionTexts };
  }
}

const loaders: Readonly<Record<Exclude<Language, 'en'>, () => Promise<object>>> = {
  he: async () => (await import('./he.ts')).he,
};

export async function startTranslations(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escape: isolated },
    returnNull: false,
  });
  const wanted = languageOf(localStorage);
  if (wanted !== 'en') await changeLanguage(wanted);
}

export async function changeLanguage(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await loaders[language]());
  }
  await i18next.changeLanguage(language);
  rememberLanguage(localStorage, language);
}

/**
 * React escapes already. What has to be done to a value is to isolate it (as <bdi> does): "press-1" or "4.5 mm/s" would
 * otherwise be torn apart inside a right-to-left sentence.
 */
function isolated(value: string): string {
  return LANGUAGES[currentLanguage()].direction === 'rtl' ? `\u2068${value}\u2069` : value;
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}
