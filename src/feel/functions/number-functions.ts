/** FEEL's functions on numbers. */

import { absoluteTemporal } from '../temporal/temporal-arithmetic.ts';
import { absolute, isNumber, round, roundings } from '../values/number.ts';
import { type BuiltIn, unary } from './built-in.ts';

export const numberFunctions: Readonly<Record<string, BuiltIn>> = {
  abs: unary((number) => (isNumber(number) ? absolute(number) : absoluteTemporal(number))),
  floor: roundingFunction(roundings.down),
  ceiling: roundingFunction(roundings.up),
  'round half up': roundingFunction(roundings.halfUp),
};

function roundingFunction(rounding: (typeof roundings)[keyof typeof roundings]): BuiltIn {
  return {
    least: 1,
    most: 2,
    call: ([number = null, scale = 0]) => (isNumber(number) && isNumber(scale) ? round(number, scale, rounding) : null),
  };
}
