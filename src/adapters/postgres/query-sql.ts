/**
 * Queries and claims as SQL. A text that some partial index of the family names stands in the SQL as it is: a prepared
 * statement's plan serves any parameter, so PostgreSQL uses such an index only where the condition is written out.
 */
import type { Value } from '../../store/family.ts';
import { type Claim, type Condition, MAX_ROWS, type Query } from '../../store/query.ts';
import { arrayParameter } from './array-parameter.ts';
import type { Statement } from './driver.ts';
import { type Column, changeableIn, columnIn, literal, quoted, summableIn, type Table } from './table.ts';

type OrderBy = { readonly column: Column; readonly isDescending: boolean };

/** The column under which a claim tells the order in which it picked. */
export const PICKED_COLUMN = 'millrace_picked';

/** Collects parameters and answers their places. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: Value, { type }: Column): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  addList(values: readonly Value[], column: Column): string {
    this.values.push(arrayParameter(column, values));
    return `$${this.values.length}::${column.type}[]`;
  }

  addCount(count: number): string {
    this.values.push(count);
    return `$${this.values.length}::bigint`;
  }
}

export function selectStatement(table: Table, query: Query): Statement {
  const parameters = new Parameters();
  const text = `SELECT ${table.selected} FROM ${table.sql} AS t ${pickSql(table, query, parameters)}`;
  return { text, values: parameters.values };
}

/** Picks without waiting for rows that others are taking, changes them, and tells the order of the pick. */
export function claimStatement(table: Table, { set, add = {}, columns, ...query }: Claim): Statement {
  const parameters = new Parameters();
  const picked = pickSql(table, query as Query, parameters);
  const changes = [
    ...Object.entries(set as Readonly<Record<string, Value>>).map(([name, value]) => {
      const column = changeableIn(table, name);
      return `${column.sql} = ${parameters.add(value, column)}`;
    }),
    ...Object.entries(add as Readonly<Record<string, number>>).map(([name, amount]) => {
      const column = summableIn(table, name);
      return `${column.sql} = t.${column.sql} + ${parameters.add(amount, column)}`;
    }),
  ];
  const key = table.key.map(({ sql }) => sql).join(', ');
  const same = table.key.map(({ sql }) => `t.${sql} = picked.${sql}`).join(' AND ');
  const answered = columns === undefined ? table.selected : selectedOf(table, columns);
  const text = `WITH locked AS MATERIALIZED (SELECT ${key} FROM ${table.sql} AS t ${picked} FOR NO KEY UPDATE SKIP LOCKED),
    picked AS MATERIALIZED (SELECT ${key}, row_number() OVER () AS place FROM locked)
    UPDATE ${table.sql} AS t SET ${changes.join(', ')} FROM picked WHERE ${same}
    RETURNING ${answered}, picked.place AS ${PICKED_COLUMN}`;
  return { text, values: parameters.values };
}

const selectedOf = (table: Table, names: readonly string[]): string =>
  names.map((name) => `t.${columnIn(table, name).sql} AS ${quoted(name)}`).join(', ');

/** Conditions, order and limit. */
function pickSql(table: Table, { where = {}, order, after, limit }: Query, parameters: Parameters): string {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('a limit is a whole number');
  const orders = (order ?? table.family.key).map((text) => orderBy(table, text));
  const conditions = Object.entries(where)
    .filter((entry): entry is [string, Condition] => entry[1] !== undefined)
    .map(([name, condition]) => conditionSql({ table, column: columnIn(table, name) }, condition, parameters));
  if (after !== undefined) conditions.push(afterSql(orders, after, parameters));
  const filter = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')} `;
  return `${filter}ORDER BY ${orders.map(sortSql).join(', ')} LIMIT ${parameters.addCount(Math.min(limit, MAX_ROWS))}`;
}

function orderBy(table: Table, text: string): OrderBy {
  const isDescending = text.startsWith('-');
  return { column: columnIn(table, isDescending ? text.slice(1) : text), isDescending };
}

/** Null stands before every value, as in the indexes. */
function sortSql({ column: { sql, isNullable }, isDescending }: OrderBy): string {
  if (isDescending) return `t.${sql} DESC${isNullable ? ' NULLS LAST' : ''}`;
  return `t.${sql}${isNullable ? ' NULLS FIRST' : ''}`;
}

function conditionSql(
  { table, column }: { readonly table: Table; readonly column: Column },
  condition: Condition,
  parameters: Parameters,
): string {
  const name = `t.${column.sql}`;
  if (condition === null) return `${name} IS NULL`;
  if (typeof condition !== 'object') return equalSql({ table, column }, condition, parameters);
  if ('in' in condition) {
    const [first] = condition.in;
    if (first === undefined) return 'FALSE';
    if (condition.in.length === 1) return equalSql({ table, column }, required(first), parameters);
    return `${name} = ANY(${parameters.addList(condition.in.map(required), column)})`;
  }
  const bounds = [
    ['<', condition.lt],
    ['<=', condition.lte],
    ['>', condition.gt],
    ['>=', condition.gte],
  ] as const;
  const given = bounds.filter(([, bound]) => bound !== undefined);
  if (given.length === 0) return 'TRUE';
  return given
    .map(([operator, bound]) => `${name} ${operator} ${parameters.add(required(bound), column)}`)
    .join(' AND ');
}

function equalSql(
  { table, column }: { readonly table: Table; readonly column: Column },
  value: Value,
  parameters: Parameters,
): string {
  const isIndexed = table.family.indexes.some(({ where }) => where?.column === column.name && where.is === value);
  return `t.${column.sql} = ${isIndexed ? literal(String(value)) : parameters.add(value, column)}`;
}

function required(value: Value | undefined): Value {
  if (value === null || value === undefined) throw new TypeError('null is no bound and in no list');
  return value;
}

/**
 * The rows after a place. Where all columns run the same way and none may be null that is a comparison of rows, which an
 * index answers; otherwise: beyond in the first column, or equal there and beyond in the next, and so on.
 */
function afterSql(orders: readonly OrderBy[], after: readonly Value[], parameters: Parameters): string {
  if (after.length !== orders.length) throw new TypeError('`after` has a value for each column of the order');
  const places = orders.map(({ column }, place) =>
    after[place] === null ? undefined : parameters.add(after[place] as Value, column),
  );
  const isDescending = orders[0]?.isDescending;
  if (orders.every((one) => !one.column.isNullable && one.isDescending === isDescending)) {
    const names = orders.map(({ column }) => `t.${column.sql}`).join(', ');
    return `(${names}) ${isDescending === true ? '<' : '>'} (${places.join(', ')})`;
  }
  const alternatives = orders.map((order, depth) => {
    const equal = orders.slice(0, depth).map(({ column }, place) => {
      return places[place] === undefined ? `t.${column.sql} IS NULL` : `t.${column.sql} = ${places[place]}`;
    });
    return [...equal, beyondSql(order, places[depth])].join(' AND ');
  });
  return `(${alternatives.join(' OR ')})`;
}

/** `place` is undefined for null. */
function beyondSql({ column: { sql, isNullable }, isDescending }: OrderBy, place: string | undefined): string {
  if (place === undefined) return isDescending ? 'FALSE' : `t.${sql} IS NOT NULL`;
  if (!isDescending) return `t.${sql} > ${place}`;
  return isNullable ? `(t.${sql} < ${place} OR t.${sql} IS NULL)` : `t.${sql} < ${place}`;
}
