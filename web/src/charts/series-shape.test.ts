/** What a chart makes of a series. */
import { describe, expect, it } from 'vitest';
import type { SeriesPoint } from '../api/measurements.ts';
import type { Marks } from './marks.ts';
import { columnsOf, extentOf, stretchesBeyond, valueRange } from './series-shape.ts';

const noMarks: Marks = { limits: [], firings: [], anomalies: [] };
const steady = (values: readonly number[]): SeriesPoint[] => values.map((value, at) => [at * 1_000, value, value]);

describe('the shape of a series', () => {
  it('has a hole where the readings paused, so that no line is drawn through it', () => {
    const points = [...steady([1, 2, 3]), [60_000, 4, 4], [61_000, 5, 5]] as SeriesPoint[];
    const [times, mins] = columnsOf(points);
    expect(times).toEqual([0, 1_000, 2_000, 2_001, 60_000, 61_000]);
    expect(mins).toEqual([1, 2, 3, null, 4, 5]);
  });

  it('has no hole while the readings keep their pace', () => {
    expect(columnsOf(steady([1, 2, 3, 4]))[1]).toEqual([1, 2, 3, 4]);
  });

  it('counts each stretch beyond a limit once', () => {
    const points = steady([1, 5, 6, 1, 7, 1, 1]);
    expect(stretchesBeyond(points, 4, 'above')).toBe(2);
    expect(stretchesBeyond(points, 10, 'above')).toBe(0);
    expect(stretchesBeyond(points, 2, 'below')).toBe(3);
  });

  it('shows all readings and all limits', () => {
    const limit = { name: 'A', kind: 'limit', limit: 9, lines: [9], isScore: false } as const;
    const [min, max] = valueRange(extentOf(steady([2, 4])), { ...noMarks, limits: [limit] });
    expect(min).toBeLessThan(2);
    expect(max).toBeGreaterThan(9);
  });

  it('has an axis even without readings', () => {
    expect(valueRange(extentOf([]), noMarks)).toEqual([0, 1]);
  });
});
