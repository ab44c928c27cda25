/** The stored readings of a device, page by page: whoever reads a year of them holds one page at a time, and blocks nobody. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { type MeasurementRow, measurementFamily } from '../ingest/measurement.ts';

export type ReadingsRequest = {
  readonly device: string;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** Readings at most. */
  readonly limit: number;
};

/** In the order of their times. Throws `measurement.range-too-large` when there are more. */
export async function* readingsOf(
  store: Store,
  { device, from, to, limit }: ReadingsRequest,
): AsyncGenerator<readonly MeasurementRow[]> {
  const query = { where: { device, at: { gte: from, lt: to } }, order: ['at', 'hash'] as const, limit: MAX_ROWS };
  let after: readonly [Instant, string] | undefined;
  for (let read = 0; ; ) {
    const rows: MeasurementRow[] = await store.select(
      measurementFamily,
      after === undefined ? query : { ...query, after },
    );
    read += rows.length;
    if (read > limit) throw new MillraceError('measurement.range-too-large', { limit });
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < MAX_ROWS) return;
    after = [last.at, last.hash];
  }
}
