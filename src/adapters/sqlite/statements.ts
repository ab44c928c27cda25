/**
 * The SQL that writes the rows of one table, many rows a statement. Conflicts say OR FAIL: a statement that may undo
 * itself (the default, OR ABORT) first copies every page it changes, and whoever runs these rolls back anyway.
 */
import { startOf, type Value } from '../../store/family.ts';
import type { ColumnSet } from './column-set.ts';
import type { Connection } from './connection.ts';
import { bindable, type Statement } from './driver.ts';
import { literal, type Table } from './table.ts';

/** Rows per statement. Above this nothing is gained (measured: 1, 8, 16, 32, 64 rows cost 3.7, 2.6, 2.6, 2.5, 2.6 µs each). */
export const ROWS_PER_STATEMENT = 32;

/** One kind of write with its statement for each number of rows that is a power of two, prepared when first needed. */
export class GroupedStatement {
  readonly #connection: Connection;
  readonly #sqlFor: (rows: number) => string;
  readonly #bySize = new Map<number, Statement>();

  constructor(connection: Connection, sqlFor: (rows: number) => string) {
    this.#connection = connection;
    this.#sqlFor = sqlFor;
  }

  /** `shared` are the values of parameters that stand before those of the rows. */
  run(rows: readonly (readonly Value[])[], shared: readonly Value[] = []): void {
    let size = ROWS_PER_STATEMENT;
    for (let from = 0; from < rows.length; from += size) {
      while (from + size > rows.length) size /= 2;
      const values: Value[] = [...shared];
      for (let row = from; row < from + size; row++) for (const value of rows[row] ?? []) values.push(value);
      this.#statement(size).run(...bindable(values));
    }
  }

  #statement(rows: number): Statement {
    const known = this.#bySize.get(rows);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(this.#sqlFor(rows));
    this.#bySize.set(rows, statement);
    return statement;
  }
}

/** Whole rows, new or not; parameters are the columns that a put writes. */
export function putSql(table: Table, rows: number): string {
  const names = table.putPlaces.map((place) => nameOf(table, place));
  const insert = `INSERT OR FAIL INTO ${table.sql} (${names.join()}) VALUES ${tuples(rows, names.length)}`;
  if (table.family.isLog) return insert;
  const rest = table.putPlaces.filter((place) => !table.keyPlaces.includes(place)).map((place) => nameOf(table, place));
  const change = rest.length === 0 ? 'NOTHING' : `UPDATE SET ${rest.map((name) => `${name}=excluded.${name}`).join()}`;
  return `${insert} ON CONFLICT (${keyNames(table).join()}) DO ${change}`;
}

/**
 * Some columns of rows that are there. Parameters are first the values that all rows get (`shared`), then for each row
 * its key and its own values.
 */
export function setSql(
  table: Table,
  { shared, own }: { readonly shared: readonly number[]; readonly own: readonly number[] },
  rows: number,
): string {
  const width = table.keyPlaces.length;
  const changes = [
    ...shared.map((place) => `${nameOf(table, place)}=?`),
    ...own.map((place, index) => `${nameOf(table, place)}=new.column${width + index + 1}`),
  ];
  const update = `UPDATE OR FAIL ${table.sql} SET ${changes.join()}`;
  if (own.length === 0) return `${update} WHERE ${keyIn(table, rows)}`;
  const same = keyNames(table).map((name, index) => `${table.sql}.${name}=new.column${index + 1}`);
  return `${update} FROM (VALUES ${tuples(rows, width + own.length)}) AS new WHERE ${same.join(' AND ')}`;
}

/** The same change to rows that are there; parameters are what is set, what is added, and then the keys. */
export function takeSql(
  table: Table,
  {
    set,
    add,
  }: { readonly set: readonly { readonly place: number }[]; readonly add: readonly { readonly place: number }[] },
  rows: number,
): string {
  const changes = [
    ...set.map(({ place }) => `${nameOf(table, place)}=?`),
    ...add.map(({ place }) => `${nameOf(table, place)}=${nameOf(table, place)}+?`),
  ];
  return `UPDATE OR FAIL ${table.sql} SET ${changes.join()} WHERE ${keyIn(table, rows)}`;
}

/** Adds to number columns; parameters are the key and then the amounts. A row that is not there starts at zero. */
export function addSql(table: Table, { places }: ColumnSet, rows: number): string {
  const given = [...table.keyPlaces, ...places];
  const others = table.columns.map((_, place) => place).filter((place) => !given.includes(place));
  const names = [...given, ...others].map((place) => nameOf(table, place));
  const zeros = others.map((place) => zeroOf(table, place));
  const tuple = `(${[...given.map(() => '?'), ...zeros].join()})`;
  const sums = places.map((place) => nameOf(table, place)).map((name) => `${name}=${name}+excluded.${name}`);
  const insert = `INSERT OR FAIL INTO ${table.sql} (${names.join()}) VALUES ${Array(rows).fill(tuple).join()}`;
  return `${insert} ON CONFLICT (${keyNames(table).join()}) DO ${sums.length === 0 ? 'NOTHING' : `UPDATE SET ${sums.join()}`}`;
}

/** Parameters are the keys. */
export const deleteSql = (table: Table, rows: number): string => `DELETE FROM ${table.sql} WHERE ${keyIn(table, rows)}`;

function keyIn(table: Table, rows: number): string {
  const names = keyNames(table);
  const keys = names.length === 1 ? marks(rows) : `VALUES ${tuples(rows, names.length)}`;
  return `(${names.join()}) IN (${keys})`;
}

/** What a guard looks at: one column of a row, or, without a column, whether the row is there. */
export function lookSql(table: Table, place?: number): string {
  const seen = place === undefined ? '1' : nameOf(table, place);
  return `SELECT ${seen} FROM ${table.sql} WHERE ${keyCondition(table)}`;
}

/** The highest number of a row, in a table whose key is that number. */
export function highestSql(table: Table): string {
  return `SELECT max(${keyNames(table).join()}) FROM ${table.sql}`;
}

export function getSql(table: Table): string {
  return `SELECT ${columnList(table)} FROM ${table.sql} WHERE ${keyCondition(table)}`;
}

/** All columns in the order of their places. */
export const columnList = ({ columns }: Table): string => columns.map(({ sql }) => sql).join();

export const nameOf = ({ columns }: Table, place: number): string => columns[place]?.sql ?? '';
export const keyNames = (table: Table): string[] => table.keyPlaces.map((place) => nameOf(table, place));

const keyCondition = (table: Table): string =>
  keyNames(table)
    .map((name) => `${name}=?`)
    .join(' AND ');

const marks = (count: number): string => Array(count).fill('?').join();
const tuples = (rows: number, width: number): string =>
  Array(rows)
    .fill(`(${marks(width)})`)
    .join();

function zeroOf({ columns }: Table, place: number): string {
  const start = startOf(columns[place]?.type ?? 'integer?');
  return start === null ? 'NULL' : typeof start === 'string' ? literal(start) : String(start);
}
