/** A series as a chart needs it: columns, with holes where nothing was read, and the values it spans. */
import type { SeriesPoint } from '../api/measurements.ts';
import type { Marks } from './marks.ts';

/** Times, smallest, greatest and middle readings. */
export type Columns = [number[], (number | null)[], (number | null)[], (number | null)[]];

/** A pause this many times longer than usual is a hole: a line through it would show readings nobody took. */
const HOLE_FACTOR = 4;

export function columnsOf(points: readonly SeriesPoint[]): Columns {
  const columns: Columns = [[], [], [], []];
  const holeMs = usualStepMs(points) * HOLE_FACTOR;
  let lastMs = Number.NaN;
  for (const [atMs, min, max] of points) {
    if (atMs - lastMs > holeMs) push(columns, [lastMs + 1, null, null]);
    push(columns, [atMs, min, max]);
    lastMs = atMs;
  }
  return columns;
}

function push([times, mins, maxs, middles]: Columns, [atMs, min, max]: SeriesPoint): void {
  times.push(atMs);
  mins.push(min);
  maxs.push(max);
  middles.push(min === null || max === null ? null : (min + max) / 2);
}

function usualStepMs(points: readonly SeriesPoint[]): number {
  const steps = points.slice(1).map(([atMs], index) => atMs - (points[index]?.[0] ?? atMs));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? Number.POSITIVE_INFINITY;
}

export type Extent = { readonly min: number; readonly max: number };

export function extentOf(points: readonly SeriesPoint[]): Extent | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [, low, high] of points) {
    if (low !== null && low < min) min = low;
    if (high !== null && high > max) max = high;
  }
  return min <= max ? { min, max } : undefined;
}

/** The values a chart must show: all readings and all limits, with some air. */
export function valueRange(extent: Extent | undefined, { limits }: Marks): [number, number] {
  const values = [...(extent ? [extent.min, extent.max] : []), ...limits.flatMap(({ lines }) => lines)];
  if (values.length === 0) return [0, 1];
  const min = Math.min(...values);
  const max = Math.max(...values);
  const air = (max - min || Math.abs(max) || 1) * 0.08;
  return [min - air, max + air];
}

/** How many separate stretches of the readings lie beyond a limit. */
export function stretchesBeyond(points: readonly SeriesPoint[], limit: number, direction: 'above' | 'below'): number {
  let count = 0;
  let wasBeyond = false;
  for (const [, min, max] of points) {
    const isBeyond = direction === 'above' ? max !== null && max > limit : min !== null && min < limit;
    if (isBeyond && !wasBeyond) count += 1;
    wasBeyond = isBeyond;
  }
  return count;
}
