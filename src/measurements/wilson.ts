/**
 * The Wilson interval of a share: where the true share lies, given how many were counted. Wilson, "Probable inference, the
 * law of succession, and statistical inference", JASA 1927.
 */
export type Interval = { readonly low: number; readonly high: number };

/** Of a share of `n`, `z` standard deviations wide on each side; NaN without any. */
export function wilson(share: number, n: number, z: number): Interval {
  const z2 = z * z;
  const middle = share + z2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: (middle - spread) / (1 + z2 / n), high: (middle + spread) / (1 + z2 / n) };
}
