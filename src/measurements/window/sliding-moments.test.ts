import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingMoments } from './sliding-moments.ts';

const value = fc.oneof(
  fc.double({ min: -1_000, max: 1_000, noNaN: true }),
  fc.constantFrom(0, 1e9, -1e9, 1e-9, 72.5, 72.5),
);
const values = fc.array(value, { maxLength: 120 });
const capacity = fc.integer({ min: 1, max: 20 });

/** The obvious way: two passes over the window. */
function slowMoments(window: readonly number[]): { mean: number; squares: number } {
  const mean = window.reduce((sum, one) => sum + one, 0) / window.length;
  return { mean, squares: window.reduce((sum, one) => sum + (one - mean) ** 2, 0) };
}

describe('sliding moments', () => {
  it('are those of the last values, as two passes over them give', () => {
    fc.assert(
      fc.property(values, capacity, (given, size) => {
        const moments = new SlidingMoments(size);
        for (const [place, one] of given.entries()) {
          const left = moments.push(one);
          expect(left).toBe(place < size ? Number.NaN : given[place - size]);
          const window = given.slice(Math.max(0, place + 1 - size), place + 1);
          const slow = slowMoments(window);
          const scale = Math.max(...window.map(Math.abs), 1e-9);
          expect(moments.size).toBe(window.length);
          expect(Math.abs(moments.mean - slow.mean)).toBeLessThanOrEqual(1e-12 * scale);
          expect(Math.abs(moments.squares - slow.squares)).toBeLessThanOrEqual(1e-12 * scale * scale * window.length);
        }
      }),
    );
  });

  it('go on to the last bit after they were stored and restored, wherever that happens', () => {
    fc.assert(
      fc.property(values, values, capacity, (before, after, size) => {
        const moments = new SlidingMoments(size);
        for (const one of before) moments.push(one);
        const restored = SlidingMoments.restore(size, JSON.parse(JSON.stringify(moments.snapshot())));
        for (const one of after) {
          expect(restored.push(one)).toBe(moments.push(one));
          expect([restored.mean, restored.squares]).toEqual([moments.mean, moments.squares]);
        }
        expect(restored.snapshot()).toEqual(moments.snapshot());
      }),
    );
  });

  it('forget a spike when it has left, instead of keeping its rounding error', () => {
    const moments = new SlidingMoments(50);
    const noise = (row: number) => 0.01 * Math.sin(row);
    for (let row = 0; row < 100; row++) moments.push(row === 20 ? 1e12 : noise(row));
    const slow = slowMoments(Array.from({ length: 50 }, (_, place) => noise(50 + place)));
    expect(moments.squares).toBeCloseTo(slow.squares, 15);
  });

  it('take the latest values along into a smaller window', () => {
    const moments = new SlidingMoments(10);
    for (let row = 0; row < 25; row++) moments.push(row);
    const restored = SlidingMoments.restore(4, moments.snapshot());
    expect([restored.size, restored.mean]).toEqual([4, 22.5]);
  });
});
