/** Lists answer a page and a cursor to the next one: the place of the last row, opaque to the caller. */
import { MillraceError } from '../kernel/errors.ts';
import type { Value } from '../store/family.ts';

export const DEFAULT_PAGE_ROWS = 100;
export const MAX_PAGE_ROWS = 1_000;

export type PageRequest = { readonly limit?: number | undefined; readonly cursor?: string | undefined };
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

/** The limit and the place to go on from, as a query of the store takes them. `columns` is how many columns a place has. */
export function pageQuery(
  { limit = DEFAULT_PAGE_ROWS, cursor }: PageRequest,
  columns: number,
): { limit: number; after?: Value[] } {
  const rows = Math.min(Math.max(1, Math.floor(limit)), MAX_PAGE_ROWS);
  return cursor === undefined ? { limit: rows } : { limit: rows, after: placeOf(cursor, columns) };
}

/** A full page has a next one, which may be empty. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  {
    limit,
    place,
    item,
  }: { readonly limit: number; readonly place: (row: Row) => Value[]; readonly item: (row: Row) => T },
): Page<T> {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    items: rows.map(item),
    next: last === undefined ? null : Buffer.from(JSON.stringify(place(last))).toString('base64url'),
  };
}

function placeOf(cursor: string, columns: number): Value[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isPlace = Array.isArray(place) && place.length === columns && place.every(isValue);
    if (isPlace) return place as Value[];
  } catch {
    // not JSON: refused below
  }
  throw new MillraceError('measurement.invalid-cursor', { cursor });
}

const isValue = (value: unknown): boolean =>
  (typeof value === 'number' && Number.isSafeInteger(value)) ||
  (typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value));
