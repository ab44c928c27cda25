/** What a function of FEEL is here: how many operands it takes, and what it makes of them. It never throws on a type: that is null. */
import type { Frame } from '../evaluation/frame.ts';
import type { Value } from '../values/value.ts';

export type BuiltIn = {
  readonly least: number;
  readonly most: number;
  /** Its answer depends on nothing but its operands and is cheap to keep: with literals it is computed at compile time. */
  readonly isConstant?: true;
  /** It asks what time it is, which only a caller that hands in a clock can answer. */
  readonly needsClock?: true;
  readonly call: (operands: readonly Value[], frame: Frame) => Value;
};

/** A function of one operand. */
export const unary = (call: (operand: Value, frame: Frame) => Value): BuiltIn => ({
  least: 1,
  most: 1,
  call: ([operand = null], frame) => call(operand, frame),
});

/** A function of two operands. */
export const binary = (call: (left: Value, right: Value, frame: Frame) => Value): BuiltIn => ({
  least: 2,
  most: 2,
  call: ([left = null, right = null], frame) => call(left, right, frame),
});
