/**
 * Numbers of FEEL have 34 digits; JSON's are doubles. A number stays a double as long as that loses nothing (whole
 * numbers up to 2^53, and any decimal of at most 15 digits), so that comparing measurements costs what it costs in
 * JavaScript. A double stands for the shortest decimal that names it: 0.1 is one tenth, hence 0.1 + 0.2 = 0.3.
 */
import { Decimal } from 'decimal.js';

export type FeelNumber = number | Decimal;

const DIGITS = 34;
/** Every decimal with this many digits is the shortest name of its nearest double. */
const DOUBLE_DIGITS = 15;
const LARGEST_UNITS = 10 ** DOUBLE_DIGITS;
/**
 * Numbers with at most four digits behind the point are computed as whole ten-thousandths, which doubles hold exactly;
 * dividing by 10,000 at the end rounds once, to the nearest double. Measured: eleven times as fast as decimals.
 */
const UNITS = 10_000;
/** Well inside the range of normal doubles, whose largest exponent is 308. */
const DOUBLE_EXPONENT = 290;
/** Scales of decimal128; rounding to more digits than a number can have is null. */
const LARGEST_SCALE = 6_176;
const SMALLEST_SCALE = -6_111;
const LARGEST_EXPONENT = 999_999_999;
/** Longer texts are not numbers; 34 digits, a sign, a point and an exponent need far fewer. */
export const MAX_NUMBER_LENGTH = 100;
const NUMBER = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const Exact = Decimal.clone({ precision: DIGITS, rounding: Decimal.ROUND_HALF_EVEN, minE: -6_143, maxE: 6_144 });

/** The result of an operation; null where there is none (division by zero, a root of -1), or beyond ±1e6144. */
type Result = FeelNumber | null;

export const isNumber = (value: unknown): value is FeelNumber => typeof value === 'number' || value instanceof Decimal;

export function add(left: FeelNumber, right: FeelNumber): Result {
  if (isWhole(left) && isWhole(right) && Number.isSafeInteger(left + right)) return left + right;
  const sum = unitsOf(left) + unitsOf(right);
  return areExact(sum) ? sum / UNITS : settle(new Exact(left).plus(right));
}

export function subtract(left: FeelNumber, right: FeelNumber): Result {
  if (isWhole(left) && isWhole(right) && Number.isSafeInteger(left - right)) return left - right;
  const difference = unitsOf(left) - unitsOf(right);
  return areExact(difference) ? difference / UNITS : settle(new Exact(left).minus(right));
}

export function multiply(left: FeelNumber, right: FeelNumber): Result {
  if (isWhole(left) && isWhole(right) && Number.isSafeInteger(left * right)) return left * right + 0; // no minus zero
  const product = unitsOf(left) * unitsOf(right);
  return areExact(product) ? product / UNITS ** 2 + 0 : settle(new Exact(left).times(right));
}

export function divide(dividend: FeelNumber, divisor: FeelNumber): Result {
  const units = unitsOf(dividend) * UNITS;
  const divisorUnits = unitsOf(divisor);
  const quotient = Math.round(units / divisorUnits);
  if (areExact(units) && areExact(quotient) && quotient * divisorUnits === units) return quotient / UNITS + 0;
  return settle(new Exact(dividend).dividedBy(divisor));
}

/** null for exponents beyond ±999,999,999 (DMN 1.5, table 60). */
export const power = (base: FeelNumber, exponent: FeelNumber): Result =>
  Math.abs(Number(exponent)) > LARGEST_EXPONENT ? null : settle(new Exact(base).pow(exponent));

export const negate = (number: FeelNumber): FeelNumber => (typeof number === 'number' ? 0 - number : number.negated());

export const absolute = (number: FeelNumber): FeelNumber =>
  typeof number === 'number' ? Math.abs(number) : number.abs();

/** Below, at or above zero, as in a sort. */
export function compareNumbers(left: FeelNumber, right: FeelNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : Number(left > right);
  return new Exact(left).comparedTo(right);
}

export const squareRoot = (number: FeelNumber): Result => settle(new Exact(number).sqrt());

