import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Marking, markingOf, NAB_PROFILES, nabScore, type RowWindow, tally } from './nab-score.ts';

const { standard, lowFp, lowFn } = NAB_PROFILES;
const scoreOf = (marking: Marking, alarms: readonly number[]) => nabScore([tally(marking, alarms)], standard);
/** 2,000 rows, of which the first 300 are not scored. */
const marking = markingOf(2_000, [
  [600, 699],
  [1_200, 1_399],
]);

const series = fc
  .array(fc.tuple(fc.nat({ max: 1_900 }), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 6 })
  .map((list) =>
    markingOf(
      2_000,
      list.map(([first, length]): RowWindow => [first, Math.min(1_999, first + length)]),
    ),
  )
  .filter(({ windows }) => windows.length > 0);

describe('the score of NAB', () => {
  it('is 0 without an alarm, and 100 for one at the first row of every window', () => {
    fc.assert(
      fc.property(series, (one) => {
        for (const profile of [standard, lowFp, lowFn]) {
          expect(nabScore([tally(one, [])], profile)).toBe(0);
          const first = one.windows.map(([row]) => row);
          expect(nabScore([tally(one, first)], profile)).toBeCloseTo(100, 9);
        }
      }),
    );
  });

  it('never rises by a false alarm, and never falls by an alarm in a window', () => {
    fc.assert(
      fc.property(series, fc.uniqueArray(fc.nat({ max: 1_999 })), fc.nat({ max: 1_999 }), (one, alarms, more) => {
        const before = scoreOf(one, alarms);
        const after = scoreOf(one, [...alarms, more]);
        if ((one.windowOf[more] as number) >= 0) expect(after).toBeGreaterThanOrEqual(before - 1e-9);
        else expect(after).toBeLessThanOrEqual(before + 1e-9);
      }),
    );
  });

  it('takes 0.047 points for an alarm far from all of 116 windows, 0.095 when false alarms cost double', () => {
    const rows = 60_000;
    const windows = Array.from({ length: 116 }, (_, place): RowWindow => [10_000 + place * 400, 10_019 + place * 400]);
    const wide = markingOf(rows, windows);
    expect(nabScore([tally(wide, [9_000])], standard)).toBeCloseTo((-100 * 0.11) / 232, 9);
    expect(nabScore([tally(wide, [9_000])], standard)).toBeCloseTo(-0.047, 3);
    expect(nabScore([tally(wide, [9_000])], lowFp)).toBeCloseTo(-0.095, 3);
  });

  it('loses the whole of a missed window, and twice the miss in the profile against misses', () => {
    expect(scoreOf(marking, [600])).toBeCloseTo(50, 9);
    expect(nabScore([tally(marking, [600])], lowFn)).toBeCloseTo(50, 9);
    const late = tally(marking, [699]);
    expect(late.earned).toBeCloseTo(0.0253, 3);
    expect(nabScore([late], standard)).toBeCloseTo((100 * (1 + late.earned)) / 4, 9);
    expect(nabScore([late], lowFn)).toBeCloseTo((100 * (2 + late.earned)) / 6, 9);
  });

  it('counts the earliest alarm of a window only', () => {
    expect(scoreOf(marking, [650, 640, 660, 699])).toBe(scoreOf(marking, [640]));
  });

  it('forgives an alarm just behind a window, and asks for all of it three windows later', () => {
    const cost = (row: number) => tally(marking, [row]).cost;
    expect(cost(700)).toBeCloseTo(0.0252, 3);
    expect(cost(750)).toBeGreaterThan(0.8);
    expect(cost(700 + 3 * 99)).toBe(1);
    expect(cost(599)).toBe(1);
  });

  it('scores nothing of the learning, nor a window that begins in it', () => {
    expect(marking.scoredFrom).toBe(300);
    expect(scoreOf(marking, [0, 100, 299])).toBe(0);
    expect(
      markingOf(2_000, [
        [290, 400],
        [600, 700],
      ]).windows,
    ).toEqual([[600, 700]]);
    expect(markingOf(10_000, []).scoredFrom).toBe(750);
  });

  it('takes windows that overlap as one', () => {
    expect(
      markingOf(2_000, [
        [900, 1_000],
        [600, 700],
        [690, 720],
        [710, 715],
      ]).windows,
    ).toEqual([
      [600, 720],
      [900, 1_000],
    ]);
  });

  it('is no number without a window, where false alarms still count for the others', () => {
    const quiet = tally(markingOf(1_000, []), [500]);
    expect(nabScore([quiet], standard)).toBeNaN();
    expect(nabScore([quiet, tally(marking, [600, 1_200])], standard)).toBeCloseTo(100 - (100 * 0.11) / 4, 9);
  });
});
