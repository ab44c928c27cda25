/**
 * How far a linear method may look behind the start of a match before it is sure of it. Characters that a repetition
 * without end takes may come in any number; of all others a pattern takes a number that it says. So it looks at most
 * until so many of the others have come by: for `\s*,\s*` up to the second character that is no space.
 */
import { isIn, merged, rangesOf } from './character-set.ts';
import type { CodePointRange, PatternTree } from './pattern-tree.ts';

/** From the start of a match to where the look ends, both in UTF-16 units. */
export type LookAhead = (start: number) => number;

/** Of a pattern: asks about a text once, and then about its places. */
export function lookAheadOf(tree: PatternTree, ignoresCase: boolean): (text: string) => LookAhead {
  const reach = reachOf(tree, ignoresCase);
  const repeated = merged(reach.repeated);
  return (text) => {
    const stops: number[] = [];
    let place = 0;
    for (const character of text) {
      if (!isIn(character, repeated)) stops.push(place);
      place += character.length;
    }
    return (start) => stops[firstFrom(stops, start) + reach.others] ?? text.length;
  };
}

type Reach = { readonly repeated: readonly CodePointRange[]; readonly others: number };

function reachOf(tree: PatternTree, ignoresCase: boolean): Reach {
  switch (tree.kind) {
    case 'characters':
      return { repeated: [], others: 1 };
    case 'sequence':
      return sum(tree.parts.map((part) => reachOf(part, ignoresCase)));
    case 'choice':
      return sum(tree.branches.map((branch) => reachOf(branch, ignoresCase)));
    case 'group':
      return reachOf(tree.content, ignoresCase);
    case 'repetition': {
      if (tree.most === null) return { repeated: charactersIn(tree.content, ignoresCase), others: 0 };
      const { repeated, others } = reachOf(tree.content, ignoresCase);
      return { repeated, others: others * tree.most };
    }
    default:
      return { repeated: [], others: 0 };
  }
}

const sum = (reaches: readonly Reach[]): Reach => ({
  repeated: reaches.flatMap(({ repeated }) => repeated),
  others: reaches.reduce((total, { others }) => total + others, 0),
});

function charactersIn(tree: PatternTree, ignoresCase: boolean): readonly CodePointRange[] {
  switch (tree.kind) {
    case 'characters':
      return rangesOf(tree.set, ignoresCase);
    case 'sequence':
      return tree.parts.flatMap((part) => charactersIn(part, ignoresCase));
    case 'choice':
      return tree.branches.flatMap((branch) => charactersIn(branch, ignoresCase));
    case 'group':
    case 'repetition':
      return charactersIn(tree.content, ignoresCase);
    default:
      return [];
  }
}

/** The first index whose number is not below. */
function firstFrom(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
