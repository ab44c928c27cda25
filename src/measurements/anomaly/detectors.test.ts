/** Both detectors against slow, obvious versions of themselves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../kernel/random.ts';
import { openDetector } from './detector.ts';
import { DETECTORS, type DetectorName } from './detector-name.ts';
import { MAX_SCORE, MIN_BASELINE_ROWS } from './operator.ts';
import { suddenChange } from './sudden-change.ts';
import { zScore } from './z-score.ts';

const values = fc.array(
  fc.integer({ min: -10_000, max: 10_000 }).map((hundredths) => hundredths / 100),
  { minLength: 60, maxLength: 160 },
);
const resolution = fc.constantFrom(0, 0.5, 5);

const meanOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
const squaresOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + (one - meanOf(list)) ** 2, 0);
const slowScore = (distance: number, sigma: number): number =>
  distance === 0 ? 0 : Math.min(Math.abs(distance) / sigma, MAX_SCORE);

const scoresOf = <State>(
  operator: { push(state: State, value: number): number },
  state: State,
  list: readonly number[],
): number[] => list.map((one) => operator.push(state, one));

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [place, score] of expected.entries()) {
    const other = found[place] ?? Number.NEGATIVE_INFINITY;
    if (Number.isNaN(score)) expect(other).toBeNaN();
    else expect(Math.abs(other - score)).toBeLessThanOrEqual(1e-6 * Math.max(1, score));
  }
}

describe('z-score', () => {
  it('is the distance from the mean of the rows before, in their standard deviations', () => {
    fc.assert(
      fc.property(values, resolution, fc.integer({ min: 30, max: 60 }), (list, step, windowRows) => {
        const slow = list.map((one, place) => {
          const baseline = list.slice(Math.max(0, place - windowRows), place);
          if (baseline.length < MIN_BASELINE_ROWS) return Number.NaN;
          const mean = meanOf(baseline);
          const std = Math.sqrt(squaresOf(baseline) / (baseline.length - 1));
          return slowScore(one - mean, Math.max(std, step, Math.abs(mean) * 1e-6));
        });
        expectClose(scoresOf(zScore, zScore.init({ windowRows, resolution: step }), list), slow);
      }),
    );
  });

  it('does not let a spike widen the spread that it is measured by', () => {
    const state = zScore.init({ windowRows: 100, resolution: 0 });
    for (let row = 0; row < 100; row++) zScore.push(state, row % 2);
    expect(zScore.push(state, 50)).toBeGreaterThan(90);
  });

  it('measures a flat line by the resolution of its sensor', () => {
    const state = zScore.init({ windowRows: 100, resolution: 0.5 });
    for (let row = 0; row < 100; row++) zScore.push(state, 20);
    expect(zScore.push(state, 20)).toBe(0);
    expect(zScore.push(state, 21)).toBe(2);
  });
});

describe('z-score of a signal of which only a rise is a fault', () => {
  it('is measured by the values above the mean, so that a cold start does not hide heat', () => {
    const scoreOf = (isRising: boolean) => {
      const state = zScore.init({ windowRows: 288, resolution: 0.1, isRising });
      for (let row = 0; row < 288; row++) zScore.push(state, row < 60 ? 22 + row * 0.75 : 67 + (row % 2) / 10);
      return zScore.push(state, 95);
    };
    expect(scoreOf(false)).toBeLessThan(4);
    expect(scoreOf(true)).toBeGreaterThan(4);
  });

  it('goes on to the last bit after it was stored and restored', () => {
    const config = { windowRows: 40, resolution: 0.1, isRising: true };
    const random = seededRandom(4);
    let state = zScore.init(config);
    let restored = zScore.init(config);
    for (let row = 0; row < 500; row++) {
      const value = 5 * Math.sin(row / 9) + random();
      expect(zScore.push(restored, value)).toBe(zScore.push(state, value));
      if (random() < 0.1) restored = zScore.restore(config, JSON.parse(JSON.stringify(zScore.snapshot(restored))));
      if (random() < 0.1) state = zScore.restore(config, JSON.parse(JSON.stringify(zScore.snapshot(state))));
    }
  });
});

describe('sudden change', () => {
  it('is the distance between the means of two neighbouring windows, in pooled standard deviations', () => {
    fc.assert(
      fc.property(values, resolution, fc.constantFrom(0, 3), (list, step, minChange) => {
        const [recentRows, referenceRows] = [8, 40];
        const slow = list.map((_, place) => {
          const recent = list.slice(Math.max(0, place + 1 - recentRows), place + 1);
          const reference = list.slice(
            Math.max(0, place + 1 - recentRows - referenceRows),
            Math.max(0, place + 1 - recentRows),
          );
          if (reference.length < MIN_BASELINE_ROWS) return Number.NaN;
          const change = meanOf(recent) - meanOf(reference);
          if (Math.abs(change) < minChange) return 0;
          const pooled = Math.sqrt((squaresOf(recent) + squaresOf(reference)) / (recent.length + reference.length - 2));
          return slowScore(change, Math.max(pooled, step, Math.abs(meanOf(reference)) * 1e-6));
        });
        const state = suddenChange.init({ recentRows, referenceRows, resolution: step, minChange });
        expectClose(scoresOf(suddenChange, state, list), slow);
      }),
    );
  });

  it('sees a step that a z-score gets used to, and stays quiet in a drift', () => {
    const config = { recentRows: 12, referenceRows: 144, resolution: 0, minChange: 0 };
    const noise = (row: number) => Math.sin(row * 12.9898) * 0.5;
    const step = suddenChange.init(config);
    const drift = suddenChange.init(config);
    const ofStep = Array.from({ length: 400 }, (_, row) => suddenChange.push(step, noise(row) + (row < 300 ? 0 : 4)));
    const ofDrift = Array.from({ length: 400 }, (_, row) => suddenChange.push(drift, noise(row) + row * 0.001));
    expect(Math.max(...ofStep.slice(300, 320))).toBeGreaterThan(4);
    expect(Math.max(...ofDrift.slice(200))).toBeLessThan(1);
  });
});

describe('every detector', () => {
  it('goes on to the last bit after it was stored and restored, wherever that happens', () => {
    fc.assert(
      fc.property(fc.nat({ max: 900 }), fc.nat(), fc.constantFrom(...DETECTORS), (before, seed, name) => {
        const field = { name: 'temperature', resolution: 0.1 };
        const random = seededRandom(seed);
        const next = (row: number) =>
          [5 * Math.sin(row / 40) + random() + (random() < 0.02 ? 20 : 0), row * 300_000] as const;
        const detector = openDetector(name, field);
        for (let row = 0; row < before; row++) detector.push(...next(row));
        const restored = openDetector(name, field, { snapshot: JSON.parse(JSON.stringify(detector.snapshot())) });
        for (let row = before; row < before + 400; row++) {
          const reading = next(row);
          expect(restored.push(...reading)).toBe(detector.push(...reading));
        }
        expect(restored.snapshot()).toEqual(detector.snapshot());
      }),
      { numRuns: 60 },
    );
  });

  it('answers no score of readings too large to average, and is well again when they have gone', () => {
    const scoreAfter = (name: DetectorName, rows: number, value: number) => {
      const detector = openDetector(name, { name: 'pressure' });
      let row = 0;
      // A drift counts hours.
      const push = (one: number) => detector.push(one, row++ * (name === 'drift' ? 1_800_000 : 60_000));
      for (let count = 0; count < 100; count++) push(row % 3 === 0 ? -1.7e308 : 1.7e308);
      for (let count = 0; count < rows; count++) push(row % 2);
      return Math.max(...Array.from({ length: 40 }, () => push(value)));
    };
    expect(scoreAfter('z-score', 700, 30)).toBeGreaterThan(50);
    expect(scoreAfter('sudden-change', 700, 30)).toBeGreaterThan(1);
    expect(scoreAfter('drift', 1_200, 30)).toBeGreaterThan(1);
    expect(scoreAfter('stuck', 700, 30)).toBeGreaterThan(6);
    expect(scoreAfter('novelty', 17_200, 30)).toBeGreaterThan(2);
  });

  it('remembers no more after a year than after a week', () => {
    for (const name of DETECTORS) {
      const detector = openDetector(name, { name: 'pressure', resolution: 0.01 });
      const random = seededRandom(5);
      const sizes: number[] = [];
      for (let row = 0; row < 100_000; row++) {
        detector.push(Math.round(100 * random()) / 10 + 10 * Math.sin(row / 46), row * 300_000);
        if (row === 20_000 || row === 99_999) sizes.push(JSON.stringify(detector.snapshot()).length);
      }
      expect((sizes[1] as number) / (sizes[0] as number)).toBeLessThan(1.1);
      expect(sizes[1]).toBeLessThan(60_000);
    }
  });
});
