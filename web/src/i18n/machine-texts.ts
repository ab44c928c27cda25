/** The words of the pages about machines in English. They come with those pages, so that nobody else loads them. */
import i18next from 'i18next';
import { machines } from './en/machines.ts';

export type MachineTexts = typeof machines;

i18next.addResourceBundle('en', 'translation', machines, true, true);
