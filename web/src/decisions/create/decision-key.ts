/** Keys of decisions: ids of XML, of letters that a command line takes as well. Pure. */

/** As many letters as the server takes. */
const MAX_LETTERS = 200;

export const isKey = (text: string): boolean => text.length <= MAX_LETTERS && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text);
