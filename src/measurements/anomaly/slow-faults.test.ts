/** Faults that no single reading shows: a value that stays, and many sensors a little beside theirs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../kernel/random.ts';
import { choleskyOf, squaredLength } from './cholesky.ts';
import { trackRuleOf } from './detector.ts';
import { MULTIVARIATE_THRESHOLD, multivariate } from './multivariate.ts';
import { stuck } from './stuck.ts';

/** About normal, standard deviation 1. */
const noise = (random: Random): number => {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random();
  return sum;
};
/** The first row from `from` on with a score at the threshold, −1: none. */
function firstAlarm(scores: readonly number[], threshold: number, from = 0): number {
  return scores.findIndex((score, row) => row >= from && score >= threshold);
}

const FIVE_MINUTES_MS = 300_000;

describe('stuck', () => {
  const scoresOf = (rows: number, value: (row: number, random: Random) => number, resolution = 0) => {
    const state = stuck.init({ resolution });
    const random = seededRandom(3);
    return Array.from({ length: rows }, (_, row) => stuck.push(state, value(row, random), row * FIVE_MINUTES_MS));
  };
  const { threshold } = trackRuleOf('stuck');

  it('sees a value that stays for three times the longest usual run', () => {
    const scores = scoresOf(1_000, (row, random) => (row < 700 ? random() : 0.5));
    expect(firstAlarm(scores, threshold)).toBe(700 + 18 - 1);
  });

  it('takes what lies within half a step of the sensor as the same', () => {
    const trembling = (row: number, random: Random) => (row < 700 ? 10 * random() : 5 + 0.04 * (row % 2));
    expect(firstAlarm(scoresOf(1_000, trembling, 0.1), threshold)).toBeGreaterThan(700);
    expect(firstAlarm(scoresOf(1_000, trembling, 0.05), threshold)).toBe(-1);
  });

  it('gets used to nights', () => {
    const shifts = (row: number, random: Random) => (row >= 5 * 288 && row % 288 < 96 ? 0 : 20 + random());
    const scores = scoresOf(20 * 288, shifts);
    expect(firstAlarm(scores, threshold)).toBe(5 * 288 + 18 - 1);
    expect(firstAlarm(scores, threshold, 6 * 288)).toBe(-1);
  });

  it('gets used to weekends, and to what stands still again and again at odd hours', () => {
    const weeks = (row: number, random: Random) => (Math.floor(row / 288) % 7 > 4 ? 0 : 20 + random());
    const scores = scoresOf(28 * 288, weeks);
    expect(firstAlarm(scores, threshold)).toBe(5 * 288 + 18 - 1);
    expect(firstAlarm(scores, threshold, 7 * 288)).toBe(-1);
    const often = scoresOf(3_000, (row, random) => (row >= 700 && row % 131 < 40 ? 0 : 20 + random()));
    expect(firstAlarm(often, threshold, 700 + 4 * 131)).toBe(-1);
  });

  it('sees the second fault of a sensor as it saw the first, a long one before it or not', () => {
    const faults = [
      { from: 3 * 288, rows: 100 },
      { from: 4 * 288 + 150, rows: 20 },
      { from: 6 * 288 + 60, rows: 40 },
    ];
    const isStuck = (row: number) => faults.some(({ from, rows }) => row >= from && row < from + rows);
    const scores = scoresOf(10 * 288, (row, random) => (isStuck(row) ? 0 : 20 + random()));
    for (const { from } of faults) expect(firstAlarm(scores, threshold, from)).toBe(from + 18 - 1);
  });

  it('goes on to the last bit after it was stored and restored, wherever that happens', () => {
    const config = { resolution: 1 };
    const state = stuck.init(config);
    let restored = stuck.init(config);
    const random = seededRandom(8);
    let value = 0;
    let most = 0;
    for (let row = 0; row < 5_000; row++) {
      if (random() < 0.1) value = Math.round(100 * random());
      const score = stuck.push(state, value, row * FIVE_MINUTES_MS);
      expect(stuck.push(restored, value, row * FIVE_MINUTES_MS)).toBe(score);
      most = Math.max(most, state.longRuns.length);
      if (random() < 0.1) restored = stuck.restore(config, JSON.parse(JSON.stringify(stuck.snapshot(restored))));
    }
    expect(stuck.snapshot(restored)).toEqual(stuck.snapshot(state));
    expect(most).toBe(32);
  });

  it('takes a break that came once for a fault, and one that came on two days for a break', () => {
    const at = (day: number) => day * 288 + 144;
    const breaks = [3, 4, 5].map(at);
    const isStill = (row: number) => breaks.some((from) => row >= from && row < from + 24);
    const scores = scoresOf(7 * 288, (row, random) => (isStill(row) ? 0 : 20 + random()));
    for (const from of breaks.slice(0, 2)) expect(firstAlarm(scores, threshold, from)).toBe(from + 18 - 1);
    expect(firstAlarm(scores, threshold, at(5))).toBe(-1);
  });

  it('says nothing of a signal that never moved', () => {
    expect(scoresOf(5_000, () => 7).every(Number.isNaN)).toBe(true);
  });
});

