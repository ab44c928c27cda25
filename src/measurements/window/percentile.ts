/**
 * Exact percentiles: at share p of n ordered values lies the place h = (n − 1) p, and between two places the value is
 * interpolated on the straight line. That is definition 7 of Hyndman and Fan ("Sample quantiles in statistical packages",
 * The American Statistician 1996), what PostgreSQL calls `percentile_cont` and NumPy `linear`.
 */

/**
 * The percentiles of values in any order, one for each share (0 to 1); what is not a finite number is left out. NaN
 * without values. Throws a RangeError for a share outside 0 to 1.
 */
export function percentiles(values: Iterable<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  return shares.map((share) => percentileOfSorted(sorted, sorted.length, share));
}

/** Of the first `count` values, which rise. */
export function percentileOfSorted(sorted: Float64Array, count: number, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share lies between 0 and 1, got ${share}`);
  if (count === 0) return Number.NaN;
  const place = (count - 1) * share;
  const low = Math.floor(place);
  const below = sorted[low] as number;
  const above = sorted[Math.min(low + 1, count - 1)] as number;
  return below + (above - below) * (place - low);
}
