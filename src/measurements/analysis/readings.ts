/** Results as they are read: KPI sums, segments, statistics of any width, quality by day, and the log of runs. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Row } from '../../store/family.ts';
import { MAX_ROWS } from '../../store/query.ts';
import type { Store } from '../../store/store.ts';
import { type Page, type PageRequest, pageOf, pageQuery } from '../page.ts';
import { type Bucket, mergeBuckets, standardDeviation } from '../pipeline/bucket.ts';
import { type Elements, NO_ELEMENTS, type ScopeSums, type SegmentState } from '../pipeline/scope.ts';
import { percentileOf, type Sketch } from '../pipeline/sketch.ts';
import {
  type BucketStatRow,
  bucketFamily,
  intakeFamily,
  type KpiStatRow,
  kpiFamily,
  qualityFamily,
  type RunRow,
  runFamily,
  segmentFamily,
} from './families.ts';
import { type QualityParts, qualityParts } from './quality-parts.ts';

export type Range = { readonly from: Instant; readonly to: Instant };
export type DeviceScope = ScopeSums & { readonly device: string; readonly service: string };
export type DeviceSegment = Range & { readonly state: SegmentState };
export type QualityOfDay = QualityParts & { readonly device: string; readonly date: string };
export type StatisticPoint = {
  readonly start: Instant;
  readonly n: number;
  readonly sum: number;
  readonly mean: number | null;
  readonly timeWeightedMean: number | null;
  readonly standardDeviation: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly p5: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
};
export type StatisticsRequest = Range & {
  readonly device: string;
  readonly metric: string;
  /** A multiple of the stored width. */
  readonly widthMs: number;
};

/** Shifts and days that touch the range, the earliest first. Without a device: of all of them. */
export async function readScopes(
  store: Store,
  { device, kind, from, to }: Range & { readonly device?: string | undefined; readonly kind: 'shift' | 'day' },
): Promise<DeviceScope[]> {
  const where = { kind, from: { lt: to }, end: { gt: from }, ...(device !== undefined && { device }) };
  const rows = await store.select(kpiFamily, { where, order: ['from', 'device'], limit: MAX_ROWS });
  return rows.map(scopeOf);
}

function scopeOf({ kind, from, to, end, date, name, device, service, ...rest }: KpiStatRow): DeviceScope {
  const elements = { ...NO_ELEMENTS };
  for (const column of Object.keys(NO_ELEMENTS) as (keyof Elements)[]) elements[column] = rest[column];
  return { device, service, kind: kind as DeviceScope['kind'], from, to, end, date, name, elements };
}

/** Segments that touch the range. Throws `measurement.range-too-large` beyond one answer's rows. */
export async function readSegments(
  store: Store,
  { device, from, to }: Range & { readonly device: string },
): Promise<DeviceSegment[]> {
  const where = { device, from: { lt: to }, to: { gt: from } };
  const rows = await store.select(segmentFamily, { where, order: ['from'], limit: MAX_ROWS });
  if (rows.length === MAX_ROWS) throw new MillraceError('measurement.range-too-large', { limit: MAX_ROWS });
  return rows.map((row) => ({ from: row.from, to: row.to, state: row.state as SegmentState }));
}

/** Buckets of the asked width, each merged of stored ones. */
export async function readStatistics(
  store: Store,
  { device, metric, from, to, widthMs }: StatisticsRequest,
): Promise<StatisticPoint[]> {
  const first = Math.floor(from / widthMs) * widthMs;
  const where = { device, metric, start: { gte: first, lt: to } };
  const rows = await store.select(bucketFamily, { where, order: ['start'], limit: MAX_ROWS });
  if (rows.length === MAX_ROWS) throw new MillraceError('measurement.range-too-large', { limit: MAX_ROWS });
  const wrong = rows.find((row) => widthMs % row.widthMs !== 0);
  if (wrong !== undefined)
    throw new MillraceError('measurement.invalid-width', { width: widthMs, stored: wrong.widthMs });
  const merged = new Map<Instant, Bucket>();
  for (const row of rows) {
    const start = Math.floor(row.start / widthMs) * widthMs;
    const before = merged.get(start);
    merged.set(start, before === undefined ? bucketOf(row) : mergeBuckets(before, bucketOf(row)));
  }
  return [...merged].map(([start, bucket]) => pointOf(start, bucket));
}

const bucketOf = ({ device: _, metric: __, start: ___, widthMs: ____, sketch, ...numbers }: BucketStatRow): Bucket => ({
  ...numbers,
  sketch: sketch === '' ? {} : (JSON.parse(sketch) as Sketch),
});

/** A counter has only what it counted. */
export function pointOf(start: Instant, bucket: Bucket): StatisticPoint {
  const { n, sum, sketch } = bucket;
  const isGauge = Object.keys(sketch).length > 0;
  const of = (value: number | null) => (isGauge ? value : null);
  return {
    start,
    n,
    sum,
    mean: of(bucket.mean),
    timeWeightedMean: bucket.heldMs === 0 ? null : bucket.integral / bucket.heldMs,
    standardDeviation: of(standardDeviation(bucket)),
    min: of(bucket.min),
    max: of(bucket.max),
    first: n === 0 ? null : bucket.first,
    last: n === 0 ? null : bucket.last,
    p5: of(percentileOf(sketch, 0.05)),
    p50: of(percentileOf(sketch, 0.5)),
    p95: of(percentileOf(sketch, 0.95)),
  };
}

/** Local days from `from` to `to`, both dates included. */
export async function readQuality(
  store: Store,
  { device, from, to }: { readonly device: string; readonly from: string; readonly to: string },
): Promise<QualityOfDay[]> {
  const query = { where: { device, date: { gte: from, lte: to } }, order: ['date'] as const, limit: MAX_ROWS };
  const [seen, came] = await Promise.all([store.select(qualityFamily, query), store.select(intakeFamily, query)]);
  const dates = [...new Set([...seen, ...came].map(({ date }) => date))].sort();
  return dates.map((date) => ({
    device,
    date,
    ...qualityParts(
      seen.find((row) => row.date === date),
      came.find((row) => row.date === date),
    ),
  }));
}

export type RunFilter = PageRequest & { readonly device?: string | undefined; readonly status?: string | undefined };

/** Latest first. */
export async function readRuns(store: Store, { device, status, ...request }: RunFilter): Promise<Page<RunRow>> {
  const query = pageQuery(request, 1);
  const where: Row = { ...(device !== undefined && { device }), ...(status !== undefined && { status }) };
  const rows = await store.select(runFamily, { ...query, where, order: ['-id'] });
  return pageOf(rows, { limit: query.limit, place: ({ id }) => [id], item: (row) => row });
}
