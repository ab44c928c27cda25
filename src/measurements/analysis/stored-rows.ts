/**
 * The stored rows of a device as portions of columns, in the order in which they count: by time, and of one time by when
 * they were received. Of several rows of one time only the last stands; the others are told apart, not left out.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import type { Field } from '../device/field.ts';
import { type Layout, layoutOf, type MeasurementRow, measurementFamily } from '../ingest/measurement.ts';
import { emptyRows, type Rows } from '../pipeline/rows.ts';

export type Portion = { readonly rows: Rows; readonly stored: readonly MeasurementRow[] };
export type StoredRowsRequest = {
  readonly device: string;
  readonly fields: readonly Field[];
  /** Columns behind those of the fields, for derived signals. */
  readonly derived: number;
  /** Not included; null: from the first row. */
  readonly after: Instant | null;
  readonly to: Instant;
  /** Rows of a portion; a moment is never split. */
  readonly batch: number;
};

/** Rows with `after < at < to`. */
export async function* storedRows(store: Store, request: StoredRowsRequest): AsyncGenerator<Portion> {
  const { device, fields, derived, to } = request;
  const limit = Math.min(Math.max(2, request.batch), MAX_ROWS);
  const layout = layoutOf(fields);
  const gte = request.after === null ? 0 : request.after + 1;
  const query = { where: { device, at: { gte, lt: to } }, order: ['at', 'hash'] as const, limit };
  let after: readonly [Instant, string] | undefined;
  let kept: MeasurementRow[] = [];
  for (;;) {
    const page = await store.select(measurementFamily, after === undefined ? query : { ...query, after });
    const rows = kept.length === 0 ? page : [...kept, ...page];
    const isLast = page.length < limit;
    const whole = isLast ? rows.length : startOfLastMoment(rows);
    if (whole > 0) yield portionOf(rows.slice(0, whole), layout, derived);
    kept = rows.slice(whole);
    const last = page.at(-1);
    if (isLast || last === undefined) return;
    after = [last.at, last.hash];
  }
}

/** The rows of the last time of a page may go on in the next one. */
function startOfLastMoment(rows: readonly MeasurementRow[]): number {
  let place = rows.length - 1;
  while (place > 0 && rows[place - 1]?.at === rows[place]?.at) place -= 1;
  return place;
}

export function portionOf(stored: MeasurementRow[], layout: Layout, derived: number): Portion {
  const rows = emptyRows(stored.length, layout.fields.length + derived);
  sortMoments(stored);
  for (const [place, row] of stored.entries()) {
    rows.at[place] = row.at;
    rows.receivedAt[place] = row.receivedAt;
    if (stored[place + 1]?.at === row.at) rows.stands[place] = 0;
    readPayload(layout, rows, { place, payload: row.payload });
  }
  rows.count = stored.length;
  return { rows, stored };
}

/** In place: rows of one time by when they were received. Nearly every time has one row. */
function sortMoments(rows: MeasurementRow[]): void {
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    while (to < rows.length && rows[to]?.at === rows[from]?.at) to += 1;
    if (to - from > 1) {
      const sorted = rows.slice(from, to).sort((a, b) => a.receivedAt - b.receivedAt || (a.hash < b.hash ? -1 : 1));
      for (const [k, row] of sorted.entries()) rows[from + k] = row;
    }
    from = to;
  }
}

/** A stored payload was checked when it came; a field that was declared since, or is no longer, is none of this row. */
function readPayload(
  { fields, texts }: Layout,
  { columns }: Rows,
  { place, payload }: { readonly place: number; readonly payload: string },
): void {
  const values = JSON.parse(payload) as Readonly<Record<string, unknown>>;
  for (let k = 0; k < fields.length; k++) {
    const { name } = fields[k] as Field;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const known = texts[k];
    const number = known === undefined ? value : typeof value === 'string' ? known.get(value) : undefined;
    (columns[k] as Float64Array)[place] = typeof number === 'number' ? number : Number.NaN;
  }
}
