/**
 * Patterns with back-references, which no linear method matches: by trying, in the order of the pattern. Every attempt
 * pays, so that the fuel of an evaluation bounds it.
 */
import { foldCase, isIn, rangesOf } from './character-set.ts';
import type { Matching, PatternFlags, Pay } from './matching.ts';
import type { PatternTree, Repetition } from './pattern-tree.ts';

/** Longer texts are too expensive at once: trying goes as deep as the text is long. */
export const MAX_TRIED_LENGTH = 2_000;

/** The matches that begin at a place, in UTF-16 units, or behind it. */
type MatchingFrom = (text: string, pay: Pay, since?: number) => ReturnType<Matching>;

type State = {
  readonly characters: readonly string[];
  readonly groups: (readonly [number, number] | null)[];
  readonly pay: Pay;
};
/** Whether the rest matches from here. */
type Rest = (place: number) => boolean;
type Step = (state: State, place: number, rest: Rest) => boolean;

export function triedMatching(tree: PatternTree, flags: PatternFlags, groups: number): MatchingFrom {
  const step = build(tree, flags);
  return function* (text, pay, since = 0) {
    const characters = Array.from(text);
    const first = since === 0 ? 0 : Array.from(text.slice(0, since)).length;
    if (characters.length - first > MAX_TRIED_LENGTH) pay(Number.POSITIVE_INFINITY);
    for (let from = first; from <= characters.length; ) {
      const state: State = { characters, groups: new Array(groups).fill(null), pay };
      let end = -1;
      const isFound = shallow(pay, () =>
        step(state, from, (place) => {
          end = place;
          return true;
        }),
      );
      if (!isFound) {
        from += 1;
        continue;
      }
      const textOf = (first: number, last: number): string => characters.slice(first, last).join('');
      const start = textOf(0, from).length;
      yield {
        start,
        end: start + textOf(from, end).length,
        groups: state.groups.map((group) => (group === null ? null : textOf(group[0], group[1]))),
      };
      from = end > from ? end : from + 1;
    }
  };
}

/** A match that goes deeper than the stack of the runtime is too expensive. */
function shallow(pay: Pay, run: () => boolean): boolean {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) pay(Number.POSITIVE_INFINITY);
    throw error;
  }
}

function build(tree: PatternTree, flags: PatternFlags): Step {
  const inner = (part: PatternTree): Step => build(part, flags);
  switch (tree.kind) {
    case 'characters': {
      const ranges = rangesOf(tree.set, flags.ignoresCase);
      return ({ characters, pay }, place, rest) => {
        pay(1);
        return place < characters.length && isIn(characters[place] ?? '', ranges) && rest(place + 1);
      };
    }
    case 'sequence':
      return tree.parts.map(inner).reduceRight<Step>(
        (next, step) => (state, place, rest) => step(state, place, (after) => next(state, after, rest)),
        (_, place, rest) => rest(place),
      );
    case 'choice': {
      const branches = tree.branches.map(inner);
      return (state, place, rest) => branches.some((branch) => branch(state, place, rest));
    }
    case 'repetition':
      return repeated(tree, inner(tree.content));
    case 'group':
      return tree.index === null ? inner(tree.content) : captured(tree.index - 1, inner(tree.content));
    case 'start':
      // XPath F&O, 5.6.1: no line begins behind a line end that is the last character.
      return ({ characters }, place, rest) => {
        const beginsLine = flags.isMultiline && characters[place - 1] === '\n' && place < characters.length;
        return (place === 0 || beginsLine) && rest(place);
      };
    case 'end':
      return ({ characters }, place, rest) =>
        (place === characters.length || (flags.isMultiline && characters[place] === '\n')) && rest(place);
    case 'reference':
      return again(tree.index - 1, flags);
    default:
      return tree satisfies never;
  }
}

function captured(index: number, content: Step): Step {
  return (state, place, rest) => {
    const before = state.groups[index] ?? null;
    const isMatched = content(state, place, (after) => {
      const inside = state.groups[index] ?? null;
      state.groups[index] = [place, after];
      if (rest(after)) return true;
      state.groups[index] = inside;
      return false;
    });
    if (!isMatched) state.groups[index] = before;
    return isMatched;
  };
}

function repeated({ least, most, isLazy }: Repetition, content: Step): Step {
  const from = (
    state: State,
    place: number,
    { count, rest }: { readonly count: number; readonly rest: Rest },
  ): boolean => {
    state.pay(1);
    const goOn = (): boolean =>
      (most === null || count < most) &&
      content(state, place, (after) => {
        // A round that matched nothing would go on for ever.
        if (after === place && count >= least) return false;
        return from(state, after, { count: count + 1, rest });
      });
    if (count < least) return goOn();
    return isLazy ? rest(place) || goOn() : goOn() || rest(place);
  };
  return (state, place, rest) => from(state, place, { count: 0, rest });
}

/** What a group has matched, once more; a group that has matched nothing matches nothing. */
function again(index: number, { ignoresCase }: PatternFlags): Step {
  const folded = (character: string): string => (ignoresCase ? foldCase(character) : character);
  return ({ characters, groups, pay }, place, rest) => {
    const [first, last] = groups[index] ?? [0, 0];
    for (let offset = 0; offset < last - first; offset++) {
      pay(1);
      const wanted = characters[first + offset] ?? '';
      const found = characters[place + offset];
      if (found === undefined || folded(found) !== folded(wanted)) return false;
    }
    return rest(place + last - first);
  };
}
