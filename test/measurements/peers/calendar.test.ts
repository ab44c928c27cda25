/**
 * What users of other products report about shifts, days and time zones, as tests with numbers worked out by hand; the
 * sources stand in comments.
 */
import { describe, expect, it } from 'vitest';
import {
  analysePress,
  EARLY,
  HOUR_MS,
  LATE,
  minutesOf,
  NIGHT,
  PER_HOUR,
  PER_MINUTE,
  pressRows,
  scopeOf,
} from './press.ts';

const BERLIN = 'Europe/Berlin';
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const EVERY_NIGHT = { ...NIGHT, days: [...EVERY_DAY] };
const running = (hours: number) => [{ does: 'run', minutes: hours * 60 }] as const;

describe('a day', () => {
  // TrakHound-Community#48: OEE began at noon, since days were those of UTC.
  it.each([
    ['Pacific/Tongatapu', 13, '2026-03-01T11:00:00.000Z'],
    ['Pacific/Gambier', -9, '2026-03-02T09:00:00.000Z'],
  ] as const)('in %s (UTC%i) begins at midnight there', (timeZone, _, midnight) => {
    const analysed = analysePress({ timeZone, rows: pressRows(midnight, running(25)) });
    const day = scopeOf(analysed, '2026-03-02');
    expect([day.from, day.to]).toEqual([Date.parse(midnight), Date.parse(midnight) + 24 * HOUR_MS]);
    // The first row counts nothing, and what the row at the next midnight counts belongs to the day that it begins.
    expect(day.elements.pq).toBe(24 * PER_HOUR - PER_MINUTE);
    expect(scopeOf(analysed, '2026-03-03').elements).toMatchObject({ calendar: HOUR_MS, pq: PER_HOUR + PER_MINUTE });
    expect(analysed.quality.map(({ date, counts }) => [date, counts.received])).toEqual([
      ['2026-03-02', 24 * 60],
      ['2026-03-03', 61],
    ]);
  });

  it.each([
    ['2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', '2026-10-24T22:00:00.000Z', 25],
  ])('on which the clocks change has the hours that it has: %s in Berlin', (date, midnight, hours) => {
    const analysed = analysePress({ timeZone: BERLIN, rows: pressRows(midnight, running(26)) });
    const day = scopeOf(analysed, date);
    expect(day.elements.calendar).toBe(hours * HOUR_MS);
    // By a constant 24 hours TEEP would be 96 % or 104 %.
    expect(day.kpis.teep).toBeCloseTo((hours * PER_HOUR - PER_MINUTE) / (hours * PER_HOUR), 12);
    expect(day.kpis.coverage).toBe(1);
  });
});

