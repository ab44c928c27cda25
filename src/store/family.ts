/**
 * A family is a kind of durable row, declared as data by the domain that owns it: its columns, its key, its indexes.
 * Every adapter makes its table and statements from the declaration; the store itself knows no domain.
 */

/**
 * A trailing question mark allows null. Booleans are integers 0 and 1, instants are integer milliseconds.
 *
 * json is a text that says one JSON value, which SQL can look into where the store can: what is handed out says the same
 * value, perhaps with other white space and another order of members. Nothing compares it, so it is in no key, index,
 * guard, condition or order. JSON whose text matters, or that SQL has no business with, is text.
 */
export type ColumnType = 'integer' | 'real' | 'text' | 'json' | 'integer?' | 'real?' | 'text?' | 'json?';
export type Value = number | string | null;
export type Key = readonly Value[];

/** `where` names one column and the value that a row must have to be in the index; rows of other states cost nothing. */
export type Index = {
  readonly columns: readonly string[];
  readonly where?: { readonly column: string; readonly is: string };
};

/** The two files of the embedded store. A unit names families of one area only; no transaction spans both. */
export type Area = 'plant' | 'measurements';

export type Family<Columns extends Readonly<Record<string, ColumnType>> = Readonly<Record<string, ColumnType>>> = {
  /** Table name: snake_case, singular. */
  readonly name: string;
  readonly area: Area;
  /** Names are camelCase here and snake_case in SQL. */
  readonly columns: Columns;
  readonly key: readonly string[];
  readonly indexes: readonly Index[];
  /** A log: rows are only appended, and the store numbers them in its first key column `id`. */
  readonly isLog: boolean;
  /**
   * Its rows are changed again and again (a queue, a counter): a store that keeps old versions of rows clears them away
   * soon. Families with an index over rows of one state are hot anyway. Stores without old versions ignore it.
   */
  readonly isHot?: boolean;
  /**
   * Its rows come in the order of an instant, which is part of the key, and are forgotten in that order: a store that can
   * keeps those of each month (UTC) apart, so that old ones are given up at once. Other stores ignore it.
   */
  readonly partition?: { readonly column: string; readonly by: 'month' };
};

type TypeOf<T extends ColumnType> = T extends 'text' | 'json'
  ? string
  : T extends 'text?' | 'json?'
    ? string | null
    : T extends `${string}?`
      ? number | null
      : number;
export type RowOf<F extends Family> = { readonly [C in keyof F['columns']]: TypeOf<F['columns'][C]> };
/** A row whose columns are not known at compile time. */
export type Row = Readonly<Record<string, Value>>;

export function defineFamily<const Columns extends Readonly<Record<string, ColumnType>>>(declaration: {
  readonly name: string;
  readonly area?: Area;
  readonly columns: Columns;
  readonly key: readonly (keyof Columns & string)[];
  readonly indexes?: readonly Index[];
  readonly isHot?: boolean;
  readonly partition?: { readonly column: keyof Columns & string; readonly by: 'month' };
}): Family<Columns> {
  return { area: 'plant', indexes: [], isLog: false, ...declaration };
}

/**
 * A family whose rows are appended, and never changed; `id` is given by the store, in an order that readers can follow with
 * `tail`. Old rows may be forgotten; their numbers are never given again.
 */
export function defineLog<const Columns extends Readonly<Record<string, ColumnType>>>(declaration: {
  readonly name: string;
  readonly area?: Area;
  readonly columns: Columns;
  readonly indexes?: readonly Index[];
}): Family<Columns & { readonly id: 'integer' }> {
  const columns = { id: 'integer', ...declaration.columns } as const;
  return { area: 'plant', indexes: [], ...declaration, columns, key: ['id'], isLog: true };
}

/** What a row starts with in a column that nobody has given a value yet. */
export function startOf(type: ColumnType): Value {
  if (type.endsWith('?')) return null;
  return type === 'text' ? '' : type === 'json' ? 'null' : 0;
}

/** camelCase → snake_case. */
export const columnName = (column: string): string => column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
