/** Patterns without back-references, as RE2 writes them: it matches in linear time, whatever the pattern. */
import { RE2JS } from 're2js';
import { rangesOf } from './character-set.ts';
import { type LookAhead, lookAheadOf } from './look-ahead.ts';
import type { Match, Matching, PatternFlags } from './matching.ts';
import type { CharacterClass, ClassItem, PatternTree, Repetition } from './pattern-tree.ts';
import { triedMatching } from './tried-pattern.ts';

/** Measured: a character takes as long as a step divided by this, for a program of `PROGRAM_UNIT` instructions. */
const CHARACTERS_PER_STEP = 4;
const PROGRAM_UNIT = 16;
const MAX_RETRIED_LENGTH = 200;
const MAX_RETRIED_STEPS = 2_000;

/** undefined for what RE2 refuses: patterns that repeat too often. */
export function linearMatching(tree: PatternTree, flags: PatternFlags): Matching | undefined {
  const compiled = attempt(() => RE2JS.compile(write(tree, flags), flags.ignoresCase ? RE2JS.CASE_INSENSITIVE : 0));
  if (compiled === undefined) return undefined;
  const groups = compiled.groupCount();
  const steps = (1 + compiled.programSize() / PROGRAM_UNIT) / CHARACTERS_PER_STEP;
  const lookAheadIn = lookAheadOf(tree, flags.ignoresCase);
  const isLineAware = flags.isMultiline && hasStart(tree);
  const tried = triedMatching(tree, flags, groups);
  return function* (text, pay) {
    const matcher = compiled.matcher(text);
    let lookAhead: LookAhead | undefined;
    pay(Math.ceil((text.length * steps) / 4)); // before the first look, which may take in all of a long text
    for (let from = 0; ; from = matcher.end()) {
      const isFound = matcher.find();
      if (isFound) lookAhead ??= lookAheadIn(text);
      const seen = isFound ? (lookAhead?.(matcher.start()) ?? text.length) : text.length;
      pay(Math.ceil((seen - from + 1) * steps));
      if (!isFound) return;
      if (isLineAware && matcher.end() === text.length && text.endsWith('\n')) {
        pay(MAX_RETRIED_STEPS / 4);
        const again = retried(tried, text, matcher.start());
        if (again !== undefined) return yield* again;
      }
      const captured: (string | null)[] = [];
      for (let index = 1; index <= groups; index++) captured.push(matcher.group(index));
      yield { start: matcher.start(), end: matcher.end(), groups: captured } satisfies Match;
    }
  };
}

/**
 * RE2 lets a line begin behind a last line end, and XPath does not: matches that end there are looked at once more, by
 * trying. undefined where that takes long; then what RE2 found has to do.
 */
function retried(tried: ReturnType<typeof triedMatching>, text: string, since: number): readonly Match[] | undefined {
  if (text.length - since > MAX_RETRIED_LENGTH) return undefined;
  let steps = 0;
  try {
    return [
      ...tried(
        text,
        (more) => {
          steps += more;
          if (steps > MAX_RETRIED_STEPS) throw new TooLong();
        },
        since,
      ),
    ];
  } catch (error) {
    if (error instanceof TooLong) return undefined;
    throw error;
  }
}

class TooLong extends Error {}

const hasStart = (tree: PatternTree): boolean => {
  switch (tree.kind) {
    case 'start':
      return true;
    case 'sequence':
      return tree.parts.some(hasStart);
    case 'choice':
      return tree.branches.some(hasStart);
    case 'group':
    case 'repetition':
      return hasStart(tree.content);
    default:
      return false;
  }
};

function attempt(compile: () => RE2JS): RE2JS | undefined {
  try {
    return compile();
  } catch {
    return undefined;
  }
}

function write(tree: PatternTree, flags: PatternFlags): string {
  switch (tree.kind) {
    case 'characters':
      return writeClass(tree.set, flags);
    case 'sequence':
      return tree.parts.map((part) => write(part, flags)).join('');
    case 'choice':
      return tree.branches.map((branch) => write(branch, flags)).join('|');
    case 'repetition':
      return `(?:${write(tree.content, flags)})${quantifier(tree)}`;
    case 'group':
      return `${tree.index === null ? '(?:' : '('}${write(tree.content, flags)})`;
    case 'start':
      return flags.isMultiline ? '(?m:^)' : '\\A';
    case 'end':
      return flags.isMultiline ? '(?m:$)' : '\\z';
    default:
      throw new Error('a pattern with back-references is not linear');
  }
}

function quantifier({ least, most, isLazy }: Repetition): string {
  return `{${least},${most ?? ''}}${isLazy ? '?' : ''}`;
}

/** With exceptions, and where case is ignored, a class is laid out; RE2 would ignore the case of what is excepted as well. */
function writeClass(set: CharacterClass, { ignoresCase }: PatternFlags): string {
  if (set.except === null) return `[${set.isNegated ? '^' : ''}${set.items.map(writeItem).join('')}]`;
  const ranges = rangesOf(set, ignoresCase);
  if (ranges.length === 0) return '[^\\x{0}-\\x{10FFFF}]';
  const text = ranges.map((range) => writeItem({ kind: 'range', range })).join('');
  return `(?-i:[${text}])`;
}

function writeItem(item: ClassItem): string {
  if (item.kind === 'category') return `\\${item.isNegated ? 'P' : 'p'}{${item.name}}`;
  const [first, last] = item.range;
  return `${hex(first)}${last > first ? `-${hex(last)}` : ''}`;
}

const hex = (codePoint: number): string => `\\x{${codePoint.toString(16)}}`;
