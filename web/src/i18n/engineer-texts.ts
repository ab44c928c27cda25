/**
 * The words of the engineer's pages in English. They come with those pages, so that nobody else loads them; every other
 * language is one file, which is fetched when it is chosen.
 */
import i18next from 'i18next';
import { composer } from './en/composer.ts';
import { steps } from './en/steps.ts';

const texts = { ...steps, ...composer };
export type EngineerTexts = typeof texts;

i18next.addResourceBundle('en', 'translation', texts, true, true);
