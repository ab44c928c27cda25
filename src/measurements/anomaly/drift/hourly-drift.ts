/**
 * What moves away within a day, as a bearing that begins to fail: the means of hours against the mean of the hours before
 * them, in their standard deviations. Both follow the hours exponentially, over about a week of them. Forgiven are two
 * standard deviations: neither the night side of a daily cycle nor a weekend lies farther away for hours on end.
 */
import { MIN_BASELINE_ROWS, spreadOf } from '../operator.ts';
import { accumulate, type Cusum, heightOf, newCusum } from './cusum.ts';

/** JSON: its own snapshot. */
export type HourlyDrift = Cusum & { hours: number; expected: number; variance: number };

const MEMORY_HOURS = 168;
/** Six hours four standard deviations away reach it. */
export const HOURLY_LIMIT = 12;
const RULE = { allowance: 2, most: 2 * HOURLY_LIMIT };

export const newHourlyDrift = (): HourlyDrift => ({ ...newCusum(), hours: 0, expected: 0, variance: 0 });

/** Takes the mean of the next hour. False: it lies too far away to be squared, and nothing is known any more. */
export function takeHour(state: HourlyDrift, mean: number, resolution: number): boolean {
  const distance = mean - state.expected;
  if (state.hours >= MIN_BASELINE_ROWS) {
    const sigma = hourlySigma(state, resolution);
    accumulate(state, { z: distance === 0 ? 0 : distance / sigma }, RULE);
  }
  state.hours = Math.min(state.hours + 1, MEMORY_HOURS);
  const share = 1 / state.hours;
  state.variance = (1 - share) * (state.variance + share * distance * distance);
  state.expected += share * distance;
  return Number.isFinite(state.variance);
}

export const hourlySigma = ({ variance, expected }: HourlyDrift, resolution: number): number =>
  spreadOf(Math.sqrt(variance), resolution, expected);

/** In times of its limit; NaN while too few hours are known. */
export const hourlyHeight = (state: HourlyDrift): number =>
  state.hours < MIN_BASELINE_ROWS ? Number.NaN : heightOf(state) / HOURLY_LIMIT;
