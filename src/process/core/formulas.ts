/** Texts that are FEEL when they start with "=", and plain otherwise. */

type Path = readonly (string | number)[];
/** The text of an expression, and its place. */
type Found = { readonly path: Path; readonly text: string };

export const isFormula = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=');

/** All of them, each without its "=". */
export function formulasIn(value: unknown, path: Path = []): Found[] {
  if (isFormula(value)) return [{ path, text: value.slice(1) }];
  if (Array.isArray(value)) return value.flatMap((inner, place) => formulasIn(inner, [...path, place]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => formulasIn(inner, [...path, name]));
}
