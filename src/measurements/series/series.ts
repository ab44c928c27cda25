/**
 * A series: the readings of one field of a device over time, as few points as a chart needs. Where the analysis of the
 * device keeps statistics that are fine enough, these are read instead, with the readings around them.
 */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Store } from '../../store/store.ts';
import type { Devices } from '../device/devices.ts';
import { roleOf } from '../device/field.ts';
import { analyzerFamily } from '../ingest/analyzer.ts';
import { measurementFamily } from '../ingest/measurement.ts';
import { Buckets, type SeriesPoint } from './buckets.ts';
import { readingsOf } from './readings.ts';
import { type StoredRequest, storedBucketsOf, storedPartOf } from './stored-statistics.ts';

export const DEFAULT_POINTS = 500;
export const MAX_POINTS = 5_000;
/** Readings looked at for one answer. */
export const MAX_SERIES_ROWS = 1_000_000;

export type SeriesRequest = {
  readonly device: string;
  readonly field: string;
  /** Default: the first reading. */
  readonly from?: Instant | undefined;
  /** Not included. Default: just after the last reading. */
  readonly to?: Instant | undefined;
  readonly points?: number | undefined;
};
export type Series = {
  readonly device: string;
  readonly field: string;
  readonly unit: string | null;
  readonly from: Instant;
  readonly to: Instant;
  readonly points: readonly SeriesPoint[];
};

/** Throws `device.unknown`, `device.unknown-field`, `measurement.invalid-range` or `measurement.range-too-large`. */
export async function readSeries(
  { store, devices }: { readonly store: Store; readonly devices: Devices },
  { device, field, points = DEFAULT_POINTS, ...request }: SeriesRequest,
): Promise<Series> {
  const { fields } = await devices.get(device);
  const found = fields.find(({ name }) => name === field);
  if (found === undefined) throw new MillraceError('device.unknown-field', { device, field });
  const from = request.from ?? (await firstAt(store, device)) ?? 0;
  const to = request.to ?? ((await store.get(analyzerFamily, [device]))?.lastAt ?? from) + 1;
  if (!(from <= to) || !Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw new MillraceError('measurement.invalid-range', { from, to });
  const count = Math.min(Math.max(1, Math.floor(points)), MAX_POINTS);
  const buckets = new Buckets({ from, to, count });
  const stored = roleOf(found) === 'gauge' ? await storedPartOf(store, { device, field, from, to }) : undefined;
  if (stored === undefined) await addReadings(store, { device, field, from, to }, buckets);
  else {
    await addReadings(store, { device, field, from, to: stored.from }, buckets);
    for await (const rows of storedBucketsOf(store, { device, field, ...stored }))
      for (const { firstAt: at, min, max } of rows) buckets.add(at, min, max);
    await addReadings(store, { device, field, from: stored.to, to }, buckets);
  }
  return { device, field, unit: found.unit ?? null, from, to, points: buckets.points() };
}

async function addReadings(store: Store, { device, field, from, to }: StoredRequest, buckets: Buckets): Promise<void> {
  for await (const rows of readingsOf(store, { device, from, to, limit: MAX_SERIES_ROWS })) {
    for (const { at, payload } of rows) {
      const value = (JSON.parse(payload) as Record<string, unknown>)[field];
      if (typeof value === 'number') buckets.add(at, value);
    }
  }
}

async function firstAt(store: Store, device: string): Promise<Instant | undefined> {
  return (await store.select(measurementFamily, { where: { device }, order: ['at', 'hash'], limit: 1 }))[0]?.at;
}
