/** A family as PostgreSQL sees it: quoted names, types, and which of its columns are the key. */
import { type ColumnType, columnName, type Family, type Key, type Value } from '../../store/family.ts';

export type SqlType = 'bigint' | 'double precision' | 'text' | 'jsonb';

export type Column = {
  /** The family it belongs to, for messages. */
  readonly family: string;
  /** As the family declares it. */
  readonly name: string;
  /** Quoted, snake_case. */
  readonly sql: string;
  readonly type: SqlType;
  readonly isNullable: boolean;
};

export type Table = {
  readonly family: Family;
  /** Without schema or quotes, as the catalog knows it. */
  readonly bareName: string;
  /** With schema, quoted. */
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly key: readonly Column[];
  /** The columns of a select, each under its declared name. */
  readonly selected: string;
};

/** By the family's name, in the order of declaration, in which every process locks them. */
export type Tables = ReadonlyMap<string, Table>;

const SQL_TYPES = { integer: 'bigint', real: 'double precision', text: 'text', json: 'jsonb' } as const;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function tableOf(family: Family, schema: string): Table {
  const columns = Object.entries(family.columns).map(([name, type]) => columnOf(family.name, name, type));
  return {
    family,
    bareName: family.name,
    sql: `${quoted(schema)}.${quoted(family.name)}`,
    columns,
    key: family.key.map((name) => found(columns, family, name)),
    selected: columns.map(({ name, sql }) => `t.${sql} AS ${quoted(name)}`).join(', '),
  };
}

function columnOf(family: string, name: string, type: ColumnType): Column {
  const isNullable = type.endsWith('?');
  const bare = (isNullable ? type.slice(0, -1) : type) as keyof typeof SQL_TYPES;
  return { family, name, sql: quoted(columnName(name)), type: SQL_TYPES[bare], isNullable };
}

/** The column of that name. Names come from code, so a wrong one is a mistake there. */
export const columnIn = ({ columns, family }: Table, name: string): Column => found(columns, family, name);

/** A column that a set may change: any but the key. */
export function changeableIn(table: Table, name: string): Column {
  const column = columnIn(table, name);
  if (table.key.includes(column)) throw new TypeError(`${table.family.name}.${name} is part of the key`);
  return column;
}

/** A column that can be added to. Null plus one is null, so it may not be nullable. */
export function summableIn(table: Table, name: string): Column {
  const column = changeableIn(table, name);
  if (column.type === 'text' || column.type === 'jsonb' || column.isNullable)
    throw new TypeError(`${table.family.name}.${name} has no sum`);
  return column;
}

export function tableNamed(tables: Tables, { name }: Family): Table {
  const table = tables.get(name);
  if (table === undefined) throw new TypeError(`the store was opened without ${name}`);
  return table;
}

function found(columns: readonly Column[], family: Family, name: string): Column {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) throw new TypeError(`${family.name} has no column ${name}`);
  return column;
}

/** A key as one value that maps can find: the value itself, or, of several columns, a text with separators no text may hold. */
export type KeyText = number | string;
export function keyText(key: Key): KeyText {
  const [first] = key;
  return key.length === 1 && first !== null && first !== undefined ? first : key.join('\0');
}

/** The order in which every process locks rows: any, as long as it is the same. */
export function compareKeys(a: Key, b: Key): number {
  for (let place = 0; place < a.length; place++) {
    const difference = compareValues(a[place] as Value, b[place] as Value);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareValues(a: Value, b: Value): number {
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : 1;
}
