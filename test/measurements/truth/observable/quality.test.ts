import { describe, expect, it } from 'vitest';
import { observe } from './observe.ts';
import { TINY, tinyArrivals, tinyRows } from './tiny-device.ts';

const MIDNIGHT = Date.parse('2026-01-06T00:00:00Z');

describe('the quality of a day', () => {
  const rows = tinyRows(MIDNIGHT, [
    { s: -30, count: 100, errors: 1 },
    { s: -25, count: 108, errors: 1 },
    { s: -15, count: 124, errors: 1 },
    { s: -15, count: 124, errors: 1, travelMs: 9_000 },
    { s: -10, count: 131, errors: 1 },
    { s: -10, count: 132, errors: 1, travelMs: 60_001 },
    { s: -5, count: 140, errors: 1 },
    { s: 0, count: 148, errors: 1 },
    { s: 5, count: -5, errors: 1 },
    { s: 10, count: 164, errors: 1, travelMs: 60_000 },
    { s: 15, count: 172_000, errors: 1 },
    { s: 20, count: 164, errors: 2 },
    { s: 86_400, count: 0, travelMs: -86_370_000 },
    { s: 25, count: 0 },
    { s: -20, count: 0, travelMs: 30_000 },
  ]);
  const refused = new Map([
    [8, { source: null, verdict: 'out-of-range' as const }],
    [12, { source: null, verdict: 'future-time' as const }],
    [13, { source: null, verdict: 'unknown-device' as const }],
    [14, { source: null, verdict: 'malformed-time' as const }],
  ]);
  const seen = observe(TINY, tinyArrivals(rows, refused), { shifts: undefined, timeZone: 'UTC' });

  it('counts slots from the first sample to the last, and every row once by what became of it', () => {
    expect(seen.quality).toEqual([
      {
        date: '2026-01-05',
        slots: 5,
        expected: 6,
        received: 7,
        refused: 0,
        jumps: 0,
        duplicates: 1,
        stored: 6,
        conflicts: 1,
        ruleBreaks: 0,
        timely: 5,
      },
      {
        date: '2026-01-06',
        slots: 3,
        expected: 5,
        // A row from the future or without a time counts when it was received, one of another device nowhere.
        received: 7,
        refused: 3,
        jumps: 1,
        duplicates: 0,
        stored: 4,
        conflicts: 0,
        // The last sample rejects one more and makes none.
        ruleBreaks: 1,
        timely: 4,
      },
    ]);
  });

  it('names the rows that are no samples by their place', () => {
    expect([seen.duplicates, seen.conflicts, seen.jumps]).toEqual([[3], [4], [10]]);
  });

  it('takes of two rows of one time the one that was received last, however they come', () => {
    const two = tinyRows(MIDNIGHT, [
      { s: 0, count: 100 },
      { s: 5, count: 108, travelMs: 3_000 },
      { s: 5, count: 104, travelMs: 2_000 },
    ]);
    for (const rows of [two, [two[0]!, two[2]!, two[1]!]]) {
      const { conflicts, samples } = observe(TINY, tinyArrivals(rows), { shifts: undefined, timeZone: 'UTC' });
      expect(conflicts.map((place) => rows[place]!.values[0])).toEqual([104]);
      expect(samples.at(-1)!.values[0]).toBe(108);
    }
  });

  it('adds what was counted to the hour of its sample', () => {
    expect([...seen.hourly]).toEqual([
      [MIDNIGHT - 3_600_000, 40],
      [MIDNIGHT, 24],
    ]);
  });
});
