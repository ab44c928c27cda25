/**
 * What an analysis keeps of a field instead of its readings: the least and the greatest of every quarter of an hour. Over
 * a long stretch a chart has no more room than that, and a year is read in no time.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { analysisFamily, type BucketStatRow, bucketFamily } from '../analysis/families.ts';

/** They stand in for readings where a stretch has so many of them: enough for the shape of a curve. */
export const MIN_STORED_BUCKETS = 240;

export type StoredRequest = {
  readonly device: string;
  readonly field: string;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
};

/** Whole buckets: `[from, to)` is what they cover of the stretch. */
export type StoredPart = { readonly from: Instant; readonly to: Instant };

/** The part of a stretch for which buckets stand in; undefined: there are none, or too few to draw a curve of. */
export async function storedPartOf(
  store: Store,
  { device, field, from, to }: StoredRequest,
): Promise<StoredPart | undefined> {
  const horizon = (await store.get(analysisFamily, [device]))?.horizon ?? undefined;
  if (horizon === undefined) return undefined;
  const where = { device, metric: field, start: { gte: from, lt: to } };
  const [first] = await store.select(bucketFamily, { where, order: ['start'], limit: 1 });
  if (first === undefined) return undefined;
  const { widthMs } = first;
  // The bucket in which the analysis stands may still get readings.
  const last = Math.floor(Math.min(to, horizon) / widthMs) * widthMs;
  return last - first.start < MIN_STORED_BUCKETS * widthMs ? undefined : { from: first.start, to: last };
}

/** In the order of their times, page by page. */
export async function* storedBucketsOf(
  store: Store,
  { device, field, from, to }: StoredRequest,
): AsyncGenerator<readonly BucketStatRow[]> {
  for (let start = from; start < to; ) {
    const where = { device, metric: field, start: { gte: start, lt: to } };
    const rows: BucketStatRow[] = await store.select(bucketFamily, { where, order: ['start'], limit: MAX_ROWS });
    yield rows.filter(({ n }) => n > 0);
    const last = rows.at(-1);
    if (last === undefined || rows.length < MAX_ROWS) return;
    start = last.start + 1;
  }
}
