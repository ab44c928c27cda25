/** Dates, times and durations against what others say of them: Date, Intl and Temporal. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { compile } from '../expression.ts';

describe('against the calendar of Date', () => {
  /** As far as Date reaches without hitting its ends. */
  const day = fc.integer({ min: -90_000_000, max: 90_000_000 });
  const iso = (days: number): string => {
    const date = new Date(days * 86_400_000);
    const year = date.getUTCFullYear();
    const digits = String(Math.abs(year)).padStart(4, '0');
    return `${year < 0 ? '-' : ''}${digits}${date.toISOString().slice(-20, -14)}`;
  };

  it('adds and subtracts days', () => {
    const apart = compile('date(b) - date(a) = duration("P1D") * n');
    const later = compile('date(a) + duration("P1D") * n');
    fc.assert(
      fc.property(day, day, (a, b) => {
        const context = { a: iso(a), b: iso(b), n: b - a };
        expect(later.evaluate(context)).toBe(iso(b));
        expect(apart.evaluate(context)).toBe(true);
      }),
    );
  });

  it('knows weekdays and days of the year', () => {
    const parts = compile('[date(a).year, date(a).month, date(a).day, date(a).weekday, day of year(date(a))]');
    fc.assert(
      fc.property(day, (a) => {
        const date = new Date(a * 86_400_000);
        const start = new Date(a * 86_400_000);
        start.setUTCMonth(0, 1);
        expect(parts.evaluate({ a: iso(a) })).toEqual([
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
          (date.getTime() - start.getTime()) / 86_400_000 + 1,
        ]);
      }),
    );
  });

  it('adds months, down to the last day of short ones', () => {
    const later = compile('date(a) + duration("P1M") * n');
    fc.assert(
      fc.property(day, fc.integer({ min: -5_000, max: 5_000 }), (a, n) => {
        const date = new Date(a * 86_400_000);
        const wanted = date.getUTCDate();
        date.setUTCDate(1);
        date.setUTCMonth(date.getUTCMonth() + n);
        const month = date.getUTCMonth();
        date.setUTCDate(wanted);
        if (date.getUTCMonth() !== month) date.setUTCDate(0);
        expect(later.evaluate({ a: iso(a), n })).toBe(iso(date.getTime() / 86_400_000));
      }),
    );
  });

  it('adds seconds, across offsets', () => {
    const later = compile('date and time(a) + duration("PT0.001S") * n = date and time(b)');
    const stamp = fc.integer({ min: -60_000_000_000_000, max: 200_000_000_000_000 });
    fc.assert(
      fc.property(stamp, stamp, (a, b) => {
        expect(later.evaluate({ a: new Date(a).toISOString(), b: new Date(b).toISOString(), n: b - a })).toBe(true);
      }),
    );
  });

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'])(
    'shows the clocks of %s as the runtime does',
    (timeZone) => {
      const shown = compile('string(now())', { clock: true });
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
      fc.assert(
        fc.property(fc.integer({ min: -1_000_000_000, max: 4_000_000_000 }), (seconds) => {
          const local = format.format(seconds * 1_000).replace(' ', 'T');
          const found = shown.evaluate({}, { now: seconds * 1_000, timeZone });
          expect(found).toBe(`${local}@${timeZone}`);
          // The text may name an hour that comes twice; it is an hour away at most, and shows the same.
          expect(compile(`string(date and time("${found}"))`).evaluate({})).toBe(found);
        }),
        { numRuns: 200 },
      );
    },
  );
});

