/**
 * What a row must not carry, whatever device it is of. It is asked before anything else, of the whole row and in the same
 * way for every store, so that a row either is stored as it came or goes to quarantine: none is cut, and none breaks the
 * call that it came with. The walk goes level by level and stops at the first limit, so that no row can exhaust it.
 */

/** Levels of objects and lists in a row; `{device, ts, values: {field: 1}}` has two. */
export const MAX_ROW_DEPTH = 8;
/** Values in a row, those in lists and in objects within it included. */
export const MAX_ROW_MEMBERS = 1_000;
/** Characters of all names and texts of a row together. */
export const MAX_ROW_CHARACTERS = 65_536;

export type Unclean = 'too-deep' | 'too-large' | 'forbidden-key' | 'forbidden-character';

/** Names that objects have already: written through, they would change what every other object is. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Why the row cannot be taken, whatever it means; undefined: nothing speaks against it. */
export function uncleanPart(row: unknown): Unclean | undefined {
  const count = { members: 0, characters: 0 };
  let level: object[] = [];
  const look = (value: unknown, below: object[]): Unclean | undefined => {
    if (typeof value === 'string') return textProblem(value, count);
    if (typeof value === 'object' && value !== null) below.push(value);
    return undefined;
  };
  const problem = look(row, level);
  if (problem !== undefined) return problem;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_ROW_DEPTH) return 'too-deep';
    const below: object[] = [];
    for (const holder of level) {
      const found = holderProblem(holder, count) ?? firstOf(Object.values(holder), (value) => look(value, below));
      if (found !== undefined) return found;
    }
    level = below;
  }
  return undefined;
}

type Count = { members: number; characters: number };

/** Of an object or a list, its size and its names. */
function holderProblem(holder: object, count: Count): Unclean | undefined {
  const isList = Array.isArray(holder);
  const names = isList ? [] : Object.keys(holder);
  count.members += isList ? holder.length : names.length;
  if (count.members > MAX_ROW_MEMBERS) return 'too-large';
  return firstOf(names, (name) => (FORBIDDEN_KEYS.has(name) ? 'forbidden-key' : textProblem(name, count)));
}

/** No store keeps NUL, and half a surrogate pair is no character. */
function textProblem(text: string, count: Count): Unclean | undefined {
  count.characters += text.length;
  if (count.characters > MAX_ROW_CHARACTERS) return 'too-large';
  return text.includes('\0') || !text.isWellFormed() ? 'forbidden-character' : undefined;
}

function firstOf<T>(items: readonly T[], problemOf: (item: T) => Unclean | undefined): Unclean | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
