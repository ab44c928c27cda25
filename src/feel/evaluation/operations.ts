/** Arithmetic, logic and comparisons as closures. Operands of the wrong type give null, as FEEL has it. */

import { paidZone } from '../functions/temporal-functions.ts';
import type { ArithmeticOperator, RangeSyntax, Syntax, SyntaxOf, Test, Tests } from '../syntax/syntax.ts';
import {
  addTemporals,
  divideTemporals,
  negateTemporal,
  scaleTemporals,
  subtractTemporals,
} from '../temporal/temporal-arithmetic.ts';
import { both, type Comparator, comparators, includes, not, order } from '../values/comparison.ts';
import { add, divide, isNumber, multiply, negate, power, subtract } from '../values/number.ts';
import { nameOf } from '../values/types.ts';
import { adopt, FeelRange, isList, type Value, type Verdict } from '../values/value.ts';
import type { Builder, Closure, Scope } from './closure.ts';
import { type Frame, nothing, openFrame, spend, spendOnText } from './frame.ts';

/** A power with a fraction takes logarithms of 34 digits: measured, it costs as much as this many other steps. */
const POWER_STEPS = 200;

/** A duration becomes a decimal of up to 26 digits and back: measured, it costs as much as this many other steps. */
const SCALING_STEPS = 3;

type Operator = (left: Value, right: Value, frame: Frame) => Value;
type Condition = (value: Value, frame: Frame) => Verdict;

export function buildArithmetic({ first, rest }: SyntaxOf<'arithmetic'>, scope: Scope, builder: Builder): Closure {
  const start = builder.build(first, scope);
  const chain = rest.map(({ operator, operand }) => ({
    operator,
    apply: operators[operator],
    operand: builder.build(operand, scope),
  }));
  const offset = builder.offsetOf(first);
  const [only] = chain;
  if (chain.length === 1 && only !== undefined) {
    const { apply, operand, operator } = only;
    return (frame) => {
      const left = start(frame);
      const right = operand(frame);
      return apply(left, right, frame) ?? nothing(frame, offset, () => noResult(operator, left, right));
    };
  }
  return (frame) => {
    let value = start(frame);
    for (const { apply, operand, operator } of chain) {
      const left = value;
      const right = operand(frame);
      value = apply(left, right, frame) ?? nothing(frame, offset, () => noResult(operator, left, right));
    }
    return value;
  };
}

function noResult(operator: ArithmeticOperator, left: Value, right: Value): string {
  if (operator === '/' && isNumber(right) && Number(right) === 0) return 'a division by zero';
  return `${nameOf(left)} ${operator} ${nameOf(right)} has no result`;
}

export function buildNegation({ operand }: SyntaxOf<'negation'>, scope: Scope, builder: Builder): Closure {
  const number = builder.build(operand, scope);
  return (frame) => {
    const value = number(frame);
    return isNumber(value) ? negate(value) : negateTemporal(value);
  };
}

export function buildAnd({ operands }: SyntaxOf<'and'>, scope: Scope, builder: Builder): Closure {
  const conditions = operands.map((operand) => builder.build(operand, scope));
  return (frame) => {
    let verdict: Verdict = true;
    for (const condition of conditions) {
      const value = condition(frame);
      if (value === false) return false;
      if (value !== true) verdict = null;
    }
    return verdict;
  };
}

export function buildOr({ operands }: SyntaxOf<'or'>, scope: Scope, builder: Builder): Closure {
  const conditions = operands.map((operand) => builder.build(operand, scope));
  return (frame) => {
    let verdict: Verdict = false;
    for (const condition of conditions) {
      const value = condition(frame);
      if (value === true) return true;
      if (value !== false) verdict = null;
    }
    return verdict;
  };
}

export function buildComparison(
  { operator, left, right }: SyntaxOf<'comparison'>,
  scope: Scope,
  builder: Builder,
): Closure {
  const compare: Comparator = comparators[operator];
  const leftOf = builder.build(left, scope);
  const rightOf = builder.build(right, scope);
  const offset = builder.offsetOf(left);
  return (frame) => {
    const one = leftOf(frame);
    const other = rightOf(frame);
    return (
      compare(one, other, frame) ??
      nothing(frame, offset, () => `${nameOf(one)} and ${nameOf(other)} do not compare by "${operator}"`)
    );
  };
}

export function buildBetween({ value, low, high }: SyntaxOf<'between'>, scope: Scope, builder: Builder): Closure {
  const tested = builder.build(value, scope);
  const condition = buildTest(
    { kind: 'range', low: { operator: '>=', value: low }, high: { operator: '<=', value: high } },
    scope,
    builder,
  );
  return (frame) => condition(tested(frame), frame);
}

/** True if one test holds; else null if one cannot say. A condition calls what is tested `?` (DMN 1.5, table 55). */
export function buildMembership({ value, tests }: SyntaxOf<'membership'>, scope: Scope, builder: Builder): Closure {
  const tested = builder.build(value, scope);
  if (tests.every(({ kind }) => kind !== 'condition')) {
    const conditions = tests.map((test) => buildTest(test, scope, builder));
    return (frame) => anyHolds(conditions, tested(frame), frame);
  }
  const slot = builder.slots++;
  const inner: Scope = { name: '?', slot, outer: scope };
  const conditions = tests.map((test) => buildTest(test, test.kind === 'condition' ? inner : scope, builder));
  return (frame) => {
    const candidate = tested(frame);
    frame.locals[slot] = candidate;
    return anyHolds(conditions, candidate, frame);
  };
}

