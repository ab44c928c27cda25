/** Many rows in one statement: an array for each column, unnested as u(c0, c1, …), in the order of the arrays. */
import type { Key, Row, Value } from '../../store/family.ts';
import { arrayParameter } from './array-parameter.ts';
import type { Column, Table } from './table.ts';

/** `unnest($1::bigint[], $2::text[], …)` */
export const unnest = (columns: readonly Pick<Column, 'type'>[]): string =>
  `unnest(${columns.map(({ type }, place) => `$${place + 1}::${type}[]`).join(', ')})`;

/** `c0, c1, …` */
export const places = (columns: readonly unknown[]): string => columns.map((_, place) => `c${place}`).join(', ');

/** Where a table's row is the one that the first unnested columns name. */
export const sameKey = ({ key }: Table): string => key.map(({ sql }, place) => `t.${sql} = u.c${place}`).join(' AND ');

export const columnArrays = (columns: readonly Column[], rows: readonly Row[]): Buffer[] =>
  columns.map((column) =>
    arrayParameter(
      column,
      rows.map((row) => row[column.name]),
    ),
  );

export const keyArrays = ({ key: columns }: Table, keys: readonly Key[]): Buffer[] =>
  columns.map((column, place) =>
    arrayParameter(
      column,
      keys.map((key) => key[place] as Value),
    ),
  );
