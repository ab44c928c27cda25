/**
 * Whom a mail goes to, in one text: `day-shift` is a recipient list, `role:engineer` everybody with that role,
 * `person:anna` one person, `boss@plant.example` an address. Definitions are checked by it, and mails are sent by it.
 */
export type RecipientName = { readonly kind: 'list' | 'role' | 'person' | 'address'; readonly value: string };

/** No control or format characters either: they could end a line or hide what stands there. */
const ADDRESS = /^[^\s\p{C}@<>,;:"()[\]\\]{1,64}@[^\s\p{C}@<>,;:"()[\]\\]{1,253}$/u;
const PLAIN_NAME = /^[a-z][a-z0-9-]{0,49}$/;
const PERSON_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** One "@", no white space, nothing that could become a header or a second address. */
export const isMailAddress = (text: string): boolean => ADDRESS.test(text);
/** The name of a recipient list or of a role. */
export const isPlainName = (text: string): boolean => PLAIN_NAME.test(text);
export const isPersonId = (text: string): boolean => PERSON_ID.test(text);

/** undefined: it can be none of them, whatever there is in the plant. */
export function readRecipientName(text: string): RecipientName | undefined {
  if (isMailAddress(text)) return { kind: 'address', value: text };
  const [, kind, value = ''] = /^(role|person):(.*)$/s.exec(text) ?? [];
  if (kind === 'role') return isPlainName(value) ? { kind, value } : undefined;
  if (kind === 'person') return isPersonId(value) ? { kind, value } : undefined;
  return isPlainName(text) ? { kind: 'list', value: text } : undefined;
}
