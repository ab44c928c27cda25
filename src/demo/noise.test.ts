import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlated, drift, even, MAX_CORRELATED, streamOf } from './noise.ts';

const seed = fc.integer({ min: 0, max: 2 ** 50 });
const PLACES = Array.from({ length: 20_000 }, (_, place) => 28_000_000_000 + place);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const product = (a: readonly number[], b: readonly number[]) => mean(a.map((value, place) => value * (b[place] ?? 0)));

describe('noise', () => {
  it('is evenly spread, also where instants are large', () => {
    const numbers = PLACES.map((place) => even(streamOf(1, 'a'), place));
    expect(mean(numbers)).toBeCloseTo(0.5, 1);
    expect(Math.min(...numbers)).toBeLessThan(0.001);
    expect(Math.max(...numbers)).toBeGreaterThan(0.999);
    expect(new Set(numbers).size).toBeGreaterThan(19_900);
  });

  it('of one component tells nothing about another one', () => {
    for (const [a, b] of [
      [streamOf(1, 'a'), streamOf(1, 'b')],
      [streamOf(1, 'a'), streamOf(2, 'a')],
      [streamOf(1, 'a'), streamOf(1 + 2 ** 32, 'a')],
    ] as const) {
      const [first, second] = [a, b].map((stream) => PLACES.map((place) => even(stream, place) - 0.5));
      expect(Math.abs(product(first ?? [], second ?? []) * 12)).toBeLessThan(0.03);
    }
  });

  it('has mean 0, spread 1 and a short memory when it is correlated', () => {
    const numbers = PLACES.map((place) => correlated(streamOf(3, 'a'), place));
    expect(mean(numbers)).toBeCloseTo(0, 1);
    expect(product(numbers, numbers)).toBeCloseTo(1, 1);
    expect(product(numbers, numbers.slice(1))).toBeCloseTo(0.6, 1);
    expect(Math.abs(product(numbers, numbers.slice(10)))).toBeLessThan(0.05);
  });

  it('stays in its bounds, and drifts without jumps', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 10_000_000 }), (number, place) => {
        const stream = streamOf(number, 'component');
        expect(Math.abs(correlated(stream, place))).toBeLessThanOrEqual(MAX_CORRELATED);
        expect(Math.abs(drift(stream, place / 7))).toBeLessThanOrEqual(1);
        expect(Math.abs(drift(stream, place + 0.01) - drift(stream, place))).toBeLessThan(0.1);
      }),
    );
  });
});