/** The natural logarithm. */
export const logarithm = (number: FeelNumber): Result => settle(new Exact(number).ln());

export const exponential = (number: FeelNumber): Result => settle(new Exact(number).exp());

/** With the sign of the divisor: dividend - divisor * floor(dividend / divisor). */
export function modulo(dividend: FeelNumber, divisor: FeelNumber): Result {
  const exactDivisor = new Exact(divisor);
  const rest = new Exact(dividend).modulo(exactDivisor);
  const isOpposite = !rest.isZero() && rest.isNegative() !== exactDivisor.isNegative();
  return settle(isOpposite ? rest.plus(exactDivisor) : rest);
}

/** 0 for even, 1 for odd numbers; null for those with a fraction. */
export function parity(number: FeelNumber): 0 | 1 | null {
  const rest = new Exact(number).modulo(2).abs();
  if (!rest.isInteger()) return null;
  return rest.isZero() ? 0 : 1;
}

export const roundings = {
  down: Decimal.ROUND_FLOOR,
  up: Decimal.ROUND_CEIL,
  awayFromZero: Decimal.ROUND_UP,
  towardsZero: Decimal.ROUND_DOWN,
  halfUp: Decimal.ROUND_HALF_UP,
  halfDown: Decimal.ROUND_HALF_DOWN,
  halfEven: Decimal.ROUND_HALF_EVEN,
} as const;

/** Rounds to `scale` digits behind the point; a negative scale rounds to tens, hundreds and so on. */
export function round(number: FeelNumber, scale: FeelNumber, rounding: Decimal.Rounding): Result {
  const places = Number(scale);
  if (!Number.isInteger(places) || places < SMALLEST_SCALE || places > LARGEST_SCALE) return null;
  if (places < 0) {
    const unit = new Exact(`1e${-places}`);
    return settle(new Exact(number).dividedBy(unit).toDecimalPlaces(0, rounding).times(unit));
  }
  return isWhole(number) ? number : settle(new Exact(number).toDecimalPlaces(places, rounding));
}

/** The text of a number → the number, rounded to 34 digits; null if it is none. */
export function parseNumber(text: string): Result {
  if (text.length > MAX_NUMBER_LENGTH || !NUMBER.test(text)) return null;
  return settle(new Exact(text).toSignificantDigits(DIGITS));
}

/** Without its digits behind the point; null beyond the limit. */
export function integerOf(number: FeelNumber, limit: bigint): bigint | null {
  const whole = new Exact(number).trunc();
  return whole.abs().greaterThan(String(limit)) ? null : BigInt(whole.toFixed());
}

/** A position or length: without its digits behind the point, and no number where it is beyond what a list can have. */
export function wholeOf(number: FeelNumber): number {
  const whole = Math.trunc(Number(number));
  return Number.isSafeInteger(whole) ? whole + 0 : Number.NaN;
}

/** Whether something of this length has such a position: from 1, or from -1 at the end. */
export const isPosition = (position: number, length: number): boolean => position !== 0 && Math.abs(position) <= length;

/** Plain digits without an exponent, as FEEL writes numbers. */
export const formatNumber = (number: FeelNumber): string =>
  isWhole(number) ? String(number) : new Exact(number).toFixed();

/** A whole number that a double holds exactly. */
const isWhole = (number: FeelNumber): number is number => Number.isSafeInteger(number);

/** NaN if the number has more digits; NaN then runs through to `areExact`. */
function unitsOf(number: FeelNumber): number {
  if (typeof number !== 'number') return Number.NaN;
  const units = Math.round(number * UNITS);
  return areExact(units) && units / UNITS === number ? units : Number.NaN;
}

const areExact = (units: number): boolean => Math.abs(units) <= LARGEST_UNITS;

function settle(result: Decimal): Result {
  if (!result.isFinite()) return null;
  if (result.isZero()) return 0;
  const isShort = result.precision() <= DOUBLE_DIGITS && Math.abs(result.e) < DOUBLE_EXPONENT;
  const isSafe = result.isInteger() && result.abs().lessThanOrEqualTo(Number.MAX_SAFE_INTEGER);
  return isShort || isSafe ? result.toNumber() : result;
}
