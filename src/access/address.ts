/** Mail addresses, checked as far as it makes sense: one "@", no white space, nothing that could become a header or a second address. */
import { MillraceError } from '../kernel/errors.ts';

/** No control or format characters either: they could end a line or hide what stands there. */
const ADDRESS = /^[^\s\p{C}@<>,;:"()[\]\\]{1,64}@[^\s\p{C}@<>,;:"()[\]\\]{1,253}$/u;

/** Throws `access.invalid-address`. */
export function requireAddress(text: string): string {
  const address = text.trim();
  if (!ADDRESS.test(address)) throw new MillraceError('access.invalid-address', { address: text.slice(0, 100) });
  return address;
}