/** True if one holds, null if none does and one cannot say. */
function anyHolds(conditions: readonly Condition[], candidate: Value, frame: Frame): Verdict {
  let verdict: Verdict = false;
  for (const condition of conditions) {
    const holds = condition(candidate, frame);
    if (holds === true) return true;
    if (holds === null) verdict = null;
  }
  return verdict;
}

/** `?` lies in the slot of its name; true if one of the tests holds for it, null if none does and one cannot say. */
export function buildTests({ tests, isNegated }: Tests, scope: Scope, builder: Builder): Closure {
  const conditions = tests.map((test) => buildTest(test, scope, builder));
  const input = builder.build({ kind: 'variable', name: '?' }, scope);
  if (isNegated) return (frame) => not(anyHolds(conditions, input(frame), frame));
  return (frame) => anyHolds(conditions, input(frame), frame);
}

export function buildRange(
  { low, high, includesLow, includesHigh }: RangeSyntax,
  scope: Scope,
  builder: Builder,
): Closure {
  const none: Closure = () => null;
  const lowOf = low === null ? none : builder.build(low, scope);
  const highOf = high === null ? none : builder.build(high, scope);
  const build: Closure = (frame) => {
    const ends = { low: lowOf(frame), high: highOf(frame) };
    // The start lies before the end, or is the same (DMN 1.5, 10.3.2.7).
    if (low !== null && high !== null && !((order(ends.low, ends.high, frame) ?? 1) <= 0)) return null;
    if ((low !== null && ends.low === null) || (high !== null && ends.high === null)) return null;
    return new FeelRange({ ...ends, includesLow, includesHigh });
  };
  const areLiterals = [low, high].every((end) => end === null || end.kind === 'literal');
  if (!areLiterals) return build;
  const value = build(openFrame());
  return () => value;
}

function buildTest(test: Test, scope: Scope, builder: Builder): Condition {
  switch (test.kind) {
    case 'comparison': {
      const compare: Comparator = comparators[test.operator];
      const right = builder.build(test.right, scope);
      return (value, frame) => compare(value, right(frame), frame);
    }
    case 'range': {
      const isAboveLow = buildTest(
        { kind: 'comparison', operator: test.low.operator, right: test.low.value },
        scope,
        builder,
      );
      const isBelowHigh = buildTest(
        { kind: 'comparison', operator: test.high.operator, right: test.high.value },
        scope,
        builder,
      );
      return (value, frame) => both(isAboveLow(value, frame), isBelowHigh(value, frame));
    }
    case 'condition':
      return buildCondition(test.condition, scope, builder);
    case 'value': {
      const expected = builder.build(test.value, scope);
      return (value, frame) => isOneOf(value, expected(frame), frame);
    }
    default:
      return test satisfies never;
  }
}

/** A condition about `?`; what is no boolean is compared with it. */
function buildCondition(syntax: Syntax, scope: Scope, builder: Builder): Condition {
  const condition = builder.build(syntax, scope);
  return (value, frame) => {
    const holds = condition(frame);
    if (typeof holds === 'boolean') return holds;
    return holds === null ? null : isOneOf(value, holds, frame);
  };
}

function isOneOf(value: Value, expected: Value, frame: Frame): Verdict {
  if (expected instanceof FeelRange && !(value instanceof FeelRange)) return isInRange(value, expected, frame);
  if (!isList(expected)) return comparators['='](value, expected, frame);
  if (includes(expected, value, frame)) return true;
  for (const raw of expected) {
    const element = adopt(raw);
    if (element instanceof FeelRange && isInRange(value, element, frame) === true) return true;
  }
  return isList(value) && comparators['='](value, expected, frame) === true;
}

function isInRange(value: Value, { low, high, includesLow, includesHigh }: FeelRange, frame: Frame): Verdict {
  const isAboveLow = low === null || comparators[includesLow ? '>=' : '>'](value, low, frame);
  const isBelowHigh = high === null || comparators[includesHigh ? '<=' : '<'](value, high, frame);
  return both(isAboveLow, isBelowHigh);
}

const operators: Readonly<Record<ArithmeticOperator, Operator>> = {
  '+': (left, right, frame) => {
    if (isNumber(left) && isNumber(right)) return add(left, right);
    if (typeof left !== 'string' || typeof right !== 'string') return paidZone(addTemporals(left, right), frame);
    spendOnText(frame, left.length + right.length);
    return left + right;
  },
  '-': (left, right, frame) =>
    isNumber(left) && isNumber(right) ? subtract(left, right) : paidZone(subtractTemporals(left, right), frame),
  '*': (left, right, frame) => {
    if (isNumber(left) && isNumber(right)) return multiply(left, right);
    spend(frame, SCALING_STEPS);
    return scaleTemporals(left, right);
  },
  '/': (left, right, frame) => {
    if (isNumber(left) && isNumber(right)) return divide(left, right);
    spend(frame, SCALING_STEPS);
    return divideTemporals(left, right);
  },
  '**': (left, right, frame) => {
    spend(frame, POWER_STEPS);
    return isNumber(left) && isNumber(right) ? power(left, right) : null;
  },
};
