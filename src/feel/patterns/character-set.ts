/** Which characters a class stands for: as ranges, and with the variants of their case. */
import {
  type CharacterClass,
  type ClassItem,
  type CodePointRange,
  complement,
  LAST_CODE_POINT,
} from './pattern-tree.ts';

/** Beyond it there are no letters that have an upper and a lower case. */
const LAST_CASED = 0x1ffff;

const categories = new Map<string, readonly CodePointRange[]>();
let variants: ReadonlyMap<number, readonly number[]> | undefined;

/** As `merged` gives them. */
export function rangesOf(set: CharacterClass, ignoresCase: boolean): CodePointRange[] {
  const items = merged(set.items.flatMap(rangesOfItem));
  const cased = ignoresCase ? merged([...items, ...caseVariants(items)]) : items;
  const own = set.isNegated ? complement(cased) : cased;
  if (set.except === null) return own;
  return complement(merged([...complement(own), ...rangesOf(set.except, ignoresCase)]));
}

function rangesOfItem(item: ClassItem): readonly CodePointRange[] {
  if (item.kind === 'range') return [item.range];
  const ranges = categoryRanges(item.name);
  return item.isNegated ? complement(ranges) : ranges;
}

/** Asks the runtime about every character, once for each category: about 20 ms. */
function categoryRanges(name: string): readonly CodePointRange[] {
  const found = categories.get(name);
  if (found !== undefined) return found;
  const test = new RegExp(`^\\p{${name}}$`, 'u');
  const ranges: [number, number][] = [];
  for (let codePoint = 0; codePoint <= LAST_CODE_POINT; codePoint++) {
    if (!test.test(String.fromCodePoint(codePoint))) continue;
    const last = ranges.at(-1);
    if (last?.[1] === codePoint - 1) last[1] = codePoint;
    else ranges.push([codePoint, codePoint]);
  }
  categories.set(name, ranges);
  return ranges;
}

/** Sorted, and apart from each other. */
export function merged(ranges: readonly CodePointRange[]): CodePointRange[] {
  return complement(complement(ranges));
}

function caseVariants(ranges: readonly CodePointRange[]): CodePointRange[] {
  const known = allVariants();
  const found: CodePointRange[] = [];
  for (const [first, last] of ranges) {
    for (let codePoint = first; codePoint <= Math.min(last, LAST_CASED); codePoint++) {
      for (const variant of known.get(codePoint) ?? []) found.push([variant, variant]);
    }
  }
  return found;
}

/** Characters whose upper or lower case is the same. */
function allVariants(): ReadonlyMap<number, readonly number[]> {
  if (variants !== undefined) return variants;
  const families = new Map<string, number[]>();
  for (let codePoint = 0; codePoint <= LAST_CASED; codePoint++) {
    const family = foldCase(String.fromCodePoint(codePoint));
    const members = families.get(family);
    if (members === undefined) families.set(family, [codePoint]);
    else members.push(codePoint);
  }
  const large = [...families.values()].filter((members) => members.length > 1);
  variants = new Map(large.flatMap((members) => members.map((codePoint) => [codePoint, members])));
  return variants;
}

/** One text for all variants of a character. */
export const foldCase = (character: string): string => character.toUpperCase().toLowerCase();

/** Whether a character lies in ranges that are sorted. */
export function isIn(character: string, ranges: readonly CodePointRange[]): boolean {
  const codePoint = character.codePointAt(0) ?? 0;
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] ?? [0, 0];
    if (codePoint < first) high = middle - 1;
    else if (codePoint > last) low = middle + 1;
    else return true;
  }
  return false;
}
