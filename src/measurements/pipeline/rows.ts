/** Rows of a device as columns: one number per row and field, so that a year of readings fits and is quick to walk. */

export type Rows = {
  readonly count: number;
  /** Times of the rows, ascending. */
  readonly at: Float64Array;
  readonly receivedAt: Float64Array;
  /** 0: another row of the same time was received later and stands in its place. */
  readonly stands: Uint8Array;
  /** By the place of the field; NaN: the row has none. States and labels are the place of the text in the field's values. */
  readonly columns: readonly Float64Array[];
};

export const emptyRows = (capacity: number, fields: number): Rows & { count: number } => ({
  count: 0,
  at: new Float64Array(capacity),
  receivedAt: new Float64Array(capacity),
  stands: new Uint8Array(capacity).fill(1),
  columns: Array.from({ length: fields }, () => new Float64Array(capacity)),
});
