/**
 * What moves away over days, as a sensor that ages. Looked at is the level: the mean of what each hour of the day (UTC) said
 * when it last came. It always holds one whole day, so that a daily cycle is not seen in it, however large; a machine that
 * runs in one shift has the hours of that shift.
 *
 *   reference  follows the level exponentially, over about a week, and no level as if it were more than four spreads away,
 *              so that one odd day leaves nothing behind.
 *   distance   of the level from its reference; of one more than four spreads away from the level a week before, if that is
 *              nearer: a weekend is no drift when the one before was like it, nor is what has stayed for a week.
 *   spread     from how the level differs from that of a day before (von Neumann, "Distribution of the ratio of the mean
 *              square successive difference to the variance", 1941): half the mean of the squares. What creeps hardly
 *              widens it. It follows over about a month; a difference counts as three times what is usual at most.
 *   sums       each hour adds its share of a day. A day at four spreads adds no more than the limit, so that a level
 *              that was off for an hour, and with it the mean of one day, is no drift.
 *   back       a level that has drifted and then lies on the other side, for half a spread and day more than is forgiven,
 *              was put right: the sums begin anew, and for a day the reference is the level itself.
 *
 * A number an hour of the day, one an hour of the week, and a few more.
 */
import { packNumbers, unpackNumbers } from '../../window/packed-numbers.ts';
import { spreadOf } from '../operator.ts';
import { accumulate, type Cusum, heightOf, MAX_Z, newCusum } from './cusum.ts';

export const HOURS_OF_DAY = 24;
const HOURS_OF_WEEK = 7 * HOURS_OF_DAY;
/** Days before something is said. */
const LEARNING_DAYS = 4;
const REFERENCE_DAYS = 7;
const SPREAD_DAYS = 30;
/** In spreads times days. */
export const DAILY_LIMIT = 4;
const BACK_LIMIT = 0.5;
const RULE = { allowance: 0.5, most: 2 * DAILY_LIMIT };
const FARTHEST_FOLLOWED = 3;

type Numbers = {
  /** Hours of the day that have been seen: the level is their mean. */
  hoursADay: number;
  level: number;
  reference: number;
  /** Mean square of the differences from a day before, and how many there were. */
  differenceSquare: number;
  differences: number;
  /** Hours so far. */
  hours: number;
  /** The way that the level has drifted; 0: it has not. */
  drifted: -1 | 0 | 1;
  /** Hours for which the reference still is the level. */
  hoursToSettle: number;
};
export type DailyDrift = Cusum &
  Numbers & {
    /** The latest mean of each hour of the day; NaN: not seen yet. */
    readonly means: Float64Array;
    /** The level when each hour of the week last came. */
    readonly levels: Float64Array;
  };
export type DailyDriftSnapshot = Cusum & Numbers & { readonly means: string; readonly levels: string };

export const newDailyDrift = (): DailyDrift => ({
  ...newCusum(),
  hoursADay: 0,
  level: 0,
  reference: 0,
  differenceSquare: 0,
  differences: 0,
  hours: 0,
  drifted: 0,
  hoursToSettle: 0,
  means: new Float64Array(HOURS_OF_DAY).fill(Number.NaN),
  levels: new Float64Array(HOURS_OF_WEEK).fill(Number.NaN),
});

export const snapshotDailyDrift = ({ means, levels, ...rest }: DailyDrift): DailyDriftSnapshot => ({
  ...rest,
  means: packNumbers(means),
  levels: packNumbers(levels),
});
export const restoreDailyDrift = ({ means, levels, ...rest }: DailyDriftSnapshot): DailyDrift => ({
  ...rest,
  means: unpackNumbers(means),
  levels: unpackNumbers(levels),
});

export type HourMean = {
  /** Hours since 1970. */
  readonly at: number;
  readonly mean: number;
};

