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
/** So few still show a course, and do where they hold more readings than one likes to wait for. */
export const FEWEST_STORED_BUCKETS = 48;
export const MAX_WAITED_READINGS = 100_000;

export type StoredRequest = {
  readonly device: string;
  readonly field: string;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
};

/** Whole buckets: `[from, to)` is what they cover of the stretch. */
export type StoredPart = { readonly from: Instant; readonly to: Instant };

/**
 * The part of a stretch for which buckets stand in; undefined: there are none, or too few to draw a curve of. The analysis
 * keeps every gauge of a device, so one without a bucket there has no reading there.
 */
export async function storedPartOf(store: Store, request: StoredRequest): Promise<StoredPart | undefined> {
  const { device, from, to } = request;
  const horizon = (await store.get(analysisFamily, [device]))?.horizon ?? undefined;
  if (horizon === undefined) return undefined;
  const where = { device, start: { gte: from, lt: to } };
  const [any] = await store.select(bucketFamily, { where, order: ['metric', 'start'], limit: 1 });
  if (any === undefined) return undefined;
  const { widthMs } = any;
  // The bucket in which the analysis stands may still get readings.
  const part = {
    from: Math.ceil(from / widthMs) * widthMs,
    to: Math.floor(Math.min(to, horizon) / widthMs) * widthMs,
  };
  const count = (part.to - part.from) / widthMs;
  if (count >= MIN_STORED_BUCKETS) return part;
  if (count < FEWEST_STORED_BUCKETS) return undefined;
  return (await readingsIn(store, { ...request, ...part })) > MAX_WAITED_READINGS ? part : undefined;
}

async function readingsIn(store: Store, request: StoredRequest): Promise<number> {
  let readings = 0;
  for await (const rows of storedBucketsOf(store, request)) for (const { n } of rows) readings += n;
  return readings;
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
