/**
 * FEEL expressions: conditions of gateways, texts of mails, values of variables. An expression is compiled once, when
 * its definition is deployed, and evaluated often. It cannot do anything but compute: no I/O, no clock, no regular
 * expressions, own properties only, and a limited number of steps.
 */
import { isMillraceError, MillraceError, messageOf } from '../kernel/errors.ts';
import { buildProgram } from './closures.ts';
import { DEFAULT_FUEL, type Frame, spend } from './frame.ts';
import { parse } from './parse.ts';
import { toJson } from './result.ts';

export type Expression = {
  readonly text: string;
  /** The names it may read from its context; in a filter they may turn out to be entries of an element. */
  readonly variables: readonly string[];
  /** A missing variable is null, so is what cannot be computed. Throws `feel.too-expensive` and `feel.evaluation`. */
  readonly evaluate: (context: Readonly<Record<string, unknown>>) => unknown;
};

export type CompileOptions = {
  /** Names of variables and fields; only those with spaces or signs ("delivery date", "oil-level") need declaring. */
  readonly names?: readonly string[];
  /** How many steps one evaluation may take. */
  readonly fuel?: number;
};

/** Throws `feel.syntax` with the position (from 1) and the problem. */
export function compile(text: string, { names = [], fuel = DEFAULT_FUEL }: CompileOptions = {}): Expression {
  const { run, slots, steps, variables } = buildProgram(parse(text, names));
  return {
    text,
    variables,
    evaluate: (context) => {
      const locals = slots === 0 ? [] : new Array(slots).fill(null);
      const frame: Frame = { expression: text, context, locals, limit: fuel, fuel, depth: 0 };
      try {
        spend(frame, steps);
        return toJson(run(frame), frame);
      } catch (error) {
        if (isMillraceError(error)) throw error;
        throw new MillraceError('feel.evaluation', { expression: text, problem: messageOf(error) }, { cause: error });
      }
    },
  };
}
