/**
 * What a cell of a table asks, where that is known without running it: values and ranges of constants. From this tables
 * find their rules without trying each, and overlaps and gaps are computed.
 */
import { isMillraceError } from '../../../kernel/errors.ts';
import { buildProgram } from '../../evaluation/closures.ts';
import { openFrame } from '../../evaluation/frame.ts';
import { parseFormula } from '../../formula.ts';
import type { Parsed } from '../../syntax/parse.ts';
import type { Syntax, Test } from '../../syntax/syntax.ts';
import { isTemporal } from '../../temporal/temporal.ts';
import type { ComparisonOperator } from '../../values/comparison.ts';
import { isNumber } from '../../values/number.ts';
import { nameOf } from '../../values/types.ts';
import { adopt, FeelRange, isList, type RangeEnds, type Value } from '../../values/value.ts';

/** Strings and booleans are told apart one by one; what has an order, by ranges. */
export type ConstantCell =
  | { readonly kind: 'any' }
  | {
      readonly kind: 'values';
      readonly type: 'string' | 'boolean';
      readonly values: readonly (string | boolean)[];
      readonly isNegated: boolean;
    }
  | {
      readonly kind: 'ranges';
      readonly type: string;
      readonly ranges: readonly RangeEnds[];
      readonly isNegated: boolean;
    };

/** Why a cell says nothing before it runs. */
export type UnknownCell = { readonly kind: 'unknown'; readonly reason: string };

const STEPS = 1_000;

class Unknown extends Error {}

export const isEmptyCell = (text: string): boolean => text === '' || text === '-';

/** A cell that stands alone: without the names and types of its model. */
export const readCell = (text: string): ConstantCell | UnknownCell =>
  isEmptyCell(text) ? { kind: 'any' } : constantCell(parseFormula(text, { names: [], isCell: true }));

export function constantCell({ syntax, offsets, problems }: Parsed): ConstantCell | UnknownCell {
  if (problems.length > 0) return { kind: 'unknown', reason: 'is not understood' };
  try {
    if (syntax.kind !== 'tests') throw new Unknown('is a formula');
    const parts = syntax.tests.flatMap((test) =>
      partsOf(test, (part) => {
        const { run, slots, variables } = buildProgram({ syntax: part, offsets, problems: [] });
        if (variables.length > 0) throw new Unknown('is a formula');
        const frame = openFrame({ limit: STEPS });
        return run({ ...frame, locals: new Array(slots).fill(null) });
      }),
    );
    return joined(parts, syntax.isNegated);
  } catch (error) {
    if (error instanceof Unknown) return { kind: 'unknown', reason: error.message };
    if (!isMillraceError(error)) throw error;
    return { kind: 'unknown', reason: 'is a formula' };
  }
}

type Part = string | boolean | RangeEnds;
type Constant = (syntax: Syntax) => Value;

function partsOf(test: Test, constant: Constant): Part[] {
  switch (test.kind) {
    case 'value':
      return parted(constant(test.value));
    case 'comparison':
      return compared(test.operator, constant(test.right));
    case 'range': {
      const { low, high } = test;
      const ends = { low: constant(low.value), high: constant(high.value) };
      return [ranged({ ...ends, includesLow: low.operator === '>=', includesHigh: high.operator === '<=' })];
    }
    case 'condition':
      return asked(test.condition, constant);
    default:
      return test satisfies never;
  }
}

/** `? > 5` is known as well, `? > 5 and x` is not. */
function asked(syntax: Syntax, constant: Constant): Part[] {
  if (syntax.kind === 'comparison' && syntax.left.kind === 'variable' && syntax.left.name === '?') {
    return compared(syntax.operator, constant(syntax.right));
  }
  if (syntax.kind === 'membership' && syntax.value.kind === 'variable' && syntax.value.name === '?') {
    return syntax.tests.flatMap((test) => partsOf(test, constant));
  }
  throw new Unknown('is a formula');
}

function parted(value: Value): Part[] {
  if (typeof value === 'string' || typeof value === 'boolean') return [value];
  if (isNumber(value) || isTemporal(value)) return [{ low: value, high: value, includesLow: true, includesHigh: true }];
  if (value instanceof FeelRange) return [ranged(value)];
  if (isList(value)) return value.flatMap((element) => parted(adopt(element)));
  throw new Unknown(`asks for ${nameOf(value)}`);
}

function compared(operator: ComparisonOperator, value: Value): Part[] {
  if (operator === '=') return parted(value);
  if (!isOrdered(value)) throw new Unknown(`compares by "${operator}"`);
  const open = { low: null, high: null, includesLow: false, includesHigh: false };
  switch (operator) {
    case '<':
    case '<=':
      return [{ ...open, high: value, includesHigh: operator === '<=' }];
    case '>':
    case '>=':
      return [{ ...open, low: value, includesLow: operator === '>=' }];
    default:
      return [
        { ...open, high: value },
        { ...open, low: value },
      ];
  }
}

function ranged({ low, high, includesLow, includesHigh }: RangeEnds): RangeEnds {
  if ((low !== null && !isOrdered(low)) || (high !== null && !isOrdered(high)))
    throw new Unknown('is a range of texts');
  return { low, high, includesLow, includesHigh };
}

const isOrdered = (value: Value): boolean => isNumber(value) || isTemporal(value);

function joined(parts: readonly Part[], isNegated: boolean): ConstantCell {
  const types = new Set(parts.map((part) => (typeof part === 'object' ? nameOf(part.low ?? part.high) : typeof part)));
  const [type, second] = types;
  if (type === undefined || second !== undefined) throw new Unknown('asks for values of several types');
  if (type !== 'string' && type !== 'boolean') {
    return { kind: 'ranges', type, ranges: parts.filter((part) => typeof part === 'object'), isNegated };
  }
  return { kind: 'values', type, values: parts.filter((part) => typeof part !== 'object'), isNegated };
}

/** `"a", [1..2), f(x, y)` → its three tests. */
export function splitTests(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[({]|[\])}]|,/g)) {
    if ('[({'.includes(token)) depth += 1;
    else if ('])}'.includes(token)) depth -= 1;
    else if (token === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts.filter((part) => part !== '');
}
