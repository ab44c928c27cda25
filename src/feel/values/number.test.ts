/** Numbers against an oracle: every operation done in decimals only. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../expression.ts';
import {
  add,
  compareNumbers,
  divide,
  type FeelNumber,
  formatNumber,
  multiply,
  parseNumber,
  subtract,
} from './number.ts';

const Oracle = Decimal.clone({ precision: 34, rounding: Decimal.ROUND_HALF_EVEN, minE: -6143, maxE: 6144 });

const measured = fc.integer({ min: -2_000_000, max: 2_000_000 }).map((thousandths) => thousandths / 1_000);
const number = fc.oneof(
  fc.integer(),
  measured,
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.1, 0.2, 1e15, 1e15 + 1, 99_999_999_999.9999, 0.0001, 5e-324, Number.MAX_VALUE, 2 ** 53),
);

const same = (actual: FeelNumber | null, expected: Decimal): boolean =>
  expected.isFinite() ? actual !== null && new Oracle(actual).equals(expected) : actual === null;

describe('arithmetic', () => {
  it('is exact to 34 digits, whichever way it takes', () => {
    fc.assert(
      fc.property(number, number, (left, right) => {
        expect(same(add(left, right), new Oracle(left).plus(right))).toBe(true);
        expect(same(subtract(left, right), new Oracle(left).minus(right))).toBe(true);
        expect(same(multiply(left, right), new Oracle(left).times(right))).toBe(true);
        expect(same(divide(left, right), new Oracle(left).dividedBy(right))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps measurements as doubles, which are fast', () => {
    fc.assert(
      fc.property(measured, measured, (left, right) => {
        expect([typeof add(left, right), typeof multiply(left, right)]).toEqual(['number', 'number']);
      }),
    );
  });

  it('keeps whole numbers up to 2^53 as doubles, so that they count and pick', () => {
    expect(typeof parseNumber('9007199254740991')).toBe('number');
    expect(typeof parseNumber('9007199254740992')).toBe('object');
    expect(compile('[5][9007199254740991 - 9007199254740990]').evaluate({})).toBe(5);
  });

  it('orders numbers as their decimals are ordered', () => {
    fc.assert(
      fc.property(number, number, (left, right) => {
        expect(Math.sign(compareNumbers(left, right))).toBe(new Oracle(left).comparedTo(right));
      }),
    );
  });

  it.each([
    ['0.1 + 0.2 = 0.3', true],
    ['0.1 + 0.2', 0.3],
    ['1.1 * 1.1', 1.21],
    ['1 / 3 * 3 = 1', false],
    ['9007199254740992 + 1 = 9007199254740993', true],
    ['9007199254740993 = 9007199254740992', false],
    ['2 ** 100 - 2 ** 100 + 1', 1],
    ['2 ** -1', 0.5],
    ['2 ** 0.5 > 1.4142135623730950488016887242096 and 2 ** 0.5 < 1.4142135623730950488016887242097', true],
    ['(-8) ** (1 / 3)', null],
    ['1e300 * 1e300 / 1e300', 1e300],
    ['1e6000 * 1e6000', null],
    ['0 * -1', 0],
    ['-0', 0],
  ])('%s is %j', (text, expected) => {
    expect(compile(text).evaluate({})).toBe(expected);
  });

  it('refuses to return a number that JSON cannot hold', () => {
    expect(() => compile('x ** 2').evaluate({ x: 1e300 })).toThrow(
      expect.objectContaining({ code: 'feel.evaluation' }),
    );
    expect(() => compile('[x ** 2]').evaluate({ x: 1e300 })).toThrow(
      expect.objectContaining({ code: 'feel.evaluation' }),
    );
    expect(compile('x ** 2 > x').evaluate({ x: 1e300 })).toBe(true);
  });
});

describe('rounding', () => {
  it.each([
    ['round half up(2.5)', 3],
    ['round half up(-2.5)', -3],
    ['round half up(0.49999999999999994)', 0],
    ['round half up(1.115, 2)', 1.12],
    ['round half up(1250, -2)', 1_300],
    ['round half up(12.5e30 + 0.5)', 1.25e31],
    ['floor(-1.01)', -2],
    ['ceiling(1.01, 1)', 1.1],
    ['ceiling(7, 3)', 7],
    ['ceiling(1, 6177)', null],
    ['ceiling(1, 0.5)', null],
  ])('%s is %j', (text, expected) => {
    expect(compile(text).evaluate({})).toBe(expected);
  });
});

describe('the text of a number', () => {
  it('reads back as the same number', () => {
    fc.assert(
      fc.property(number, (value) => {
        fc.pre(Math.abs(value) < 1e90 && (value === 0 || Math.abs(value) > 1e-70));
        const read = parseNumber(formatNumber(value));
        expect(read !== null && compareNumbers(read, value) === 0).toBe(true);
      }),
    );
  });

  it.each(['', ' ', '1 ', '1,000', '0x10', 'Infinity', 'NaN', '1.', '--1', '+1', '1e', '1e7000', '9'.repeat(101)])(
    '%j is none',
    (text) => {
      expect(parseNumber(text)).toBeNull();
    },
  );
});
