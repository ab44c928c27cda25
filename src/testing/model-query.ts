/** How the model store answers a query: look at every row, sort, cut. Slow and obviously right. */
import type { Family, Row, Value } from '../store/family.ts';
import { type Condition, MAX_ROWS, type Query } from '../store/query.ts';

type OrderBy = { readonly column: string; readonly sign: 1 | -1 };

/** The rows on the disk that a query asks for, in its order. */
export function pick(family: Family, rows: Iterable<Row>, { where = {}, order, after, limit }: Query): Row[] {
  const conditions = Object.entries(where).filter((entry): entry is [string, Condition] => entry[1] !== undefined);
  const orders = (order ?? family.key).map(orderBy);
  const found: Row[] = [];
  for (const row of rows) {
    const matches = conditions.every(([column, condition]) => meets(row[column] as Value, condition));
    if (matches && (after === undefined || comparePlace(row, after, orders) > 0)) found.push(row);
  }
  found.sort((a, b) =>
    comparePlace(
      a,
      orders.map(({ column }) => b[column] as Value),
      orders,
    ),
  );
  return found.slice(0, Math.min(limit, MAX_ROWS));
}

export function orderBy(text: string): OrderBy {
  return text.startsWith('-') ? { column: text.slice(1), sign: -1 } : { column: text, sign: 1 };
}

function meets(value: Value, condition: Condition): boolean {
  if (condition === null || typeof condition !== 'object') return value === condition;
  if ('in' in condition) return condition.in.includes(value);
  if (value === null) return false;
  const { lt, lte, gt, gte } = condition;
  return (
    (lt === undefined || compare(value, lt) < 0) &&
    (lte === undefined || compare(value, lte) <= 0) &&
    (gt === undefined || compare(value, gt) > 0) &&
    (gte === undefined || compare(value, gte) >= 0)
  );
}

function comparePlace(row: Row, place: readonly Value[], orders: readonly OrderBy[]): number {
  for (const [position, { column, sign }] of orders.entries()) {
    const difference = compare(row[column] as Value, place[position] as Value);
    if (difference !== 0) return sign * difference;
  }
  return 0;
}

/** Null stands before everything; text is compared by code points, as the databases do with bytes of UTF-8. */
function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  return compareCodePoints(a, b);
}

function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let place = 0; place < shorter; place++) {
    if (a.charCodeAt(place) !== b.charCodeAt(place)) {
      return (a.codePointAt(place) as number) - (b.codePointAt(place) as number);
    }
  }
  return a.length - b.length;
}
