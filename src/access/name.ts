/** The display name of a person or token: one short line for people to read. */
import { MillraceError } from '../kernel/errors.ts';

export const MAX_NAME_LENGTH = 100;

/** Throws `access.invalid-name`. */
export function requireName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > MAX_NAME_LENGTH || /\p{C}/u.test(name)) {
    throw new MillraceError('access.invalid-name', { name: name.slice(0, MAX_NAME_LENGTH), limit: MAX_NAME_LENGTH });
  }
  return name;
}