describe('the multivariate score', () => {
  const SENSORS = 4;
  const scoresOf = (rows: number, shift: (row: number, sensor: number) => number) => {
    const state = multivariate.init({ sensors: SENSORS, learnRows: 400 });
    const random = seededRandom(21);
    return Array.from({ length: rows }, (_, row) => {
      const shared = noise(random);
      const values = Array.from({ length: SENSORS }, (__, sensor) => shared + noise(random) + shift(row, sensor));
      return multivariate.push(state, values);
    });
  };

  it('has no score while it learns, and is about 1 afterwards', () => {
    const scores = scoresOf(3_000, () => 0);
    expect(scores.slice(0, 400).every(Number.isNaN)).toBe(true);
    const rest = scores.slice(400);
    expect(rest.reduce((sum, score) => sum + score, 0) / rest.length).toBeCloseTo(1, 0);
    expect(Math.max(...rest)).toBeLessThan(MULTIVARIATE_THRESHOLD);
  });

  it('sees sensors part that always went together sooner than it sees all of them move', () => {
    const size = 1.6;
    const apart = scoresOf(900, (row, sensor) => (row >= 800 ? (sensor % 2 === 0 ? size : -size) : 0));
    const together = scoresOf(900, (row) => (row >= 800 ? size : 0));
    const top = (scores: readonly number[]) => Math.max(...scores.slice(800));
    expect(top(apart)).toBeGreaterThan(MULTIVARIATE_THRESHOLD);
    expect(top(apart)).toBeGreaterThan(top(together));
  });

  it('is well again within 40 rows when a large fault is over', () => {
    const scores = scoresOf(1_400, (row, sensor) => (sensor === 0 && row >= 600 && row < 800 ? 300 : 0));
    expect(firstAlarm(scores, MULTIVARIATE_THRESHOLD)).toBeLessThan(603);
    expect(scores.slice(603, 800).every((score) => score >= MULTIVARIATE_THRESHOLD)).toBe(true);
    expect(scores.slice(840).every((score) => score < MULTIVARIATE_THRESHOLD)).toBe(true);
  });

  it('goes on with the sensors that have a reading', () => {
    const scores = scoresOf(1_000, (row, sensor) => (sensor === 2 && row >= 500 ? Number.NaN : 0));
    expect(scores.slice(400).every((score) => score < MULTIVARIATE_THRESHOLD + 1)).toBe(true);
    const lost = scoresOf(1_000, (row, sensor) => (sensor === 2 ? Number.NaN : row >= 800 && sensor === 1 ? 9 : 0));
    expect(firstAlarm(lost, MULTIVARIATE_THRESHOLD)).toBeGreaterThanOrEqual(800);
  });

  it('goes on to the last bit after it was stored and restored, wherever that happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), fc.nat(), (stop, seed) => {
        const config = { sensors: 3, learnRows: 400, resolutions: [0.1, 0, 0] };
        const random = seededRandom(seed);
        const row = () => [noise(random), random() < 0.05 ? Number.NaN : 5 * random(), 7];
        const state = multivariate.init(config);
        for (let count = 0; count < stop; count++) multivariate.push(state, row());
        const restored = multivariate.restore(config, JSON.parse(JSON.stringify(multivariate.snapshot(state))));
        for (let count = 0; count < 200; count++) {
          const values = row();
          expect(multivariate.push(restored, values)).toBe(multivariate.push(state, values));
        }
        expect(multivariate.snapshot(restored)).toEqual(multivariate.snapshot(state));
      }),
      { numRuns: 30 },
    );
  });

  it('measures a vector by a covariance as its inverse does', () => {
    const factor = choleskyOf(Float64Array.of(4, 2, 2, 3), 2, 1e-9);
    // The inverse of [[4, 2], [2, 3]] is [[3, −2], [−2, 4]] / 8.
    expect(squaredLength(Float64Array.of(1, 2), factor)).toBeCloseTo((3 - 8 + 16) / 8, 12);
  });

  it('measures by the floor what a covariance says nothing of', () => {
    const factor = choleskyOf(Float64Array.of(1, 1, 1, 1), 2, 0.25);
    expect(squaredLength(Float64Array.of(1, 1), factor)).toBeCloseTo(1, 12);
    expect(squaredLength(Float64Array.of(1, 2), factor)).toBeCloseTo(1 + 1 / 0.25, 12);
  });
});
