/**
 * Durations as counts in buckets whose bounds grow by a fifth each: enough for quantiles of any spread, and counts of many
 * days and servers are summed. A value is told by the geometric middle of its bucket, which is off by a tenth at most.
 */

const GROWTH = 1.2;
const LOG_GROWTH = Math.log(GROWTH);
/** What a duration that was read from a bucket may be off by, as a share of it. */
export const BUCKET_ERROR = 0.1;

/** 0 holds what took less than a millisecond, `n` what took from 1.2^(n-1) to 1.2^n of them. */
export const bucketOf = (ms: number): number => (ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / LOG_GROWTH));

const middleOf = (bucket: number): number => (bucket === 0 ? 0 : Math.round(GROWTH ** (bucket - 0.5)));

/** How many there were in a bucket, and how long they took together. */
export type Times = { readonly times: number; readonly totalMs: number };
export type Buckets = ReadonlyMap<number, Times>;

/** Milliseconds. The mean is exact; the others are off by BUCKET_ERROR at most. */
export type Durations = {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
};

/** Undefined: there was none. */
export function durationsOf(buckets: Buckets): Durations | undefined {
  const sorted = [...buckets].filter(([, { times }]) => times > 0).sort(([one], [other]) => one - other);
  const count = sorted.reduce((sum, [, { times }]) => sum + times, 0);
  if (count === 0) return undefined;
  const totalMs = sorted.reduce((sum, [, each]) => sum + each.totalMs, 0);
  return {
    mean: totalMs / count,
    p50: quantile(sorted, count * 0.5),
    p90: quantile(sorted, count * 0.9),
    p99: quantile(sorted, count * 0.99),
    longest: quantile(sorted, count),
  };
}

/** The duration of the one that is so many from the shortest. */
function quantile(sorted: readonly (readonly [number, Times])[], rank: number): number {
  let seen = 0;
  for (const [bucket, { times, totalMs }] of sorted) {
    seen += times;
    if (seen >= rank) return times === 1 ? totalMs : middleOf(bucket);
  }
  return 0;
}
