/** What can be asked of a family: conditions on its columns, an order, a place to go on from, a limit. */
import type { Family, RowOf, Value } from './family.ts';

export type Condition =
  | Value
  | { readonly in: readonly Value[] }
  | { readonly lt?: Value; readonly lte?: Value; readonly gt?: Value; readonly gte?: Value };

export type Query<F extends Family = Family> = {
  /** All must hold. `null` means "is null". */
  readonly where?: { readonly [C in keyof RowOf<F>]?: Condition };
  /** Ascending; a leading minus sign turns a column round. Without an order: by key. */
  readonly order?: readonly ((keyof RowOf<F> & string) | `-${keyof RowOf<F> & string}`)[];
  /** The order columns of the last row already seen; the answer starts after it. */
  readonly after?: readonly Value[];
  readonly limit: number;
};

/** Takes the first rows that match, changes them, and returns them as they are afterwards – in one step, so that no two callers get the same row. */
export type Claim<F extends Family = Family, C extends keyof RowOf<F> = keyof RowOf<F>> = Omit<Query<F>, 'after'> & {
  readonly set: Partial<RowOf<F>>;
  /** Number columns that go up by this much, for example the epoch. */
  readonly add?: { readonly [C in keyof RowOf<F>]?: number };
  /** The columns that are returned; without them the whole rows. Each costs time in every thread a row passes through. */
  readonly columns?: readonly (C & string)[];
};

/** No single answer holds more rows than this. */
export const MAX_ROWS = 10_000;
