/** Lists: a page and the cursor of the next one. A cursor is the place of the last row, opaque to the caller. */
import { z } from 'zod';
import type { Page } from '../../client/wire.ts';
import { refused } from './problem.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 1_000;

/** The two query parameters of every list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('How many items at most.'),
  cursor: z.string().max(500).exactOptional().describe('`next` of the page before.'),
};

export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe('The cursor of the next page; null at the end.'),
  });

/** Asked for one row more than wanted, the rows tell whether there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  {
    limit,
    place,
    item,
  }: { readonly limit: number; readonly place: (row: Row) => Place; readonly item: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(place(last)) : null;
  return { items: shown.map(item), next };
}

export type Place = readonly (string | number)[];

export const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place a cursor stands for, whatever list it is of. */
export function readCursor(cursor: string | undefined): Place | 'malformed' | undefined {
  if (cursor === undefined) return undefined;
  const place = parse(cursor);
  const isPlace = Array.isArray(place) && place.length > 0 && place.every(isStorable);
  return isPlace ? (place as Place) : 'malformed';
}

/** A page of a list that is short enough to be read whole, in the order of a key. */
export function listPage<Row, Item>(
  rows: readonly Row[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  { key, item }: { readonly key: (row: Row) => string; readonly item: (row: Row) => Item },
): Page<Item> {
  const after = placeOf(cursor, ['string'])?.[0] as string | undefined;
  const sorted = [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((row) => key(row) > after);
  return pageOf(rest, { limit, place: (row) => [key(row)], item });
}

/** The place a cursor stands for; `kinds` says of what. Throws `request.invalid`. */
export function placeOf(cursor: string | undefined, kinds: readonly ('number' | 'string')[]): Place | undefined {
  if (cursor === undefined) return undefined;
  const place = parse(cursor);
  const fits =
    Array.isArray(place) &&
    place.length === kinds.length &&
    place.every((value, at) => typeof value === kinds[at] && isStorable(value));
  if (!fits) throw refused([{ path: 'query.cursor', message: 'is not the `next` of a page of this list' }]);
  return place as Place;
}

/** The place of a list that is ordered by one number. */
export function numberPlace(cursor: string | undefined): number | undefined {
  return placeOf(cursor, ['number'])?.[0] as number | undefined;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const isStorable = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isSafeInteger(value)
    : typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value);
