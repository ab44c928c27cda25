/** A table is how SQLite sees a family: its columns by place and by their names in SQL, and which values fit them. */
/// <reference lib="es2024.string" />
import { MillraceError } from '../../kernel/errors.ts';
import { type ColumnType, columnName, type Family, type Key, type Row, type Value } from '../../store/family.ts';

export type Column = {
  readonly name: string;
  /** Quoted, because plants have columns called order and group. */
  readonly sql: string;
  readonly type: ColumnType;
  readonly isText: boolean;
  readonly isInteger: boolean;
  readonly isNullable: boolean;
};

export type Table = {
  readonly family: Family;
  /** Its number in the file: how the main thread and the owner speak of it. */
  readonly number: number;
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly placeOf: ReadonlyMap<string, number>;
  readonly keyPlaces: readonly number[];
  /** What a put writes: every column, but not the id of a log. */
  readonly putPlaces: readonly number[];
};

/** More would not fit the number that stands for a set of columns. */
export const MAX_COLUMNS = 52;

/** A text as it stands in SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const quoted = (name: string): string => `"${name}"`;

export function tableOf(family: Family, number: number): Table {
  const columns = Object.entries(family.columns).map(([name, type]) => columnOf(name, type));
  if (columns.length > MAX_COLUMNS) throw new TypeError(`${family.name} has more than ${MAX_COLUMNS} columns`);
  const placeOf = new Map(columns.map(({ name }, place) => [name, place]));
  const places = [...placeOf.values()];
  const keyPlaces = family.key.map((column) => requirePlace(family, placeOf, column));
  const putPlaces = family.isLog ? places.filter((place) => !keyPlaces.includes(place)) : places;
  return { family, number, sql: quoted(family.name), columns, placeOf, keyPlaces, putPlaces };
}

/** A key that is one integer is the row's number in the file, which costs no index of its own. */
export function isNumbered({ keyPlaces, columns }: Table): boolean {
  const [first, second] = keyPlaces;
  return second === undefined && first !== undefined && columns[first]?.type === 'integer';
}

/** Throws unless the value can be stored in the column as it is. */
export function requireValue(table: Table, place: number, value: Value | undefined): Value {
  const column = table.columns[place] as Column;
  const { isText, isInteger, isNullable } = column;
  if (typeof value === 'string' && isText) return requireText(table, column, value);
  if (typeof value === 'number' && (isInteger ? Number.isSafeInteger(value) : !isText && Number.isFinite(value)))
    return value;
  if (value === null && isNullable) return value;
  return refuseValue(table, column, value);
}

/** Text goes to SQLite as UTF-8 that ends at a NUL. */
export function requireText({ family }: Table, { name }: Column, text: string): string {
  if (!text.includes('\0') && text.isWellFormed()) return text;
  throw new MillraceError('store.invalid-value', { family: family.name, column: name });
}

export function refuseValue({ family }: Table, { name, type }: Column, value: unknown): never {
  throw new TypeError(`${family.name}.${name} is ${type}, not ${JSON.stringify(value)}`);
}

export function requireKey(table: Table, key: Key): Key {
  const { family, keyPlaces } = table;
  if (key.length !== keyPlaces.length) throw new TypeError(`a key of ${family.name} has ${keyPlaces.length} columns`);
  keyPlaces.forEach((place, index) => {
    requireValue(table, place, key[index]);
  });
  return key;
}

export function requirePlaceOf({ family, placeOf }: Table, column: string): number {
  return requirePlace(family, placeOf, column);
}

function columnOf(name: string, type: ColumnType): Column {
  return {
    name,
    sql: quoted(columnName(name)),
    type,
    isText: /^(text|json)/.test(type),
    isInteger: type === 'integer' || type === 'integer?',
    isNullable: type.endsWith('?'),
  };
}

function requirePlace({ name }: Family, placeOf: ReadonlyMap<string, number>, column: string): number {
  const place = placeOf.get(column);
  if (place === undefined) throw new TypeError(`${name} has no column ${column}`);
  return place;
}

export function rowOf({ columns }: Table, values: readonly Value[]): Row {
  const row: Record<string, Value> = {};
  for (let place = 0; place < columns.length; place++) row[(columns[place] as Column).name] = values[place] as Value;
  return row;
}