/** Takes the mean of the next hour. False: it lies too far away to be squared, and nothing is known any more. */
export function takeHourOfDay(state: DailyDrift, { at, mean }: HourMean, resolution: number): boolean {
  putMean(state, placeOf(at, HOURS_OF_DAY), mean);
  const { hoursADay, level, levels } = state;
  const dayBefore = levels[placeOf(at - HOURS_OF_DAY, HOURS_OF_WEEK)] as number;
  const weekBefore = levels[placeOf(at, HOURS_OF_WEEK)] as number;
  levels[placeOf(at, HOURS_OF_WEEK)] = level;
  state.hours += 1;
  if (state.hours <= hoursADay || state.hoursToSettle > 0) {
    state.reference = level;
    state.hoursToSettle = Math.max(0, state.hoursToSettle - 1);
    return Number.isFinite(level);
  }
  const days = state.hours / hoursADay;
  const isLearning = days < LEARNING_DAYS;
  const sigma = dailySigma(state, resolution);
  const most = isLearning ? Number.POSITIVE_INFINITY : MAX_Z * sigma;
  const distance = level - state.reference;
  if (!isLearning) {
    const looked = Math.abs(distance) > most ? nearer(distance, level - weekBefore) : distance;
    accumulate(state, { z: looked === 0 ? 0 : looked / sigma, weight: 1 / hoursADay }, RULE);
    turn(state);
  }
  if (!Number.isNaN(dayBefore)) {
    const farthest = isLearning ? most : FARTHEST_FOLLOWED * Math.SQRT2 * sigma;
    const difference = Math.min(Math.abs(level - dayBefore), farthest);
    state.differences = Math.min(state.differences + 1, SPREAD_DAYS * hoursADay);
    state.differenceSquare += (difference * difference - state.differenceSquare) / state.differences;
  }
  const followed = Math.max(-most, Math.min(most, distance));
  state.reference += followed / (Math.min(days, REFERENCE_DAYS) * hoursADay);
  return Number.isFinite(state.differenceSquare) && Number.isFinite(state.reference);
}

export const dailySigma = ({ differenceSquare, reference }: DailyDrift, resolution: number): number =>
  spreadOf(Math.sqrt(differenceSquare / 2), resolution, reference);

/** In times of its limit; NaN while too few days are known. */
export const dailyHeight = (state: DailyDrift): number =>
  state.hours < LEARNING_DAYS * Math.max(1, state.hoursADay) ? Number.NaN : heightOf(state) / DAILY_LIMIT;

/** What an hour of the day would say if the level were the reference. */
export function usualAt({ means, level, reference }: DailyDrift, at: number): number {
  const before = means[placeOf(at, HOURS_OF_DAY)] as number;
  return Number.isNaN(before) ? reference : before - level + reference;
}

/** Added up anew each time, so that no sum keeps the rounding of what has left it. */
function putMean(state: DailyDrift, place: number, mean: number): void {
  const { means } = state;
  if (Number.isNaN(means[place])) state.hoursADay += 1;
  means[place] = mean;
  let sum = 0;
  for (let hour = 0; hour < HOURS_OF_DAY; hour++) {
    const one = means[hour] as number;
    if (!Number.isNaN(one)) sum += one;
  }
  state.level = sum / state.hoursADay;
}

/** Whether a drift begins, ends or is back. */
function turn(state: DailyDrift): void {
  const { up, down, drifted, hoursADay } = state;
  const isBack = (drifted === 1 && down >= BACK_LIMIT) || (drifted === -1 && up >= BACK_LIMIT);
  if (isBack) Object.assign(state, { ...newCusum(), drifted: 0, hoursToSettle: hoursADay });
  else if (up >= DAILY_LIMIT) state.drifted = 1;
  else if (down >= DAILY_LIMIT) state.drifted = -1;
  else state.drifted = 0;
}

/** `other` may be unknown. */
const nearer = (distance: number, other: number): number => (Math.abs(other) < Math.abs(distance) ? other : distance);

/** A time before 1970 has an hour too. */
const placeOf = (at: number, places: number): number => ((at % places) + places) % places;
