import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../kernel/random.ts';
import { trackRuleOf } from '../detector.ts';
import { DailyProfile } from './daily-profile.ts';
import { LEARNING_ROWS, novelty } from './novelty.ts';
import { Rarity } from './rarity.ts';
import { rangeOf, SymbolCounts } from './symbol-counts.ts';

const FIVE_MINUTES_MS = 300_000;
const DAY_ROWS = 288;
const { threshold } = trackRuleOf('novelty');

/** The rows with a score at the threshold or above it. */
function alarms(rows: number, value: (row: number, random: Random) => number): number[] {
  const state = novelty.init({ resolution: 0 });
  const random = seededRandom(7);
  const found: number[] = [];
  for (let row = 0; row < rows; row++)
    if (novelty.push(state, value(row, random), row * FIVE_MINUTES_MS) >= threshold) found.push(row);
  return found;
}
const isDay = (row: number): boolean => row % DAY_ROWS >= 108 && row % DAY_ROWS < 216;

describe('novelty', () => {
  it('has no score for the first 150 readings', () => {
    const state = novelty.init({ resolution: 0 });
    const scores = Array.from({ length: 160 }, (_, row) => novelty.push(state, row % 7, row * FIVE_MINUTES_MS));
    expect(scores.findIndex((score) => !Number.isNaN(score))).toBe(150);
  });

  it('sees a spike at once, also one among habitual spikes of another height', () => {
    const habitual = (row: number, random: Random) =>
      row === 2_000 ? 95 : random() + (row % 37 === 0 ? 40 + 5 * random() : 0);
    expect(alarms(2_200, habitual).filter((row) => row >= 1_990)).toEqual([2_000]);
  });

  it('sees the peak of a day that does not come, soon after it should have', () => {
    const plateau = (row: number, random: Random) =>
      (isDay(row) && Math.floor(row / DAY_ROWS) !== 10 ? 80 : 20) + 4 * random();
    const found = alarms(12 * DAY_ROWS, plateau).filter((row) => row >= 5 * DAY_ROWS);
    expect(found.length).toBeLessThan(6);
    const begin = 10 * DAY_ROWS + 108;
    expect(found.some((row) => row >= begin && row < begin + 12)).toBe(true);
  });

  it('sees a step, says it once or twice, and then lives with it', () => {
    const found = alarms(4_000, (row, random) => 20 + 2 * random() + (row >= 2_000 ? 15 : 0));
    const ofStep = found.filter((row) => row >= 2_000);
    expect(ofStep[0]).toBe(2_000);
    expect(ofStep.length).toBeLessThan(5);
  });

  it('sees two levels in the wrong order, although both are usual', () => {
    const phases = (row: number) => (row % 24 < 12 ? 10 : 60);
    const swapped = (row: number, random: Random) => (row >= 3_000 && row < 3_012 ? 60 : phases(row)) + random();
    expect(alarms(3_100, swapped).find((row) => row >= 2_900)).toBe(3_000);
  });

  it('is quiet on what repeats, and nearly so on noise', () => {
    expect(alarms(6_000, () => 45)).toEqual([]);
    expect(alarms(6_000, (row) => (isDay(row) ? 80 : 20)).filter((row) => row >= LEARNING_ROWS)).toEqual([]);
    expect(alarms(20_000, (_, random) => random() + random() + random()).length).toBeLessThan(30);
  });

  it('finds the same after another range was learned for a signal that has become another one', () => {
    const calm = (row: number, random: Random) => (row < LEARNING_ROWS ? 1_000 * random() : random());
    const restless = 40_000;
    const found = alarms(restless + 100, (row, random) => (row === restless ? 30 : calm(row, random)));
    expect(found).toContain(restless);
  });
});

