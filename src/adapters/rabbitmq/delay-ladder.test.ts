import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftToWaitMs, nextStep, STEPS } from './delay-ladder.ts';

describe('the delay ladder', () => {
  it('rounds up to a step', () => {
    expect([1, 100, 101, 3_000, 61_000, 3_600_000].map((ms) => nextStep(ms)?.name)).toEqual([
      '100ms',
      '100ms',
      '250ms',
      '5s',
      '2m',
      '1h',
    ]);
    expect(nextStep(0)).toBeUndefined();
  });

  it('rises by no more than three times', () => {
    for (const [place, { ms }] of STEPS.entries()) {
      expect(ms / (STEPS[place - 1]?.ms ?? ms)).toBeLessThanOrEqual(3);
    }
  });

  it('ends every wait, not before its time and not long after', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 * 86_400_000 }), (delayMs) => {
        let now = 0;
        for (let left = delayMs; left > 0; left = leftToWaitMs(delayMs, now)) now += nextStep(left)?.ms ?? 0;
        expect(now).toBeGreaterThanOrEqual(delayMs - 50);
        expect(now).toBeLessThanOrEqual(Math.max(100, delayMs * 3));
      }),
    );
  });
});
