/**
 * A cumulative sum (Page, "Continuous inspection schemes", Biometrika 41, 1954), one for each direction: what lies a little
 * off again and again adds up, and what lies now above and now below does not.
 */

export type Cusum = { up: number; down: number };
export type CusumRule = {
  /** What is forgiven each time, in spreads. */
  readonly allowance: number;
  /** A sum does not grow beyond this, so that what was long ago is over when it is over. */
  readonly most: number;
};

/** No value counts as more spreads away than this: a single outlier is no drift. */
export const MAX_Z = 4;

export const newCusum = (): Cusum => ({ up: 0, down: 0 });

/** Adds `weight` times what a distance of `z` spreads leaves when the allowance is taken off. */
export function accumulate(
  sums: Cusum,
  { z, weight = 1 }: { readonly z: number; readonly weight?: number },
  { allowance, most }: CusumRule,
): void {
  const seen = Math.max(-MAX_Z, Math.min(MAX_Z, z));
  sums.up = Math.min(most, Math.max(0, sums.up + weight * (seen - allowance)));
  sums.down = Math.min(most, Math.max(0, sums.down + weight * (-seen - allowance)));
}

/** The larger of both. */
export const heightOf = ({ up, down }: Cusum): number => Math.max(up, down);
