/** Regular expressions of FEEL's `matches`, `replace` and `split`. What is no pattern, flag or replacement has no answer. */

import { linearMatching } from './linear-pattern.ts';
import type { Match, Matching, Pay } from './matching.ts';
import { parsePattern } from './parse-pattern.ts';
import { classOf, LAST_CODE_POINT, type PatternTree, rangeItem } from './pattern-tree.ts';
import { triedMatching } from './tried-pattern.ts';

export type Pattern = {
  readonly test: (text: string, pay: Pay) => boolean;
  /** null if the replacement is none, or the pattern matches an empty text, and so between all characters. */
  readonly replace: (text: string, replacement: string, pay: Pay) => string | null;
  /** null if the pattern matches an empty text. */
  readonly split: (text: string, pay: Pay) => string[] | null;
};

/** Longer patterns have no answer. */
export const MAX_PATTERN_LENGTH = 1_000;
const MAX_KEPT_PATTERNS = 200;

const FLAGS = /^[smixq]*$/;
/** `$3` or `$12`, `\$`, `\\`; anything else with either sign is no replacement. */
const REPLACEMENT = /^(?:[^$\\]|\$\d+|\\[$\\])*$/;
const ALL = classOf(rangeItem(0, LAST_CODE_POINT));
const ALL_BUT_LINE_ENDS = { ...classOf(rangeItem(0xa, 0xa), rangeItem(0xd, 0xd)), isNegated: true };

const known = new Map<string, Pattern | null>();

/** null if the pattern or its flags are none. Those used last are kept. */
export function findPattern(pattern: string, flags: string): Pattern | null {
  if (pattern.length > MAX_PATTERN_LENGTH || !FLAGS.test(flags)) return null;
  const key = `${flags}/${pattern}`;
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const compiled = compile(pattern, flags);
  if (known.size >= MAX_KEPT_PATTERNS) known.clear();
  known.set(key, compiled);
  return compiled;
}

function compile(pattern: string, flags: string): Pattern | null {
  const isLiteral = flags.includes('q');
  const parsed = isLiteral
    ? { tree: literalTree(pattern), groups: 0, hasReferences: false }
    : parsePattern(
        flags.includes('x') ? withoutSpaces(pattern) : pattern,
        flags.includes('s') ? ALL : ALL_BUT_LINE_ENDS,
      );
  if (parsed === undefined) return null;
  const { tree, groups, hasReferences } = parsed;
  const options = { ignoresCase: flags.includes('i'), isMultiline: flags.includes('m') && !isLiteral };
  const matching = hasReferences ? triedMatching(tree, options, groups) : linearMatching(tree, options);
  return matching === undefined ? null : patternOf(matching, { groups, isLiteral });
}

function patternOf(
  matching: Matching,
  { groups, isLiteral }: { readonly groups: number; readonly isLiteral: boolean },
): Pattern {
  const test: Pattern['test'] = (text, pay) => {
    for (const _ of matching(text, pay)) return true;
    return false;
  };
  return {
    test,
    replace: (text, replacement, pay) => {
      if (test('', pay)) return null;
      const matches = matching(text, pay);
      if (isLiteral) return pieces(text, matches).join(replacement);
      return REPLACEMENT.test(replacement) ? replaced(text, { matches, replacement, groups }) : null;
    },
    split: (text, pay) => (test('', pay) ? null : pieces(text, matching(text, pay))),
  };
}

/** What lies between the matches. */
function pieces(text: string, matches: Iterable<Match>): string[] {
  const found: string[] = [];
  let from = 0;
  for (const { start, end } of matches) {
    found.push(text.slice(from, start));
    from = end;
  }
  found.push(text.slice(from));
  return found;
}

type Replacing = { readonly matches: Iterable<Match>; readonly replacement: string; readonly groups: number };

function replaced(text: string, { matches, replacement, groups }: Replacing): string {
  let result = '';
  let from = 0;
  for (const match of matches) {
    result += text.slice(from, match.start) + filledIn(replacement, text, { match, groups });
    from = match.end;
  }
  return result + text.slice(from);
}

/** `$12` is group 12 if there are so many, else group 1 and the digit 2. A group that took no part is empty. */
function filledIn(
  replacement: string,
  text: string,
  { match, groups }: { readonly match: Match; readonly groups: number },
): string {
  return replacement.replace(/\\([$\\])|\$(\d+)/g, (_, escaped: string | undefined, digits = '') => {
    if (escaped !== undefined) return escaped;
    let length = digits.length;
    while (length > 1 && Number(digits.slice(0, length)) > groups) length -= 1;
    const index = Number(digits.slice(0, length));
    const content = index === 0 ? text.slice(match.start, match.end) : (match.groups[index - 1] ?? '');
    return content + digits.slice(length);
  });
}

function literalTree(text: string): PatternTree {
  return {
    kind: 'sequence',
    parts: Array.from(text, (character) => {
      const codePoint = character.codePointAt(0) ?? 0;
      return { kind: 'characters', set: classOf(rangeItem(codePoint, codePoint)) };
    }),
  };
}

/** Spaces stay where they stand in a class. */
function withoutSpaces(pattern: string): string {
  let depth = 0;
  let text = '';
  for (const [token] of pattern.matchAll(/\\[[\]\\]|[\s\S]/g)) {
    if (token === '[') depth += 1;
    if (token === ']') depth -= 1;
    if (depth > 0 || !/^[\t\n\r ]$/.test(token)) text += token;
  }
  return text;
}