describe('a shift', () => {
  it('across midnight is one, of the date on which it begins', () => {
    const rows = pressRows('2026-03-02T21:00Z', running(10));
    const analysed = analysePress({ shiftPlan: { rules: [EVERY_NIGHT] }, rows });
    const shifts = analysed.scopes.filter(({ kind }) => kind === 'shift');
    expect(shifts.map(({ date, name, elements }) => [date, name, elements.pq])).toEqual([
      ['2026-03-02', 'night', 8 * PER_HOUR],
    ]);
    // The days on either side have their part of it: two hours with the row at 22:00, six with the one at midnight.
    expect(scopeOf(analysed, '2026-03-02').elements.pq).toBe(2 * PER_HOUR);
    expect(scopeOf(analysed, '2026-03-03').elements.pq).toBe(6 * PER_HOUR);
    expect(scopeOf(analysed, '2026-03-03').elements.pqOutside).toBe(HOUR_MS / 1_000 + PER_MINUTE);
  });

  // The nights of the two changes, and one between them.
  it.each([
    ['2026-03-28', '2026-03-28T20:00Z', 7],
    ['2026-07-01', '2026-07-01T19:00Z', 8],
    ['2026-10-24', '2026-10-24T19:00Z', 9],
  ])('from 22:00 to 06:00 in Berlin that begins on %s is as long as that night', (date, from, hours) => {
    const rows = pressRows(from, running(13));
    const shiftPlan = { timeZone: BERLIN, rules: [EVERY_NIGHT] };
    const night = scopeOf(analysePress({ timeZone: BERLIN, shiftPlan, rows }), date, 'night');
    expect(minutesOf(night)).toEqual({ running: hours * 60 });
    expect(night.elements.pq).toBe(hours * PER_HOUR);
    expect(night.kpis).toMatchObject({ availability: 1, effectiveness: 1, oee: 1, averageSpeed: PER_HOUR });
  });

  // grafana#14400: regions of time moved by an hour when the clocks changed.
  it('begins at the same time on the wall before and after the clocks change', () => {
    const shiftPlan = { timeZone: BERLIN, rules: [{ ...EARLY, days: [...EVERY_DAY] }] };
    const rows = pressRows('2026-03-28T04:00Z', running(49));
    const shifts = analysePress({ timeZone: BERLIN, shiftPlan, rows }).scopes.filter(({ kind }) => kind === 'shift');
    expect(shifts.map(({ from }) => new Date(from).toISOString())).toEqual([
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
      '2026-03-30T04:00:00.000Z',
    ]);
  });

  // grafana#36131, united-manufacturing-hub#94: people pick a shift by its name and day, not by a stretch of time.
  it('is found by its name and its date, and ended shifts hold still when a plan changes its times', () => {
    const rules = [{ ...EARLY, validTo: '2026-03-02' }, { ...EARLY, from: '07:00', validFrom: '2026-03-03' }, LATE];
    const analysed = analysePress({ shiftPlan: { rules }, rows: pressRows('2026-03-02T05:00Z', running(36)) });
    const lengths = (date: string) => scopeOf(analysed, date, 'early').elements.calendar / HOUR_MS;
    expect([lengths('2026-03-02'), lengths('2026-03-03')]).toEqual([8, 7]);
    expect(scopeOf(analysed, '2026-03-02', 'late').elements.calendar).toBe(8 * HOUR_MS);
  });
});

describe('what happens exactly on a border', () => {
  // AWS IoT SiteWise: windows exclude their start and include their end, days end at midnight UTC.
  it('belongs to what begins there: windows include their start and exclude their end', () => {
    const rows = pressRows('2026-03-02T06:00Z', running(16));
    const analysed = analysePress({ shiftPlan: { rules: [EARLY, LATE] }, rows });
    const early = scopeOf(analysed, '2026-03-02', 'early');
    const late = scopeOf(analysed, '2026-03-02', 'late');
    expect([early.elements.pq, late.elements.pq]).toEqual([8 * PER_HOUR - PER_MINUTE, 8 * PER_HOUR]);
    const first = analysed.statistics.filter(({ metric }) => metric === 'count')[1];
    expect(first).toMatchObject({ start: Date.parse('2026-03-02T06:15Z'), n: 15, sum: 15 * PER_MINUTE });
    expect(first?.first).toBe(10_000 + 15 * PER_MINUTE);
  });

  // thingsboard#15115: sums of the deltas of a meter were asked for; those of buckets, shifts and days are one sum.
  it('is counted once: buckets, shifts and days add up to what was counted in all', () => {
    const rows = pressRows('2026-03-02T05:07Z', running(20));
    const analysed = analysePress({ shiftPlan: { rules: [EARLY, LATE] }, rows });
    const day = scopeOf(analysed, '2026-03-02').elements;
    const next = analysed.scopes.filter(({ kind, date }) => kind === 'day' && date > '2026-03-02');
    const shifts = ['early', 'late'].map((name) => scopeOf(analysed, '2026-03-02', name).elements.pq);
    const buckets = analysed.statistics.flatMap(({ metric, sum }) => (metric === 'count' ? [sum] : []));
    const add = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
    expect(add(buckets)).toBe(20 * PER_HOUR);
    expect(add(shifts)).toBe(day.pq);
    expect(day.pq + day.pqOutside + add(next.map(({ elements }) => elements.pqOutside))).toBe(20 * PER_HOUR);
  });
});
