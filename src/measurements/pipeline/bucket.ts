/**
 * Statistics of one metric over a stretch of time, in a form that can be merged: buckets of a quarter of an hour become
 * those of a day. Gauges have moments (Welford's method, merged by Chan's formula), a time-weighted sum and a sketch for
 * percentiles; counters have what was counted.
 */
import type { Instant } from '../../kernel/clock.ts';
import { addToSketch, mergeSketches, type Sketch } from './sketch.ts';

export type Bucket = {
  /** Readings. */
  n: number;
  /** Of the values; of a counter: items counted. */
  sum: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  m2: number;
  min: number;
  max: number;
  first: number;
  last: number;
  firstAt: Instant;
  lastAt: Instant;
  /** Value times milliseconds, each value held until the next, and for `maxGap` at most; and for how long that was. */
  integral: number;
  heldMs: number;
  sketch: Sketch;
};

export const newBucket = (): Bucket => ({
  n: 0,
  sum: 0,
  mean: 0,
  m2: 0,
  min: 0,
  max: 0,
  first: 0,
  last: 0,
  firstAt: 0,
  lastAt: 0,
  integral: 0,
  heldMs: 0,
  sketch: {},
});

/** Takes a reading of a gauge. */
export function addValue(bucket: Bucket, at: Instant, value: number): void {
  if (bucket.n === 0) {
    bucket.first = value;
    bucket.firstAt = at;
    bucket.min = value;
    bucket.max = value;
  }
  bucket.n += 1;
  bucket.sum += value;
  const distance = value - bucket.mean;
  bucket.mean += distance / bucket.n;
  bucket.m2 += distance * (value - bucket.mean);
  if (value < bucket.min) bucket.min = value;
  if (value > bucket.max) bucket.max = value;
  bucket.last = value;
  bucket.lastAt = at;
  addToSketch(bucket.sketch, value);
}

/** Takes a reading of a counter and what it counted. */
export function addCount(bucket: Bucket, at: Instant, { value, delta }: { value: number; delta: number }): void {
  if (bucket.n === 0) {
    bucket.first = value;
    bucket.firstAt = at;
  }
  bucket.n += 1;
  bucket.sum += delta;
  bucket.last = value;
  bucket.lastAt = at;
}

/** The statistics of two stretches together; the earlier first. */
export function mergeBuckets(a: Bucket, b: Bucket): Bucket {
  if (b.n === 0) return { ...a, integral: a.integral + b.integral, heldMs: a.heldMs + b.heldMs };
  if (a.n === 0) return { ...b, integral: a.integral + b.integral, heldMs: a.heldMs + b.heldMs };
  const n = a.n + b.n;
  const distance = b.mean - a.mean;
  return {
    n,
    sum: a.sum + b.sum,
    mean: a.mean + (distance * b.n) / n,
    m2: a.m2 + b.m2 + (distance * distance * a.n * b.n) / n,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    first: a.first,
    last: b.last,
    firstAt: a.firstAt,
    lastAt: b.lastAt,
    integral: a.integral + b.integral,
    heldMs: a.heldMs + b.heldMs,
    sketch: mergeSketches(a.sketch, b.sketch),
  };
}

/** Sample standard deviation; null for fewer than two readings. */
export const standardDeviation = ({ n, m2 }: Pick<Bucket, 'n' | 'm2'>): number | null =>
  n < 2 ? null : Math.sqrt(m2 / (n - 1));
