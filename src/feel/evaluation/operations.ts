/** Arithmetic, logic and comparisons as closures. Operands of the wrong type give null, as FEEL has it. */

import { paidZone } from '../functions/temporal-functions.ts';
import type { ArithmeticOperator, SyntaxOf, Test } from '../syntax/syntax.ts';
import {
  addTemporals,
  divideTemporals,
  negateTemporal,
  scaleTemporals,
  subtractTemporals,
} from '../temporal/temporal-arithmetic.ts';
import { both, type Comparator, comparators, includes } from '../values/comparison.ts';
import { add, divide, isNumber, multiply, negate, power, subtract } from '../values/number.ts';
import { isList, type Value, type Verdict } from '../values/value.ts';
import type { Builder, Closure, Scope } from './closure.ts';
import { type Frame, spend, spendOnText } from './frame.ts';

/** A power with a fraction takes logarithms of 34 digits: measured, it costs as much as this many other steps. */
const POWER_STEPS = 200;

/** A duration becomes a decimal of up to 26 digits and back: measured, it costs as much as this many other steps. */
const SCALING_STEPS = 3;

type Operator = (left: Value, right: Value, frame: Frame) => Value;
type Condition = (value: Value, frame: Frame) => Verdict;

export function buildArithmetic({ first, rest }: SyntaxOf<'arithmetic'>, scope: Scope, builder: Builder): Closure {
  const start = builder.build(first, scope);
  const chain = rest.map(({ operator, operand }) => ({
    apply: operators[operator],
    operand: builder.build(operand, scope),
  }));
  return (frame) => {
    let value = start(frame);
    for (const { apply, operand } of chain) value = apply(value, operand(frame), frame);
    return value;
  };
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
  return (frame) => compare(leftOf(frame), rightOf(frame), frame);
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

/** True if one test holds; else null if one cannot say. */
export function buildMembership({ value, tests }: SyntaxOf<'membership'>, scope: Scope, builder: Builder): Closure {
  const tested = builder.build(value, scope);
  const conditions = tests.map((test) => buildTest(test, scope, builder));
  return (frame) => {
    const candidate = tested(frame);
    let verdict: Verdict = false;
    for (const condition of conditions) {
      const holds = condition(candidate, frame);
      if (holds === true) return true;
      if (holds === null) verdict = null;
    }
    return verdict;
  };
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
    case 'value': {
      const expected = builder.build(test.value, scope);
      return (value, frame) => isOneOf(value, expected(frame), frame);
    }
    default:
      return test satisfies never;
  }
}

function isOneOf(value: Value, expected: Value, frame: Frame): Verdict {
  if (!isList(expected)) return comparators['='](value, expected, frame);
  return includes(expected, value, frame) || (isList(value) && comparators['='](value, expected, frame) === true);
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
