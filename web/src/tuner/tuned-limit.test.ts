/** Tuning a limit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../api/measurements.ts';
import { isSameLimit, roundStep, scaleOf, settled, verdictsOf, withEdge } from './tuned-limit.ts';

const at = (second: number): string => new Date(second * 1_000).toISOString();
const anomaly = (from: number, to: number, label: string | null) => ({ from: at(from), to: at(to), label }) as Anomaly;
const firing = (since: number, until: number | null) => ({
  at: at(since),
  since: at(since),
  until: until === null ? null : at(until),
  value: 1,
});

describe('a limit that is being tuned', () => {
  it('can be dragged beyond every reading, in steps that people would choose', () => {
    const scale = scaleOf({ min: 50, max: 90 }, [70]);
    expect(scale).toEqual({ min: 40, max: 100, step: 0.2 });
    expect(settled(61.2345, scale)).toBe(61.2);
    expect(settled(1e9, scale)).toBe(100);
    expect(scaleOf({ min: 50, max: 90 }, [70], { resolution: 0.5 }).step).toBe(0.5);
  });

  it('is never dragged below what its signal can be', () => {
    expect(scaleOf({ min: 0, max: 40 }, [4], { least: 0 })).toMatchObject({ min: 0, max: 50 });
  });

  it('has a scale even where nothing is known', () => {
    const { min, max, step } = scaleOf(undefined, []);
    expect(min).toBeLessThan(max);
    expect(step).toBeGreaterThan(0);
    expect(scaleOf({ min: 5, max: 5 }, [5]).step).toBeGreaterThan(0);
  });

  it('always stands on a step of its scale', () => {
    const numbers = fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1_000);
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, value) => {
        const scale = scaleOf({ min: Math.min(a, b), max: Math.max(a, b) }, []);
        const once = settled(value, scale);
        expect(settled(once, scale)).toBeCloseTo(once, 6);
        expect(once).toBeGreaterThanOrEqual(scale.min - scale.step);
        expect(once).toBeLessThanOrEqual(scale.max + scale.step);
      }),
    );
  });

  it('steps by 1, 2 or 5', () => {
    expect([0.3, 0.07, 1, 2.5, 900].map(roundStep)).toEqual([0.2, 0.05, 1, 2, 500]);
  });

  it('keeps the edges of a band in order', () => {
    const band = { low: 2, high: 8 };
    expect(withEdge(band, 0, 5)).toEqual({ low: 5, high: 8 });
    expect(withEdge(band, 0, 9)).toEqual({ low: 8, high: 8 });
    expect(withEdge(band, 1, 1)).toEqual({ low: 2, high: 2 });
    expect(withEdge(4, 0, 5)).toBe(5);
    expect([isSameLimit(band, { low: 2, high: 8 }), isSameLimit(4, 5)]).toEqual([true, false]);
  });
});

describe('what a limit says of anomalies that people judged', () => {
  it('tells for each whether it fires on it, now and as proposed', () => {
    const judged = [anomaly(10, 20, 'confirmed'), anomaly(30, 40, 'rejected'), anomaly(50, 60, null)];
    const verdicts = verdictsOf(judged, { now: [firing(15, 17), firing(40, 41)], proposed: [firing(21, 29)] });
    expect(verdicts.map(({ now, proposed }) => [now, proposed])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it('counts a firing that has not cleared as going on', () => {
    const [verdict] = verdictsOf([anomaly(50, 60, 'confirmed')], { now: [], proposed: [firing(1, null)] });
    expect(verdict).toMatchObject({ now: false, proposed: true });
  });
});
