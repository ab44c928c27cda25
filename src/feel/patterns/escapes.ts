/** Escapes of patterns that stand for many characters: `\d`, `\i`, `\p{L}`, `\P{IsBasicLatin}`. */
import { blocks } from './blocks.ts';
import { type ClassItem, type CodePointRange, complement, rangeItem } from './pattern-tree.ts';

const CATEGORIES: ReadonlySet<string> = new Set(
  'L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn'.split(' '),
);

/** https://www.w3.org/TR/xml/#NT-NameStartChar */
const NAME_START: readonly CodePointRange[] = [
  [0x3a, 0x3a],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
  [0x10000, 0xeffff],
];
/** https://www.w3.org/TR/xml/#NT-NameChar */
const NAME: readonly CodePointRange[] = [
  ...NAME_START,
  [0x2d, 0x2e],
  [0x30, 0x39],
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];
const SPACE: readonly CodePointRange[] = [
  [0x9, 0xa],
  [0xd, 0xd],
  [0x20, 0x20],
];

const category = (name: string, isNegated = false): ClassItem => ({ kind: 'category', name, isNegated });
const ranges = (all: readonly CodePointRange[]): ClassItem[] => all.map(([first, last]) => rangeItem(first, last));

const MANY: Readonly<Record<string, readonly ClassItem[]>> = {
  s: ranges(SPACE),
  S: ranges(complement(SPACE)),
  i: ranges(NAME_START),
  I: ranges(complement(NAME_START)),
  c: ranges(NAME),
  C: ranges(complement(NAME)),
  d: [category('Nd')],
  D: [category('Nd', true)],
  w: ['L', 'M', 'N', 'S'].map((name) => category(name)),
  W: ['P', 'Z', 'C'].map((name) => category(name)),
};

/** Behind a backslash: one of the letters above; undefined for any other. */
export const manyFor = (letter: string): readonly ClassItem[] | undefined =>
  Object.hasOwn(MANY, letter) ? MANY[letter] : undefined;

/** What stands in the braces of `\p{…}` and `\P{…}`; undefined if there is no such category or block. */
export function propertyItems(name: string, isNegated: boolean): readonly ClassItem[] | undefined {
  if (CATEGORIES.has(name)) return [category(name, isNegated)];
  const block = name.startsWith('Is') ? blocks.get(name.slice(2).toLowerCase()) : undefined;
  if (block === undefined) return undefined;
  return isNegated ? ranges(complement([block])) : ranges([block]);
}
