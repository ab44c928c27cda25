import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ewmaMean, ewmaVariance } from './ewma.ts';
import { percentiles } from './percentile.ts';
import { rollingMax, rollingMin } from './rolling-extremes.ts';
import { rollingMean, rollingStandardDeviation } from './rolling-moments.ts';
import { rollingQuantile } from './rolling-quantile.ts';
import type { StatisticOperator } from './statistic-operator.ts';
import { trend } from './trend.ts';

const HOUR_MS = 3_600_000;

const value = fc.oneof(
  fc.double({ min: -1_000, max: 1_000, noNaN: true }),
  fc.constantFrom(0, -0, 1e9, -1e9, 1e-9, 72.5, 72.5, Number.NaN),
);
const values = fc.array(value, { maxLength: 120 });
const windowRows = fc.integer({ min: 1, max: 20 });

/** `slow` answers from all values so far, the last of them in the window. */
type Case = {
  readonly name: string;
  readonly operator: StatisticOperator<{ windowRows: number; share: number; alpha: number }, never, unknown>;
  readonly slow: (window: readonly number[], all: readonly number[]) => number;
};
const ALPHA = 0.3;
const SHARE = 0.9;
const mean = (window: readonly number[]) => window.reduce((sum, one) => sum + one, 0) / window.length;
/** The weights written out, as in the definition of an exponentially weighted mean whose first value is its beginning. */
const weights = (all: readonly number[]) =>
  all.map((_, place) => (place === 0 ? 1 : ALPHA) * (1 - ALPHA) ** (all.length - 1 - place));
const weighted = (all: readonly number[], of: (one: number) => number) =>
  all.length === 0
    ? Number.NaN
    : weights(all).reduce((sum, weight, place) => sum + weight * of(all[place] as number), 0);

const CASES: readonly (Omit<Case, 'operator'> & { readonly operator: unknown })[] = [
  { name: 'rolling mean', operator: rollingMean, slow: (window) => (window.length === 0 ? Number.NaN : mean(window)) },
  {
    name: 'rolling standard deviation',
    operator: rollingStandardDeviation,
    slow: (window) =>
      window.length < 2
        ? Number.NaN
        : Math.sqrt(window.reduce((sum, one) => sum + (one - mean(window)) ** 2, 0) / (window.length - 1)),
  },
  {
    name: 'rolling minimum',
    operator: rollingMin,
    slow: (window) => (window.length === 0 ? Number.NaN : Math.min(...window)),
  },
  {
    name: 'rolling maximum',
    operator: rollingMax,
    slow: (window) => (window.length === 0 ? Number.NaN : Math.max(...window)),
  },
  {
    name: 'rolling quantile',
    operator: rollingQuantile,
    slow: (window) => {
      const sorted = [...window].sort((a, b) => a - b);
      const place = (sorted.length - 1) * SHARE;
      const [low = Number.NaN, high = low] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
      return low + (high - low) * (place % 1);
    },
  },
  { name: 'weighted mean', operator: ewmaMean, slow: (_, all) => weighted(all, (one) => one) },
  {
    name: 'weighted variance',
    operator: ewmaVariance,
    slow: (_, all) => {
      const middle = weighted(all, (one) => one);
      return weighted(all, (one) => (one - middle) ** 2);
    },
  },
];

describe.each(CASES as readonly Case[])('the $name', ({ operator, slow }) => {
  it('is what the obvious way makes of the last values, what is no number left out', () => {
    fc.assert(
      fc.property(values, windowRows, (given, rows) => {
        const state = operator.init({ windowRows: rows, share: SHARE, alpha: ALPHA });
        const numbers: number[] = [];
        for (const one of given) {
          if (Number.isFinite(one)) numbers.push(one);
          const found = operator.push(state, one);
          const expected = slow(numbers.slice(-rows), numbers);
          const scale = Math.max(1e-9, ...numbers.map(Math.abs));
          // A variance has the unit squared; 1e-12 of it is far below what a wrong formula would miss by.
          if (Number.isNaN(expected)) expect(found).toBeNaN();
          else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * scale * Math.max(1, scale));
        }
      }),
    );
  });

  it('goes on to the last bit after it was stored and restored, wherever that happens', () => {
    fc.assert(
      fc.property(values, values, windowRows, (before, after, rows) => {
        const config = { windowRows: rows, share: SHARE, alpha: ALPHA };
        const state = operator.init(config);
        for (const one of before) operator.push(state, one);
        const restored = operator.restore(config, JSON.parse(JSON.stringify(operator.snapshot(state))));
        for (const one of after) expect(operator.push(restored, one)).toBe(operator.push(state, one));
        expect(operator.snapshot(restored)).toEqual(operator.snapshot(state));
      }),
      { examples: [[[-0], [], 1]] },
    );
  });
});

describe('a window of one spike and quiet noise', () => {
  it('gives the spread of the noise again when the spike has left', () => {
    const state = rollingStandardDeviation.init({ windowRows: 50 });
    const push = (one: number) => rollingStandardDeviation.push(state, one);
    for (let row = 0; row < 60; row++) push(row === 5 ? 1e12 : Math.sin(row));
    expect(push(Math.sin(60))).toBeGreaterThan(0.6);
    expect(push(Math.sin(61))).toBeLessThan(0.8);
  });

  it('answers the extremes it had before when the spike has left', () => {
    const [low, high] = [rollingMin.init({ windowRows: 3 }), rollingMax.init({ windowRows: 3 })];
    const seen = [5, 9, 1, 4, 4, 4].map((one) => [rollingMin.push(low, one), rollingMax.push(high, one)]);
    expect(seen).toEqual([
      [5, 5],
      [5, 9],
      [1, 9],
      [1, 9],
      [1, 4],
      [4, 4],
    ]);
  });
});

