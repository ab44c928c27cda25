/**
 * Queries as SQL with parameters. A value that some partial index of the family names stands in the SQL as
 * it is, because SQLite uses such an index only where it can see that the condition implies the index's own.
 */
import type { Value } from '../../store/family.ts';
import { type Condition, MAX_ROWS, type Query } from '../../store/query.ts';
import { columnList, nameOf } from './statements.ts';
import { literal, requirePlaceOf, requireValue, type Table } from './table.ts';

export type Sql = { readonly sql: string; readonly parameters: readonly Value[] };

type OrderBy = {
  readonly place: number;
  readonly name: string;
  readonly isDescending: boolean;
  readonly isNullable: boolean;
};

export function selectSql(table: Table, query: Query, columns: string = columnList(table)): Sql {
  const { where = {}, order, after, limit } = query;
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('a limit is a whole number');
  const orders = (order ?? table.family.key).map((text) => orderBy(table, text));
  const parameters: Value[] = [];
  const conditions = Object.entries(where)
    .filter((entry): entry is [string, Condition] => entry[1] !== undefined)
    .map((entry) => conditionSql(table, [entry[0], withoutStart(table, entry, query)], parameters));
  if (after !== undefined) conditions.push(afterSql(table, { orders, after }, parameters));
  const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const sorted = orders.map(({ name, isDescending }) => `${name}${isDescending ? ' DESC' : ''}`).join();
  parameters.push(Math.min(limit, MAX_ROWS));
  return { sql: `SELECT ${columns} FROM ${table.sql}${filter} ORDER BY ${sorted} LIMIT ?`, parameters };
}

/**
 * Of a range on the column that the rows are ordered by first, without what the place before the page says better: with two
 * bounds at one end SQLite begins at the first of them, and would go through all earlier pages again.
 */
function withoutStart(table: Table, [column, condition]: [string, Condition], { order, after }: Query): Condition {
  const [first] = order ?? [];
  const [value] = after ?? [];
  if (first === undefined || typeof value !== 'number' || typeof condition !== 'object' || condition === null)
    return condition;
  const { place, isNullable, isDescending } = orderBy(table, first);
  if (isNullable || table.columns[place]?.name !== column || 'in' in condition) return condition;
  const isSaid = ([end, bound]: [string, Value]): boolean => {
    const isStart = end.startsWith(isDescending ? 'lt' : 'gt');
    return isStart && typeof bound === 'number' && (isDescending ? value <= bound : value >= bound);
  };
  return Object.fromEntries(Object.entries(condition).filter((bound) => !isSaid(bound)));
}

function orderBy(table: Table, text: string): OrderBy {
  const isDescending = text.startsWith('-');
  const place = requirePlaceOf(table, isDescending ? text.slice(1) : text);
  const isNullable = table.columns[place]?.type.endsWith('?') ?? false;
  return { place, name: nameOf(table, place), isDescending, isNullable };
}

function conditionSql(table: Table, [column, condition]: [string, Condition], parameters: Value[]): string {
  const place = requirePlaceOf(table, column);
  const name = nameOf(table, place);
  if (condition === null) return `${name} IS NULL`;
  if (typeof condition !== 'object') return equalSql(table, { place, value: condition }, parameters);
  if ('in' in condition) return inSql(table, { place, values: condition.in }, parameters);
  const bounds = [
    ['<', condition.lt],
    ['<=', condition.lte],
    ['>', condition.gt],
    ['>=', condition.gte],
  ] as const;
  const given = bounds.filter(([, bound]) => bound !== undefined);
  if (given.length === 0) return '1';
  return given
    .map(([operator, bound]) => {
      parameters.push(requireBound(table, place, bound));
      return `${name}${operator}?`;
    })
    .join(' AND ');
}

function equalSql(
  table: Table,
  { place, value }: { readonly place: number; readonly value: Value },
  parameters: Value[],
): string {
  const name = nameOf(table, place);
  requireValue(table, place, value);
  if (typeof value === 'string' && isIndexed(table, place, value)) return `${name}=${literal(value)}`;
  parameters.push(value);
  return `${name}=?`;
}

/** The list is filled up to a power of two with its last value, so that few statements serve lists of any length. */
function inSql(
  table: Table,
  { place, values }: { readonly place: number; readonly values: readonly Value[] },
  parameters: Value[],
): string {
  const [first] = values;
  if (first === undefined) return '0';
  if (values.length === 1) return equalSql(table, { place, value: requireBound(table, place, first) }, parameters);
  const length = 2 ** Math.ceil(Math.log2(values.length));
  for (const value of values) parameters.push(requireBound(table, place, value));
  for (let more = values.length; more < length; more++) parameters.push(values.at(-1) as Value);
  return `${nameOf(table, place)} IN (${Array(length).fill('?').join()})`;
}

/**
 * The rows after a place: greater in the first column, or equal there and greater in the next, and so on. That the
 * first column is no less is said on its own, because an index can begin there. Null stands before everything.
 */
function afterSql(
  table: Table,
  { orders, after }: { readonly orders: readonly OrderBy[]; readonly after: readonly Value[] },
  parameters: Value[],
): string {
  if (after.length !== orders.length) throw new TypeError('`after` has a value for each column of the order');
  const [first] = orders;
  const values = after.map((value, index) => requireValue(table, orders[index]?.place ?? -1, value));
  let start = '';
  if (first !== undefined && orders.length > 1 && !first.isNullable) {
    parameters.push(values[0] as Value);
    start = `${first.name}${first.isDescending ? '<=' : '>='}? AND `;
  }
  const alternatives = orders.map((order, depth) => {
    const equal = orders.slice(0, depth).map(({ name, isNullable }, index) => {
      parameters.push(values[index] as Value);
      return `${name}${isNullable ? ' IS ' : '='}?`;
    });
    return [...equal, beyondSql(order, values[depth] as Value, parameters)].join(' AND ');
  });
  return `${start}(${alternatives.join(' OR ')})`;
}

function beyondSql({ name, isDescending, isNullable }: OrderBy, value: Value, parameters: Value[]): string {
  if (value === null) return isDescending ? '0' : `${name} IS NOT NULL`;
  parameters.push(value);
  if (!isDescending) return `${name}>?`;
  return isNullable ? `(${name}<? OR ${name} IS NULL)` : `${name}<?`;
}

function requireBound(table: Table, place: number, value: Value | undefined): Value {
  if (value === null) throw new TypeError(`${table.family.name}: null is no bound and in no list`);
  return requireValue(table, place, value);
}

const isIndexed = ({ family, columns }: Table, place: number, value: string): boolean =>
  family.indexes.some(({ where }) => where?.column === columns[place]?.name && where?.is === value);
