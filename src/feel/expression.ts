/**
 * FEEL expressions: conditions of gateways, texts of mails, values of variables. An expression is compiled once, when
 * its definition is deployed, and evaluated often. It cannot do anything but compute: no I/O, no clock but
 * the one that is handed in, no backtracking, own properties only, and a limited number of steps.
 */
import { buildProgram } from './evaluation/closures.ts';
import { type Clock, DEFAULT_FUEL, type Frame, NO_CLOCK, spend } from './evaluation/frame.ts';
import { parse } from './syntax/parse.ts';
import { locate } from './syntax/place.ts';
import { refusal } from './syntax/reader.ts';
import { toJson } from './values/result.ts';

export type Expression = {
  readonly text: string;
  /** The names it may read from its context; in a filter they may turn out to be entries of an element. */
  readonly variables: readonly string[];
  /** A missing variable is null, so is what cannot be computed. Throws `feel.too-expensive` and `feel.evaluation`. */
  readonly evaluate: (context: Readonly<Record<string, unknown>>, clock?: Clock) => unknown;
};

export type CompileOptions = {
  /** Names of variables and fields; only those with spaces or signs ("delivery date", "oil-level") need declaring. */
  readonly names?: readonly string[];
  /** How many steps one evaluation may take. */
  readonly fuel?: number;
  /** The caller hands the time to every evaluation; without that `now()` and `today()` are refused. */
  readonly clock?: boolean;
};

/** Throws `feel.syntax` with the position (from 1) and the problem. */
export function compile(text: string, options: CompileOptions = {}): Expression {
  const { names = [], fuel = DEFAULT_FUEL, clock: hasClock = false } = options;
  const declared = { names, fields: names };
  const parsed = parse(text, { ...declared, hasClock, types: new Map(), isCell: false, isLenient: false });
  const { kind } = parsed.syntax;
  if (kind === 'range' || kind === 'function') throw refusal(text, 0, `a ${kind} is no result that can be kept`);
  const { run, slots, steps, variables } = buildProgram(parsed);
  return {
    text,
    variables,
    evaluate: (context, clock = NO_CLOCK) => {
      const locals = slots === 0 ? [] : new Array(slots).fill(null);
      const frame: Frame = { expression: text, context, locals, clock, limit: fuel, fuel, depth: 0, calls: 0 };
      try {
        spend(frame, steps);
        return toJson(run(frame), frame);
      } catch (error) {
        throw locate(error, text, frame.failedAt ?? 0);
      }
    },
  };
}
