/** Mail addresses, checked as far as it makes sense. */
import { MillraceError } from '../kernel/errors.ts';
import { isMailAddress } from '../kernel/recipient-name.ts';

/** Throws `access.invalid-address`. */
export function requireAddress(text: string): string {
  const address = text.trim();
  if (!isMailAddress(address)) throw new MillraceError('access.invalid-address', { address: text.slice(0, 100) });
  return address;
}
