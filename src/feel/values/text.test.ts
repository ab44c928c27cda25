/** What `string` prints, an expression reads again as the same value. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFrame } from '../evaluation/frame.ts';
import { compileFormula } from '../formula.ts';
import { DaysDuration, dateTimeOf, FeelDate, FeelTime, MonthsDuration } from '../temporal/temporal.ts';
import { equals } from './comparison.ts';
import { parseNumber } from './number.ts';
import { formatValue } from './text.ts';
import { nameOf } from './types.ts';
import { FeelRange, type Value } from './value.ts';

const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -30, max: 20 }))
  .map(([digits, exponent]) => parseNumber(`${digits}e${exponent}`));
const day = fc.integer({ min: -700_000, max: 2_000_000 });
const nano = fc.integer({ min: 0, max: 86_400_000 - 1 }).map((ms) => ms * 1_000_000);
const place = fc.constantFrom(
  { offset: null, zone: null },
  { offset: 0, zone: null },
  { offset: 19_800, zone: null },
  { offset: null, zone: 'Europe/Berlin' },
);
const temporal = fc.oneof(
  day.map((days) => new FeelDate(days)),
  fc.tuple(nano, place).map(([nanos, where]) => new FeelTime(nanos, where)),
  fc.tuple(day, nano, place).map(([days, nanos, where]) => dateTimeOf(days, nanos, where)),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((nanos) => new DaysDuration(nanos)),
  fc.integer({ min: -100_000, max: 100_000 }).map((months) => new MonthsDuration(months)),
);
const range = fc
  .tuple(fc.integer(), fc.integer(), fc.boolean(), fc.boolean())
  .map(([a, b, includesLow, includesHigh]) => {
    return new FeelRange({ low: Math.min(a, b), high: Math.max(a, b), includesLow, includesHigh });
  });
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    number,
    fc.string({ unit: 'binary' }),
    temporal,
    range,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), tie('value'), { maxKeys: 4 }),
  ),
}));

const read = (text: string): Value => compileFormula(text, { names: [] }).run({}, openFrame());

describe('printing and reading', () => {
  it('gives the same value', () => {
    fc.assert(
      fc.property(value, (printed) => {
        // In a list strings and times are printed as literals; alone they are printed as they are.
        const text = formatValue([printed], openFrame());
        const again = read(text);
        expect(equals(again, [printed], openFrame()), text).toBe(true);
        expect(nameOf((again as Value[])[0] ?? null)).toBe(nameOf(printed));
        expect(formatValue(again, openFrame())).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});
