/** What dates, times and durations promise to the writer of a condition. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '../evaluation/frame.ts';
import { type CompileOptions, compile } from '../expression.ts';

const evaluate = (text: string, context: Record<string, unknown> = {}, options: CompileOptions = {}): unknown =>
  compile(text, options).evaluate(context);

function promises(title: string, cases: readonly (readonly [string, unknown])[]): void {
  describe(title, () => {
    it.each(cases)('%s is %j', (text, expected) => {
      expect(evaluate(text)).toEqual(expected);
    });
  });
}

promises('literals leave as ISO texts', [
  ['@"2026-11-29"', '2026-11-29'],
  ['@"-0044-03-15"', '-0044-03-15'],
  ['@"999999999-12-31"', '999999999-12-31'],
  ['@"10:30:11.120"', '10:30:11.12'],
  ['@"10:30:11+00:00"', '10:30:11Z'],
  ['@"2026-11-29T10:00:00Z"', '2026-11-29T10:00:00Z'],
  ['@"2026-11-29T10:00:00@Europe/Berlin"', '2026-11-29T10:00:00+01:00'],
  ['@"10:00:00@Europe/Berlin"', '10:00:00@Europe/Berlin'],
  ['string(@"2026-11-29T10:00:00@Europe/Berlin")', '2026-11-29T10:00:00@Europe/Berlin'],
  ['@"P1DT2H"', 'P1DT2H'],
  ['@"PT36H"', 'P1DT12H'],
  ['@"-PT0.5S"', '-PT0.5S'],
  ['@"P14M"', 'P1Y2M'],
  ['[@"PT0S", @"P0Y"]', ['PT0S', 'P0M']],
  ['{due: @"2026-11-29"}', { due: '2026-11-29' }],
]);

promises('parts', [
  ['@"2026-11-29".year', 2026],
  ['@"2026-11-29".month', 11],
  ['@"2026-11-29".day', 29],
  ['@"2026-11-29".weekday', 7],
  ['@"2026-11-29".hour', null],
  ['@"2026-11-29T10:30:11.5".second', 11.5],
  ['@"2026-11-29T10:30:11.5".minute', 30],
  ['@"10:30:00".year', null],
  ['@"10:30:00+05:30".time offset', 'PT5H30M'],
  ['@"10:30:00".time   offset', null],
  ['@"2026-07-01T10:30:00@Europe/Berlin".time offset', 'PT2H'],
  ['@"2026-07-01T10:30:00@Europe/Berlin".timezone', 'Europe/Berlin'],
  ['@"10:30:00+05:30".timezone', null],
  ['@"P1DT2H3M4.5S".seconds', 4.5],
  ['@"-P1DT2H".hours', -2],
  ['@"-P1DT2H".days', -1],
  ['@"P1DT2H".years', null],
  ['@"P1Y2M".months', 2],
  ['@"-P1Y2M".years', -1],
  ['@"P1Y".days', null],
  ['[@"2026-11-29", @"2027-01-01"].year', [2026, 2027]],
  ['[@"2026-11-29", @"2027-01-01"][item.year > 2026]', ['2027-01-01']],
  ['is defined(@"2026-11-29".year)', true],
  ['is defined(@"2026-11-29".hour)', false],
]);

promises('comparisons', [
  ['@"2026-11-29" < @"2026-11-30"', true],
  ['@"2026-11-29" = date("2026-11-29")', true],
  ['@"2026-11-29" = @"2026-11-29T00:00:00"', null],
  ['@"2026-11-29" > "2026-11-28"', null],
  ['"2026-11-29" = @"2026-11-29"', null],
  ['@"2026-11-29" != null', true],
  ['@"2026-11-29T10:00:00Z" = @"2026-11-29T11:00:00+01:00"', true],
  ['@"2026-11-29T10:00:00Z" = @"2026-11-29T11:00:00@Europe/Berlin"', true],
  ['@"2026-11-29T23:59:59-01:00" > @"2026-11-30T00:00:00Z"', true],
  ['@"2026-11-29T10:00:00" < @"2026-11-29T11:00:00"', true],
  ['@"2026-11-29T10:00:00" < @"2026-11-29T11:00:00Z"', true],
  ['@"2026-11-29T10:00:00" > @"2026-11-29T09:59:59+05:00"', true],
  ['@"2026-11-29T10:00:00" = @"2026-11-29T10:00:00Z"', null],
  ['@"10:00:00" < @"10:00:01-01:00"', true],
  ['@"10:00:00" = @"10:00:00Z"', null],
  ['max(@"10:00:00", @"11:00:00Z")', '11:00:00Z'],
  ['@"10:00:00z" = @"10:00:00Z"', true],
  ['string(time("10:00:00-18:00"))', '10:00:00-18:00'],
  ['time("10:00:00+18:01")', null],
  ['time(10, 0, 0, @"-PT18H1M")', null],
  ['@"10:00:00Z" < @"10:00:00-01:00"', true],
  ['@"10:00:00@Etc/UTC" = @"10:00:00Z"', true],
  ['@"10:00:00@Europe/Berlin" < @"11:00:00@Europe/Berlin"', true],
  ['@"10:00:00@Europe/Berlin" < @"11:00:00Z"', null],
  ['@"PT24H" = @"P1D"', true],
  ['@"P12M" = @"P1Y"', true],
  ['@"P1M" > @"P27D"', null],
  ['@"P1M" = @"P30D"', null],
  ['@"-PT1S" < @"PT0S"', true],
  ['@"2026-06-15" in [@"2026-06-01"..@"2026-06-30"]', true],
  ['@"2026-06-30" in [@"2026-06-01"..@"2026-06-30")', false],
  ['@"PT5M" in (> @"PT10M", < @"PT6M")', true],
  ['@"10:00:00" between @"06:00:00" and @"14:00:00"', true],
  ['@"2026-06-15" between @"2026-06-01" and @"P1D"', null],
  ['list contains([@"PT60M"], @"PT1H")', true],
]);

promises('arithmetic', [
  ['@"2026-01-31" + @"P1M"', '2026-02-28'],
  ['@"2024-01-31" + @"P1M"', '2024-02-29'],
  ['@"2024-02-29" + @"P1Y"', '2025-02-28'],
  ['@"2024-02-29" - @"P1Y"', '2023-02-28'],
  ['@"2026-03-31" - @"P1M"', '2026-02-28'],
  ['@"P1D" + @"2026-12-31"', '2027-01-01'],
  ['@"2026-01-01" - @"PT1H"', '2025-12-31'],
  ['@"2026-03-01" - @"2026-02-01"', 'P28D'],
  ['@"2026-02-01" - @"2026-03-01"', '-P28D'],
  ['@"2026-03-01T12:00:00Z" - @"2026-03-01"', 'PT12H'],
  ['@"2026-03-01T12:00:00" - @"2026-03-01"', null],
  ['@"2026-03-01T12:00:00" - @"2026-03-01T11:59:59.5"', 'PT0.5S'],
  ['@"23:00:00" + @"PT2H"', '01:00:00'],
  ['@"01:00:00" - @"PT2H"', '23:00:00'],
  ['@"01:00:00Z" - @"01:00:00+01:00"', 'PT1H'],
  ['@"01:00:00" + @"P1M"', null],
  ['@"P1Y" + @"P2M"', 'P1Y2M'],
  ['@"P1Y" + @"P1D"', null],
  ['@"P1D" - @"PT1H"', 'PT23H'],
  ['@"P1D" - @"2026-03-01"', null],
  ['-@"P1DT1H"', '-P1DT1H'],
  ['-@"P0M"', 'P0M'],
  ['-@"2026-03-01"', null],
  ['@"PT1H" * 1.5', 'PT1H30M'],
  ['3 * @"P5M"', 'P1Y3M'],
  ['@"PT1S" / 3', 'PT0.333333333S'],
  ['@"P1Y" / 5', 'P2M'],
  ['@"P1D" / @"PT6H"', 4],
  ['@"P1D" / @"P1M"', null],
  ['@"P1D" / 0', null],
  ['@"P1D" * @"P1D"', null],
  ['@"P1D" + 1', null],
  ['@"P1D" + "a"', null],
  ['@"P1D" ** 2', null],
  ['@"P1D" * missing', null],
  ['@"999999999-12-31" + @"P1D"', null],
  ['@"-999999999-01-01" - @"P1M"', null],
  ['@"999999999-12-31" - @"-999999999-01-01"', 'P730484999633D'],
  ['@"P1D" * 1e30', null],
  ['@"P1M" * 1e300', null],
  ['2026 - @"2026-01-01".year', 0],
]);

promises('named zones', [
  // Clocks in Berlin: forward on 2026-03-29 at 2, back on 2026-10-25 at 3.
  ['@"2026-03-28T12:00:00@Europe/Berlin" + @"P1D"', '2026-03-29T13:00:00+02:00'],
  ['@"2026-03-28T12:00:00@Europe/Berlin" + @"P1M"', '2026-04-28T12:00:00+02:00'],
  ['@"2026-03-29T02:30:00@Europe/Berlin"', '2026-03-29T03:30:00+02:00'],
  ['@"2026-02-28T02:30:00@Europe/Berlin" + @"P1M" + @"P1D"', '2026-03-29T03:30:00+02:00'],
  ['@"2026-10-25T02:30:00@Europe/Berlin"', '2026-10-25T02:30:00+02:00'],
  ['@"2026-10-25T02:30:00@Europe/Berlin" + @"PT1H"', '2026-10-25T02:30:00+01:00'],
  ['@"2026-10-25T03:00:00@Europe/Berlin" - @"2026-10-25T02:00:00@Europe/Berlin"', 'PT2H'],
  ['@"2026-03-29T03:00:00@Europe/Berlin" - @"2026-03-29T01:59:59@Europe/Berlin"', 'PT1S'],
  ['@"2026-07-01T12:00:00@Australia/Lord_Howe"', '2026-07-01T12:00:00+10:30'],
  ['@"2026-07-01T12:00:00@America/St_Johns"', '2026-07-01T12:00:00-02:30'],
  ['@"1800-01-01T12:00:00@Europe/Amsterdam".time offset = null', false],
  ['@"500000-07-01T12:00:00@Europe/Berlin"', '500000-07-01T12:00:00+02:00'],
]);

describe('the clock', () => {
  const now = Date.UTC(2026, 10, 29, 23, 30);
  const at = (text: string, clock?: Clock): unknown => compile(text, { clock: true }).evaluate({}, clock);

  it('is the one that is handed in', () => {
    expect(at('now()', { now })).toBe('2026-11-29T23:30:00Z');
    expect(at('now() - @"2026-11-29T22:30:00Z"', { now })).toBe('PT1H');
    expect(at('[now(), today()]', { now, timeZone: 'Europe/Berlin' })).toEqual([
      '2026-11-30T00:30:00+01:00',
      '2026-11-30',
    ]);
    expect(at('now()', { now: -1 })).toBe('1969-12-31T23:59:59.999Z');
  });

  it('is missed with the place where it was asked', () => {
    for (const clock of [undefined, {}, { now: Number.NaN }, { now, timeZone: 'Mars/Base' }]) {
      expect(() => at('1 + now()', clock)).toThrow(
        expect.objectContaining({ code: 'feel.evaluation', details: expect.objectContaining({ column: 5 }) }),
      );
    }
  });

  it('is nothing that an expression has by itself', () => {
    expect(() => compile('now()')).toThrow(expect.objectContaining({ code: 'feel.syntax' }));
    expect(() => compile('today()')).toThrow(expect.objectContaining({ code: 'feel.syntax' }));
  });
});

describe('variables', () => {
  it('are texts as long as nobody makes them dates', () => {
    const context = { due: '2026-11-29' };
    expect(evaluate('due', context)).toBe('2026-11-29');
    expect(evaluate('due < @"2026-12-01"', context)).toBeNull();
    expect(evaluate('due.year', context)).toBeNull();
    expect(evaluate('date(due) < @"2026-12-01"', context)).toBe(true);
    expect(evaluate('date(due).year', context)).toBe(2026);
  });

  it('may be called like functions and parts', () => {
    expect(evaluate('year + duration.days + {weekday: 5}.weekday', { year: 1, duration: { days: 2 } })).toBe(8);
  });
});

describe('loops over days', () => {
  it('go forwards and backwards', () => {
    expect(evaluate('for day in @"2026-02-27"..@"2026-03-01" return day')).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
    ]);
    expect(evaluate('for day in @"2026-03-01"..@"2026-02-28" return day.day')).toEqual([1, 28]);
    expect(evaluate('some day in @"2026-11-23"..@"2026-11-29" satisfies day of week(day) = "Sunday"')).toBe(true);
    expect(evaluate('for day in @"2026-02-27"..5 return day')).toBeNull();
  });
});

describe('fuel', () => {
  it.each([
    'every day in @"-999999999-01-01"..@"999999999-12-31" satisfies day.year > -1e9',
    'count(for i in 1..100000 return @"2026-01-01" + @"P1D" * i)',
    'count(for i in 1..100000 return date and time("2026-01-01T00:00:00@Europe/Berlin"))',
    'count(for i in 1..100000 return date and time("2026-01-01T00:00:00@" + "Etc/GMT+" + string(i)))',
    'count(for i in 1..100000 return time("10:00:00@" + "no such zone"))',
    'count(for i in 1..100000 return @"2026-01-01T00:00:00@Europe/Berlin" + @"PT1H" * i)',
    'for i in 1..100000 return string(@"P99999999D" / (i + 0.1))',
    'count(for i in 1..100000 return @"P700000000000D" / 3.1 / 3.1 / 3.1 / 3.1)',
    'sum(for i in 1..100000 return (@"P700000000000D" * 1e-9) / (@"PT0.000000001S" * i))',
  ])('ends %s', (text) => {
    const startedAt = performance.now();
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ code: 'feel.too-expensive' }));
    expect(performance.now() - startedAt).toBeLessThan(3_000); // measured: under 0.3 s
  });

  it('ends with the place where it ran out', () => {
    expect(() => evaluate('1 +\n count(for i in 1..1000000\n return i)')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ line: 2, column: 8 }) }),
    );
  });
});
