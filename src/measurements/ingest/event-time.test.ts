import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openReadTime } from './event-time.ts';

const utc = openReadTime('UTC');
const berlin = openReadTime('Europe/Berlin');
const isoOf = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

describe('the time of a measurement', () => {
  it.each([
    ['2013-12-02 21:15:00', '2013-12-02T21:15:00.000Z'],
    ['2013-12-02T21:15', '2013-12-02T21:15:00.000Z'],
    ['2015-02-26 21:42:53.987654', '2015-02-26T21:42:53.987Z'],
    ['2026-01-05T06:00:00Z', '2026-01-05T06:00:00.000Z'],
    ['2026-01-05t06:00:00.5+05:30', '2026-01-05T00:30:00.500Z'],
    ['2026-01-05 06:00:00 -0130', '2026-01-05T07:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    [1_767_592_800_000, '2026-01-05T06:00:00.000Z'],
  ])('is read from %s', (time, iso) => {
    expect(isoOf(utc(time))).toBe(iso);
  });

  it.each([
    '',
    'yesterday',
    '2026-13-01T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T06:60:00Z',
    '2026-01-05T06:00:00+25:00',
    '2026-01-05',
    '1767592800000',
    '1969-12-31T23:59:59Z',
    -1,
    1.5,
    1_767_592_800,
    Number.NaN,
    1e300,
    null,
    undefined,
    {},
    ['2026-01-05T06:00:00Z'],
  ])('is not read from %j', (time) => {
    expect(utc(time)).toBeUndefined();
  });

  it('is read in the time zone of the plant where it has no offset, and only there', () => {
    expect(isoOf(berlin('2026-01-05 06:00:00'))).toBe('2026-01-05T05:00:00.000Z');
    expect(isoOf(berlin('2026-07-05 06:00:00'))).toBe('2026-07-05T04:00:00.000Z');
    expect(isoOf(berlin('2026-07-05T06:00:00Z'))).toBe('2026-07-05T06:00:00.000Z');
  });

  it('moves forward out of the hour that is skipped in spring, and takes the first of the hour that comes twice', () => {
    expect(isoOf(berlin('2026-03-29 01:59:59'))).toBe('2026-03-29T00:59:59.000Z');
    expect(isoOf(berlin('2026-03-29 02:30:00'))).toBe('2026-03-29T01:30:00.000Z');
    expect(isoOf(berlin('2026-03-29 03:00:00'))).toBe('2026-03-29T01:00:00.000Z');
    expect(isoOf(berlin('2026-10-25 02:30:00'))).toBe('2026-10-25T00:30:00.000Z');
    expect(isoOf(berlin('2026-10-25 03:00:00'))).toBe('2026-10-25T02:00:00.000Z');
  });

  it('is the instant itself again when it was printed as ISO 8601', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (instant) => {
        const iso = new Date(instant).toISOString();
        expect(berlin(iso)).toBe(instant);
        expect(utc(iso.slice(0, -1).replace('T', ' '))).toBe(instant);
      }),
    );
  });
});
