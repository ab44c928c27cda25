/**
 * A unit is what one command changes: guards that must hold and writes that then happen, all or nothing.
 * A failed guard rejects its unit and no other.
 */
import type { Family, Key, Row, RowOf, Value } from './family.ts';

/** What must be true of a row when the unit commits: that it is not there, or that a column has this value. */
export type Guard = { readonly family: Family; readonly key: Key } & (
  | { readonly expect: 'absent' }
  | { readonly expect: 'equal'; readonly column: string; readonly value: Value }
);

export type Write =
  /** The whole row, whether it was there or not. In a log: one more row. */
  | { readonly kind: 'put'; readonly family: Family; readonly row: Row }
  /** Some columns of a row that is there; nothing happens when it is not. */
  | { readonly kind: 'set'; readonly family: Family; readonly key: Key; readonly columns: Row }
  | { readonly kind: 'delete'; readonly family: Family; readonly key: Key }
  /** Adds to number columns; a row that is not there starts at zero. Commutes, so many units share one row write. */
  | {
      readonly kind: 'add';
      readonly family: Family;
      readonly key: Key;
      readonly amounts: Readonly<Record<string, number>>;
    };

export type Unit = { readonly guards: readonly Guard[]; readonly writes: readonly Write[] };
export type CommitVerdict = 'ok' | 'conflict';

export const isAbsent = (family: Family, key: Key): Guard => ({ family, key, expect: 'absent' });

export function isEqual<F extends Family, C extends keyof F['columns'] & string>(
  family: F,
  key: Key,
  [column, value]: readonly [C, RowOf<F>[C]],
): Guard {
  return { family, key, expect: 'equal', column, value: value as Value };
}

export const put = <F extends Family>(family: F, row: RowOf<F>): Write => ({ kind: 'put', family, row: row as Row });

/** One more row of a log; the store gives it its id. */
export const append = <F extends Family>(family: F, row: Omit<RowOf<F>, 'id'>): Write => ({
  kind: 'put',
  family,
  row: row as unknown as Row,
});

export const set = <F extends Family>(family: F, key: Key, columns: Partial<RowOf<F>>): Write => ({
  kind: 'set',
  family,
  key,
  columns: columns as Row,
});

export const remove = (family: Family, key: Key): Write => ({ kind: 'delete', family, key });

export const add = <F extends Family>(
  family: F,
  key: Key,
  amounts: { readonly [C in keyof F['columns']]?: number },
): Write => ({
  kind: 'add',
  family,
  key,
  amounts: amounts as Readonly<Record<string, number>>,
});