describe('percentiles', () => {
  it('lie on the straight line between the two values beside them', () => {
    expect(percentiles([15, 20, 35, 40, 50], [0, 0.25, 0.4, 0.5, 1])).toEqual([15, 20, 29, 35, 50]);
    expect(percentiles(new Float64Array([3, Number.NaN, 1, 2]), [0.5])).toEqual([2]);
    expect(percentiles([], [0.5])).toEqual([Number.NaN]);
  });

  it('are asked for by shares from 0 to 1, and nothing else', () => {
    expect(() => percentiles([1, 2], [95])).toThrow(new RangeError('a share lies between 0 and 1, got 95'));
    expect(() => percentiles([1, 2], [Number.NaN])).toThrow(RangeError);
  });
});

const START = Date.UTC(2026, 0, 5, 6);
const timed = fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), value), { maxLength: 150 });

/** Least squares in two passes, times counted from the first. */
function slowSlope(points: readonly (readonly [at: number, value: number])[]): number {
  const first = points[0]?.[0] ?? 0;
  const hours = points.map(([at]) => (at - first) / HOUR_MS);
  const [middle, level] = [mean(hours), mean(points.map(([, one]) => one))];
  const spread = hours.reduce((sum, hour) => sum + (hour - middle) ** 2, 0);
  const mixed = hours.reduce((sum, hour, place) => sum + (hour - middle) * ((points[place]?.[1] ?? 0) - level), 0);
  return points.length < 3 || spread === 0 ? Number.NaN : mixed / spread;
}

describe('the trend', () => {
  it('is the least-squares slope per hour of the values of the window, however unevenly they came', () => {
    fc.assert(
      fc.property(timed, fc.integer({ min: 60_000, max: 4 * HOUR_MS }), (steps, windowMs) => {
        const state = trend.init({ windowMs });
        const points: [number, number][] = [];
        let at = START;
        for (const [step, one] of steps) {
          at += step;
          if (Number.isFinite(one)) points.push([at, one]);
          const window = points.filter(([when]) => when > (points.at(-1)?.[0] ?? 0) - windowMs);
          const expected = slowSlope(window);
          const found = trend.push(state, one, at);
          if (Number.isNaN(expected)) expect(found).toBeNaN();
          else {
            const reachHours = ((window.at(-1)?.[0] ?? 0) - (window[0]?.[0] ?? 0)) / HOUR_MS;
            const scale = Math.max(1e-9, ...window.map(([, size]) => Math.abs(size))) / reachHours;
            expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * scale * window.length);
          }
        }
      }),
    );
  });

  it('goes on to the last bit after it was stored and restored, also when its window has grown', () => {
    fc.assert(
      fc.property(timed, timed, (before, after) => {
        const config = { windowMs: 12 * HOUR_MS, maxRows: 100 };
        const state = trend.init(config);
        let at = START;
        for (const [step, one] of before) {
          at += step;
          trend.push(state, one, at);
        }
        const restored = trend.restore(config, JSON.parse(JSON.stringify(trend.snapshot(state))));
        expect([restored.slope, restored.direction]).toEqual([state.slope, state.direction]);
        for (const [step, one] of after) {
          at += step;
          expect(trend.push(restored, one, at)).toBe(trend.push(state, one, at));
          expect(restored.direction).toBe(state.direction);
        }
        expect(trend.snapshot(restored)).toEqual(trend.snapshot(state));
      }),
    );
  });

  const trendOf = (of: (minute: number) => number, config: { windowMs?: number; minChange?: number } = {}) => {
    const state = trend.init({ windowMs: HOUR_MS, ...config });
    for (let minute = 0; minute < 120; minute++) trend.push(state, of(minute), START + minute * 60_000);
    return state;
  };
  const noise = (minute: number) => Math.sin(minute * 12.9898) * 0.5;

  it('says increasing and decreasing of a slope that stands out of the noise, with its size per hour', () => {
    const rising = trendOf((minute) => 20 + minute / 20 + noise(minute));
    expect(rising.direction).toBe('increasing');
    expect(Math.abs(rising.slope - 3)).toBeLessThan(0.3);
    expect(trendOf((minute) => 20 - minute / 20 + noise(minute)).direction).toBe('decreasing');
  });

  it('says stable of noise, of a constant, and of a change that is too small to matter', () => {
    expect(trendOf(noise).direction).toBe('stable');
    expect(trendOf(() => 1e9)).toMatchObject({ direction: 'stable', slope: 0 });
    const slow = (minute: number) => 20 + minute / 2_000;
    expect(trendOf(slow).direction).toBe('increasing');
    expect(trendOf(slow, { minChange: 0.1 }).direction).toBe('stable');
    // 59 steps of 1/2000 lie between the oldest value of the hour and the latest.
    expect(trendOf(slow, { minChange: 0.0294 }).direction).toBe('increasing');
  });

  it('forgets what lies before its window: the hour after the ramp is flat', () => {
    expect(trendOf((minute) => Math.min(minute, 60)).direction).toBe('stable');
    expect(trendOf((minute) => Math.min(minute, 75)).direction).toBe('increasing');
  });

  it('has no direction before three values of different times are known', () => {
    const state = trend.init({ windowMs: HOUR_MS });
    for (const one of [1, 2, 3]) expect(trend.push(state, one, START)).toBeNaN();
    expect(state.direction).toBeNull();
    expect(trend.push(state, 4, START + 1_000)).not.toBeNaN();
  });
});
