/** Languages as BCP 47 names them: `he`, `de`, `pt-BR`. */
import { MillraceError } from '../kernel/errors.ts';

const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/** Throws `access.invalid-language`. */
export function requireLanguage(text: string): string {
  if (!LANGUAGE.test(text)) throw new MillraceError('access.invalid-language', { language: text.slice(0, 35) });
  return text;
}