describe('against Temporal', () => {
  const zones = fc.constantFrom(
    ...['Europe/Berlin', 'Europe/Dublin', 'Europe/Moscow', 'America/New_York', 'America/Sao_Paulo', 'America/St_Johns'],
    ...[
      'Africa/Casablanca',
      'Asia/Tehran',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Pacific/Kiritimati',
    ],
  );
  const wall = fc
    .integer({ min: Date.UTC(1880, 0, 1) / 60_000, max: Date.UTC(2100, 0, 1) / 60_000 })
    .map((minutes) => new Date(minutes * 60_000).toISOString().slice(0, -5));

  it('finds the offset of a local time, and moves what is skipped', () => {
    const read = compile('date and time(x)');
    fc.assert(
      fc.property(wall, zones, (local, zone) => {
        const expected = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' });
        expect(instantIn(read.evaluate({ x: `${local}@${zone}` }))).toBe(expected.epochMilliseconds);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does so around every change of the clocks', () => {
    const read = compile('date and time(x)');
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 1950, max: 2030 }),
        fc.integer({ min: -180, max: 180 }),
        (zone, year, minutes) => {
          const start = Temporal.PlainDateTime.from({ year, month: 1, day: 1 }).toZonedDateTime(zone);
          const change = start.getTimeZoneTransition('next') ?? start;
          const local = change.toPlainDateTime().add({ minutes }).toString({ smallestUnit: 'second' });
          const expected = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' });
          expect(instantIn(read.evaluate({ x: `${local}@${zone}` }))).toBe(expected.epochMilliseconds);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('adds days and months to zoned times', () => {
    const months = compile('date and time(x) + duration("P1M") * n');
    const hours = compile('date and time(x) + duration("PT1H") * n');
    fc.assert(
      fc.property(wall, zones, fc.integer({ min: -500, max: 500 }), (local, zone, n) => {
        const plain = Temporal.PlainDateTime.from(local);
        const shown = plain.toZonedDateTime(zone).toPlainDateTime();
        const later = shown.add({ months: n }).toZonedDateTime(zone);
        expect(instantIn(months.evaluate({ x: `${local}@${zone}`, n }))).toBe(later.epochMilliseconds);
        const soon = plain.toZonedDateTime(zone).add({ hours: n });
        expect(instantIn(hours.evaluate({ x: `${local}@${zone}`, n }))).toBe(soon.epochMilliseconds);
      }),
      { numRuns: 500 },
    );
  });

  it('counts weeks and months', () => {
    const parts = compile('[week of year(date(a)), years and months duration(date(a), date(b))]');
    fc.assert(
      fc.property(wall, wall, (from, to) => {
        const a = Temporal.PlainDate.from(from);
        const b = Temporal.PlainDate.from(to);
        const [week, months] = parts.evaluate({ a: a.toString(), b: b.toString() }) as [number, string];
        expect(week).toBe(a.weekOfYear);
        const { years, months: rest } = a.until(b, { largestUnit: 'years' });
        // Temporal and DMN count alike, but for ends of months that are clamped: there only the order is certain.
        if (a.day <= 28 && b.day <= 28)
          expect(compile(`duration("${months}")`).evaluate({})).toBe(monthsText(years * 12 + rest));
      }),
    );
  });

  const monthsText = (months: number): unknown => compile('duration("P1M") * n').evaluate({ n: months });

  /** The offset of the text may have seconds, which Date cannot read. */
  function instantIn(text: unknown): number {
    const [, wallTime = '', sign, hours = '0', minutes = '0', seconds = '0'] =
      /^(.{19})(?:Z|([+-])(\d\d):(\d\d)(?::(\d\d))?)$/.exec(String(text)) ?? [];
    const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return Date.parse(`${wallTime}Z`) - (sign === '-' ? -offset : offset);
  }
});

describe('round trips', () => {
  const nanos = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n });

  it('of durations lose nothing', () => {
    const text = compile('string(duration(d)) = d and duration(string(-duration(d))) = -duration(d)');
    const built = compile('string(duration("PT0.000000001S") * number(n))');
    fc.assert(
      fc.property(nanos, (n) => {
        const d = built.evaluate({ n: String(n) });
        expect(text.evaluate({ d })).toBe(true);
      }),
    );
  });

  it('of any text give a value or null, never a crash', () => {
    const part = fc.constantFrom(
      ...'2026 -02 -29 T 10 :00 :59 . 5 Z + - 08:00 @ Europe/Berlin Etc/UTC P 1 Y M D H S 24 00 999999999'.split(' '),
    );
    const read = compile('[date(x), time(x), date and time(x), duration(x)]');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const values = read.evaluate({ x: parts.join('') }) as unknown[];
        expect(values.every((value) => value === null || typeof value === 'string')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
