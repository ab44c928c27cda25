/** The words of decisions in English. They come with what shows them, so that nobody else loads them. */
import i18next from 'i18next';
import { decisions } from './en/decisions.ts';

export type DecisionTexts = typeof decisions;

i18next.addResourceBundle('en', 'translation', decisions, true, true);
