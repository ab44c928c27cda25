/** A pattern after parsing. Characters are code points. */

export type PatternTree =
  | { readonly kind: 'characters'; readonly set: CharacterClass }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternTree[] }
  | Repetition
  /** `index` counts from 1; null for a group that captures nothing. */
  | { readonly kind: 'group'; readonly index: number | null; readonly content: PatternTree }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'reference'; readonly index: number };

export type Repetition = {
  readonly kind: 'repetition';
  readonly content: PatternTree;
  readonly least: number;
  /** null: any number. */
  readonly most: number | null;
  readonly isLazy: boolean;
};

/** One character of a set: those of the items, or all others; without those of `except`. */
export type CharacterClass = {
  readonly items: readonly ClassItem[];
  readonly isNegated: boolean;
  readonly except: CharacterClass | null;
};

export type CodePointRange = readonly [first: number, last: number];

export type ClassItem =
  | { readonly kind: 'range'; readonly range: CodePointRange }
  /** A general category such as `L` or `Lu`, or all that is not of it. */
  | { readonly kind: 'category'; readonly name: string; readonly isNegated: boolean };

export const LAST_CODE_POINT = 0x10ffff;

export const classOf = (...items: readonly ClassItem[]): CharacterClass => ({ items, isNegated: false, except: null });

export const rangeItem = (first: number, last: number): ClassItem => ({ kind: 'range', range: [first, last] });

/** All that lies in none of the ranges. */
export function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const gaps: CodePointRange[] = [];
  let next = 0;
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    if (first > next) gaps.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
  return gaps;
}
