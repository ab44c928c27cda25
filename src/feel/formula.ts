/**
 * An expression or cell of a decision model. It computes with values of FEEL, not JSON, and shares one frame with all
 * others of its decision: what they may cost, they may cost together. A part that is not understood is null and listed
 * as a problem; the rest works on.
 */
import { isMillraceError, type MillraceError } from '../kernel/errors.ts';
import { buildProgram } from './evaluation/closures.ts';
import { type Frame, spend, within } from './evaluation/frame.ts';
import type { Declarations } from './syntax/names.ts';
import { type Parsed, parse } from './syntax/parse.ts';
import type { Context, FeelType, Value } from './values/value.ts';

export type Formula = {
  readonly text: string;
  /** `feel.syntax`, each with its place. */
  readonly problems: readonly MillraceError[];
  /** The names it may read from its variables. */
  readonly variables: readonly string[];
  /** Those of them that are read outside of filters, so that they are no entries of elements, with their first offset. */
  readonly outside: ReadonlyMap<string, number>;
  /** `input` is what a cell calls `?`. Throws `feel.too-expensive` and `feel.evaluation` only. */
  readonly run: (variables: Context, frame: Frame, input?: Value) => Value;
};

export type FormulaOptions = Declarations & {
  /** The types of the model, as expressions name them. */
  readonly types?: ReadonlyMap<string, FeelType>;
  /** The cell of a decision table: tests of `?`, answered by true, false or null. */
  readonly isCell?: boolean;
};

const INPUT = { name: '?', slot: 0, outer: undefined } as const;

/** Never throws on a text: one that cannot be read at all is null. */
export const compileFormula = (text: string, options: FormulaOptions): Formula =>
  formulaOf(text, parseFormula(text, options));

/** For who looks at the syntax as well: parsing takes longer than all the rest. */
export function parseFormula(text: string, options: FormulaOptions): Parsed {
  const { types = new Map(), isCell = false } = options;
  return attempt(() => parse(text, { ...options, types, isCell, hasClock: true, isLenient: true }));
}

export function formulaOf(text: string, parsed: Parsed): Formula {
  const { run, slots, steps, variables, outside } = buildProgram(parsed, { ...INPUT });
  return {
    text,
    problems: parsed.problems,
    variables,
    outside,
    run: (context, frame, input = null) => {
      const locals: Value[] = new Array(slots).fill(null);
      locals[0] = input;
      spend(frame, steps);
      return within(frame, { expression: text, context, locals }, run);
    },
  };
}

function attempt(read: () => Parsed): Parsed {
  try {
    return read();
  } catch (error) {
    if (!isMillraceError(error, 'feel.syntax')) throw error;
    const syntax = { kind: 'problem', reason: String(error.details.problem) } as const;
    return { syntax, offsets: new Map(), problems: [error] };
  }
}
