/** What a complete translation is: every key of English, plus the plural forms English does not have. */
import type { DecisionTexts } from './decision-texts.ts';
import type { en } from './en.ts';
import type { EngineerTexts } from './engineer-texts.ts';
import type { MachineTexts } from './machine-texts.ts';

type Texts<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Texts<T[Key]> };
export type Translation = Texts<typeof en & EngineerTexts & MachineTexts & DecisionTexts>;

/** The compiler refuses a language that lacks a key. */
export const complete = <T extends Translation>(language: T): T => language;
