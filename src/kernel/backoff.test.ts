import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const backoff = { firstMs: 100, longestMs: 5_000 };

describe('backoff', () => {
  it('doubles the longest possible wait with each attempt, up to a limit', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffMs(backoff, attempt, () => 0));
    expect(longest).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('is a whole number of milliseconds from 1 to the ceiling, for any attempt and any chance', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), chance, (attempt, random) => {
        const ms = backoffMs(backoff, attempt, () => random);
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(1);
        expect(ms).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** (attempt - 1)));
      }),
    );
  });

  it('spreads a crowd over the whole span', () => {
    const waits = [0, 0.25, 0.5, 0.75].map((random) => backoffMs(backoff, 4, () => random));
    expect(waits).toEqual([800, 600, 400, 200]);
  });
});
