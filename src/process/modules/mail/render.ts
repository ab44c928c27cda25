/** Fills mail texts: `{name}` is replaced by the variable of that name. Where a text is HTML the values are escaped. */

export const MAX_SUBJECT_LENGTH = 200;
const MAX_VALUE_LENGTH = 2_000;

/** A name that is not there is left as it stands, so that a reader sees what is missing. */
export const fill = (template: string, variables: Readonly<Record<string, unknown>>): string =>
  filled(template, variables, (text) => text);

/** As `fill`, of HTML: whatever a variable holds is text, also between the quotes of an attribute. */
export const fillHtml = (template: string, variables: Readonly<Record<string, unknown>>): string =>
  filled(template, variables, escapeHtml);

function filled(
  template: string,
  variables: Readonly<Record<string, unknown>>,
  written: (text: string) => string,
): string {
  const text = template.replace(/\{([\p{L}_][\p{L}\p{N}_.]{0,99})\}/gu, (whole, path: string) => {
    const value = valueAt(variables, path.split('.'));
    return value === undefined ? whole : written(show(value).slice(0, MAX_VALUE_LENGTH));
  });
  return readable(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"'`=]/g, (one) => ENTITIES[one] ?? one);

/** A subject is one line: a line break in a variable must not become a header. */
export function fillSubject(template: string, variables: Readonly<Record<string, unknown>>): string {
  const line = fill(template, variables)
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .trim();
  return readable(line.slice(0, MAX_SUBJECT_LENGTH));
}

/** Without what no mail program shows and no database keeps: control characters, and halves of characters that were cut. */
const readable = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : ' '))
    .replace(/\p{Cs}/gu, '\ufffd');

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return undefined;
  return valueAt((value as Record<string, unknown>)[first], rest);
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
