/** FEEL's functions on numbers: DMN 1.5, table 76. */
import { spend } from '../evaluation/frame.ts';
import { absoluteTemporal } from '../temporal/temporal-arithmetic.ts';
import {
  absolute,
  exponential,
  type FeelNumber,
  logarithm,
  modulo,
  parity,
  round,
  roundings,
  squareRoot,
} from '../values/number.ts';
import { type BuiltIn, define, either } from './built-in.ts';

/** Roots, logarithms and powers compute up to 34 digits: measured, as long as this many other steps. */
export const TRANSCENDENTAL_STEPS = 200;

export const numberFunctions: Readonly<Record<string, BuiltIn>> = {
  abs: either(
    define('n: number', ([number]) => absolute(number)),
    define('n: duration', ([duration]) => absoluteTemporal(duration)),
  ),
  floor: rounding(roundings.down),
  ceiling: rounding(roundings.up),
  decimal: define('n: number, scale: number', ([number, scale]) => round(number, scale, roundings.halfEven)),
  'round up': rounding(roundings.awayFromZero),
  'round down': rounding(roundings.towardsZero),
  'round half up': rounding(roundings.halfUp),
  'round half down': rounding(roundings.halfDown),
  modulo: define('dividend: number, divisor: number', ([dividend, divisor]) => modulo(dividend, divisor)),
  sqrt: costly(squareRoot),
  log: costly(logarithm),
  exp: costly(exponential),
  odd: define('number: number', ([number]) => isOf(parity(number), 1)),
  even: define('number: number', ([number]) => isOf(parity(number), 0)),
};

const isOf = (found: 0 | 1 | null, wanted: 0 | 1): boolean | null => (found === null ? null : found === wanted);

/** Without a scale to whole numbers; a scale that is null has no answer. */
function rounding(way: (typeof roundings)[keyof typeof roundings]): BuiltIn {
  return either(
    define('n: number', ([number]) => round(number, 0, way)),
    define('n: number, scale: number', ([number, scale]) => round(number, scale, way)),
  );
}

function costly(call: (number: FeelNumber) => FeelNumber | null): BuiltIn {
  return define('number: number', ([number], frame) => {
    spend(frame, TRANSCENDENTAL_STEPS);
    return call(number);
  });
}