describe('the counts of symbols', () => {
  const range = rangeOf([0, 100], 0);

  it('make a value the less new the more often it came, once what came before it is known too', () => {
    const counts = new SymbolCounts(range);
    const seen = Array.from({ length: 50 }, () => counts.push(50));
    expect(seen[0]).toBe(1);
    expect(seen.every((novel, place) => place < 7 || novel <= (seen[place - 1] as number))).toBe(true);
    expect(seen[49]).toBeLessThan(0.03);
    expect(counts.push(95)).toBe(1);
  });

  it('are as a slow count of symbols and their pairs has it', () => {
    /** Inside the range only: a tiling moved by a third of a fifth, each for itself. */
    const slow = (values: readonly number[]) => {
      const seen = new Map<string, number>();
      const see = (key: string) => {
        const count = seen.get(key) ?? 0;
        seen.set(key, count + 1);
        return 1 / (1 + count);
      };
      return values.map((_, row) => {
        let sum = 0;
        for (const tiling of [0, 1, 2]) {
          const symbolAt = (place: number) =>
            place < 0 ? 'nothing' : Math.floor(((values[place] as number) / 100) * 5 + tiling / 3);
          for (const lag of [0, 1, 6]) sum += see([tiling, lag, symbolAt(row), lag > 0 && symbolAt(row - lag)].join());
        }
        return sum / 9;
      });
    };
    const value = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const counts = new SymbolCounts(range);
        const expected = slow(values);
        for (const [row, one] of values.entries()) expect(counts.push(one)).toBeCloseTo(expected[row] as number, 12);
      }),
    );
  });

  it('tell values apart that lie far outside, by their order of magnitude', () => {
    const counts = new SymbolCounts(range);
    for (let row = 0; row < 30; row++) counts.push(130);
    expect(counts.push(132)).toBeLessThan(0.1);
    expect(counts.push(400)).toBe(1);
    expect(counts.push(-400)).toBe(1);
    expect(counts.push(1e300)).toBe(1);
    expect(counts.push(1e307)).toBeLessThan(1);
  });

  it('never have a symbol narrower than a step of the sensor', () => {
    const counts = new SymbolCounts(rangeOf([20, 20.1], 1));
    for (let row = 0; row < 50; row++) counts.push(20);
    expect(counts.push(20.1)).toBeLessThan(0.3);
  });

  it('are new again when they have faded', () => {
    const counts = new SymbolCounts(range);
    counts.push(50);
    counts.fade();
    expect(counts.push(50)).toBe(1);
  });

  it('stay within their bytes, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 400 }), (values) => {
        const counts = new SymbolCounts(range);
        for (const value of values) {
          const novel = counts.push(value);
          expect(novel > 0 && novel <= 1).toBe(true);
        }
        expect(counts.snapshot().cells.length).toBeLessThanOrEqual(4 * Math.ceil((8 * 9 * values.length) / 3));
      }),
    );
  });
});

describe('rarity', () => {
  it('is the share of readings before that were as new, whatever the novelty', () => {
    const rarity = new Rarity();
    for (let row = 0; row < 999; row++) rarity.push(0.01 + (row % 10) / 1_000);
    expect(rarity.push(0.9)).toBeCloseTo(-Math.log10(0.5 / 1_000), 9);
    expect(rarity.push(0.9)).toBeCloseTo(-Math.log10(1 / 1_001), 9);
    expect(rarity.push(0.002)).toBeCloseTo(0, 2);
  });

  it('goes by the last readings most once counts were halved', () => {
    const rarity = new Rarity();
    for (let row = 0; row < 1_024; row++) rarity.push(0.5);
    for (let round = 0; round < 20; round++) rarity.fade();
    expect(rarity.push(0.5)).toBeCloseTo(-Math.log10(0.5), 9);
  });
});

describe('what is usual at an hour', () => {
  it('follows days, not rows: a reading a second forgets as slowly as one every five minutes', () => {
    const usualAfter = (stepMs: number) => {
      const profile = new DailyProfile();
      for (let at = 0; at < 3 * 86_400_000; at += stepMs) profile.push(at < 2 * 86_400_000 ? 10 : 20, at);
      return profile.usualAt(3 * 86_400_000) as number;
    };
    expect(usualAfter(60_000)).toBeCloseTo(usualAfter(300_000), 0);
    expect(usualAfter(300_000)).toBeGreaterThan(11);
    expect(usualAfter(300_000)).toBeLessThan(14);
  });

  it('knows nothing of an hour that it has not seen', () => {
    const profile = new DailyProfile();
    expect(profile.push(50, 0)).toBe(0);
    expect(profile.usualAt(3_600_000)).toBeUndefined();
    expect(profile.push(70, 3_600_000)).toBe(0);
    expect(profile.push(51, 86_400_000)).toBe(1);
    expect(profile.usualAt(-1)).toBeUndefined();
  });
});
