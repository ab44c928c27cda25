/** Fills mail texts: `{name}` is replaced by the variable of that name. Plain text only, so nothing needs escaping. */

export const MAX_SUBJECT_LENGTH = 200;
const MAX_VALUE_LENGTH = 2_000;

/** A name that is not there is left as it stands, so that a reader sees what is missing. */
export function fill(template: string, variables: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{([A-Za-z_][\w.]{0,99})\}/g, (whole, path: string) => {
    const value = valueAt(variables, path.split('.'));
    return value === undefined ? whole : show(value).slice(0, MAX_VALUE_LENGTH);
  });
}

/** A subject is one line: a line break in a variable must not become a header. */
export function fillSubject(template: string, variables: Readonly<Record<string, unknown>>): string {
  const line = [...fill(template, variables)].map((character) => (isControl(character) ? ' ' : character)).join('');
  return line.trim().slice(0, MAX_SUBJECT_LENGTH);
}

const isControl = (character: string): boolean =>
  character < ' ' || character === '\u007f' || character === '\u2028' || character === '\u2029';

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return undefined;
  return valueAt((value as Record<string, unknown>)[first], rest);
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
