/**
 * A sketch for percentiles with a bounded relative error that can be merged (DDSketch: Masson, Rim, Lee, "DDSketch: a
 * fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019). A value falls into the bin
 * `ceil(log_γ |v|)`; whatever is read from a bin is at most 1 % away from what went in.
 */

/** Bin → count. Bins of negative values are written `-i`, values next to zero are in `0`. JSON: its own snapshot. */
export type Sketch = Record<string, number>;

/** Relative error of a percentile. */
export const SKETCH_ERROR = 0.01;
const GAMMA = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Values nearer to zero than this count as zero. */
const SMALLEST = 1e-9;
/** Keeps bin numbers of small values positive, so that a sign can say the value's. */
const OFFSET = Math.ceil(-Math.log(SMALLEST) / LOG_GAMMA) + 2;

export function addToSketch(sketch: Sketch, value: number): void {
  const bin = binOf(value);
  sketch[bin] = (sketch[bin] ?? 0) + 1;
}

export function mergeSketches(a: Sketch, b: Sketch): Sketch {
  const merged = { ...a };
  for (const [bin, count] of Object.entries(b)) merged[bin] = (merged[bin] ?? 0) + count;
  return merged;
}

/** The value at share `p` of the rank `p (n − 1)`, rounded down; null without values. */
export function percentileOf(sketch: Sketch, p: number): number | null {
  const bins = Object.entries(sketch)
    .map(([bin, count]) => ({ value: valueIn(Number(bin)), count }))
    .sort((a, b) => a.value - b.value);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.floor(p * (total - 1));
  let seen = 0;
  for (const { value, count } of bins) {
    seen += count;
    if (seen > rank) return value;
  }
  return bins.at(-1)?.value ?? null;
}

function binOf(value: number): number {
  const size = Math.abs(value);
  if (size < SMALLEST) return 0;
  const bin = Math.ceil(Math.log(size) / LOG_GAMMA) + OFFSET;
  return value < 0 ? -bin : bin;
}

/** The middle of a bin, in the sense of the relative error. */
function valueIn(bin: number): number {
  if (bin === 0) return 0;
  const value = (2 * GAMMA ** (Math.abs(bin) - OFFSET)) / (GAMMA + 1);
  return bin < 0 ? -value : value;
}
