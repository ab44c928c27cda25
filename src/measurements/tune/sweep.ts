/**
 * Which threshold would have served best, by what people made of anomalies. Pure.
 *
 * Best is the greatest F1 (van Rijsbergen, "Information Retrieval", 1979): 2 c / (2 c + f + m), of c confirmed anomalies that
 * are caught, m that are missed, and f rejected ones that are raised all the same. Of several that are as good the one
 * nearest to the present threshold is proposed, and nothing where none is better than the present one.
 */
import { wilson } from '../wilson.ts';

/** Fewer labels say too little to propose anything. */
export const MIN_LABELS = 10;
/** Of each kind there must be so many: with confirmed ones alone every lower threshold is better. */
export const MIN_OF_EACH = 3;
/** Limits of a criterion that are tried at most: each is judged over all readings. */
export const MAX_CANDIDATES = 60;
/** Standard deviations on each side of an estimate: 95 of 100 such intervals hold the true share. */
const Z_95 = 1.96;

/** What was counted at a threshold. */
export type Counts = {
  readonly threshold: number;
  /** All that it raises, labelled or not. */
  readonly alarms: number;
  readonly caught: number;
  readonly missed: number;
  readonly falseAlarms: number;
};
/** A share with its 95 % interval. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number };
export type Measure = Counts & {
  /** The share of raised ones that were confirmed, of those with a label; null: none was raised. */
  readonly precision: Estimate | null;
  /** The share of confirmed ones that are raised; null: none was confirmed. */
  readonly recall: Estimate | null;
};

export type Labels = { readonly confirmed: number; readonly rejected: number };
export const isEnough = ({ confirmed, rejected }: Labels): boolean =>
  confirmed + rejected >= MIN_LABELS && Math.min(confirmed, rejected) >= MIN_OF_EACH;

/** The best of the tried ones if it is better than the present; the present is one of them. */
export function bestOf(tried: readonly Counts[], present: Counts): Counts | undefined {
  const distance = ({ threshold }: Counts) => Math.abs(threshold - present.threshold);
  let best = present;
  for (const other of tried) {
    const gain = compareF1(other, best);
    if (gain > 0 || (gain === 0 && distance(other) < distance(best))) best = other;
  }
  return best.threshold === present.threshold ? undefined : best;
}

/** Above 0: the first is better. In whole numbers, so that equal ones are equal. */
function compareF1(one: Counts, other: Counts): number {
  const whole = ({ caught, missed, falseAlarms }: Counts) => 2 * caught + falseAlarms + missed;
  return one.caught * whole(other) - other.caught * whole(one);
}

export function measureOf(counts: Counts): Measure {
  const { caught, missed, falseAlarms } = counts;
  return {
    ...counts,
    precision: estimateOf(caught, caught + falseAlarms),
    recall: estimateOf(caught, caught + missed),
  };
}

function estimateOf(count: number, of: number): Estimate | null {
  return of === 0 ? null : { value: count / of, ...wilson(count / of, of, Z_95) };
}

/** How far beyond the outermost values a threshold is tried too, as a share of what lies between them. */
const MARGIN = 0.1;

/** Between neighbouring values there is one threshold that tells them apart, and one beyond each end. */
export function candidatesBetween(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const [low = 0] = distinct;
  const high = distinct.at(-1) ?? low;
  const margin = (high - low) * MARGIN || 1;
  const edges = [low - margin, ...distinct, high + margin];
  return distinct.length === 0
    ? []
    : edges.slice(1).map((edge, place) => shortestBetween(edges[place] as number, edge));
}

/** At most `MAX_CANDIDATES` of them, spread evenly. */
export function thinned(candidates: readonly number[]): number[] {
  if (candidates.length <= MAX_CANDIDATES) return [...candidates];
  const last = candidates.length - 1;
  return Array.from(
    { length: MAX_CANDIDATES },
    (_, place) => candidates[Math.round((place * last) / (MAX_CANDIDATES - 1))] as number,
  );
}

/** Near the middle of the two, with as few digits as there is room for, as people would write it. */
export function shortestBetween(low: number, high: number): number {
  const width = high - low;
  const middle = low + width / 2;
  for (let power = Math.ceil(Math.log10(width)); power > -12; power--) {
    const step = 10 ** power;
    const value = Number((Math.round(middle / step) * step).toPrecision(12)) + 0;
    if (Math.abs(value - middle) <= width / 4) return value;
  }
  return middle;
}
