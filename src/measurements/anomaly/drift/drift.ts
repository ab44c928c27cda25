/**
 * Drift: a level that moves away and stays away, too slowly for any single reading to be strange. Readings are taken
 * together by the hour of the clock, since neighbouring ones resemble each other and count once. Two sums are kept: of
 * what moves away within a day (HourlyDrift), and of what takes days and would be lost in a daily cycle (DailyDrift). The
 * score is 8 when the larger one has reached its limit. It stays until the hour is over.
 *
 * Why two, and why these figures: docs/decisions/0036-drift-is-seen-in-whole-days.md.
 */
import type { Instant } from '../../../kernel/clock.ts';
import type { Operator, OperatorState } from '../operator.ts';
import {
  type DailyDrift,
  type DailyDriftSnapshot,
  dailyHeight,
  dailySigma,
  newDailyDrift,
  restoreDailyDrift,
  snapshotDailyDrift,
  takeHourOfDay,
  usualAt,
} from './daily-drift.ts';
import { type HourlyDrift, hourlyHeight, hourlySigma, newHourlyDrift, takeHour } from './hourly-drift.ts';

export type DriftConfig = { readonly resolution: number };
export type DriftState = OperatorState & {
  readonly config: DriftConfig;
  readonly hour: PresentHour;
  hourly: HourlyDrift;
  daily: DailyDrift;
  score: number;
  expected: number;
  sigma: number;
  isFall: boolean;
};
/** The mean of the readings of the hour that is not over; `at` counts hours since 1970. */
type PresentHour = { at: number; mean: number; rows: number };
export type DriftSnapshot = {
  readonly hour: PresentHour;
  readonly hourly: HourlyDrift;
  readonly daily: DailyDriftSnapshot;
};

/** The score at which a sum has reached its limit. */
export const DRIFT_THRESHOLD = 8;
const HOUR_MS = 3_600_000;

export const drift = {
  init: (config: DriftConfig): DriftState => ({
    config,
    hour: { at: 0, mean: 0, rows: 0 },
    hourly: newHourlyDrift(),
    daily: newDailyDrift(),
    score: Number.NaN,
    expected: 0,
    sigma: 0,
    isFall: false,
  }),
  push: (state: DriftState, value: number, at: Instant): number => {
    const { hour } = state;
    const place = Math.floor(at / HOUR_MS);
    if (place !== hour.at) {
      if (hour.rows > 0) endHour(state);
      hour.at = place;
      hour.mean = value;
      hour.rows = 1;
      judge(state);
      return state.score;
    }
    hour.rows += 1;
    hour.mean += value / hour.rows - hour.mean / hour.rows;
    return state.score;
  },
  snapshot: ({ hour, hourly, daily }: DriftState): DriftSnapshot => ({
    hour: { ...hour },
    hourly: { ...hourly },
    daily: snapshotDailyDrift(daily),
  }),
  /** What was remembered before hours were counted is of no use: it is learned anew. */
  restore: (config: DriftConfig, snapshot: DriftSnapshot | { readonly blocks: number }): DriftState => {
    if ('blocks' in snapshot) return drift.init(config);
    const { hour, hourly, daily } = snapshot;
    const state = { ...drift.init(config), hour: { ...hour }, hourly: { ...hourly }, daily: restoreDailyDrift(daily) };
    judge(state);
    return state;
  },
} satisfies Operator<DriftConfig, DriftState, DriftSnapshot>;

/** A level too far away to be squared would never be forgotten: what was known is given up. */
function endHour(state: DriftState): void {
  const { resolution } = state.config;
  const { at, mean } = state.hour;
  const isKnown = takeHour(state.hourly, mean, resolution) && takeHourOfDay(state.daily, { at, mean }, resolution);
  if (isKnown) return;
  state.hourly = newHourlyDrift();
  state.daily = newDailyDrift();
}

/** What the sums say from the beginning of this hour to its end. */
function judge(state: DriftState): void {
  const { config, daily, hourly, hour } = state;
  const [ofDays, ofHours] = [dailyHeight(daily), hourlyHeight(hourly)];
  const isOfDays = ofDays >= ofHours || Number.isNaN(ofHours);
  const sums = isOfDays ? daily : hourly;
  state.score = DRIFT_THRESHOLD * (isOfDays ? ofDays : ofHours);
  state.expected = isOfDays ? usualAt(daily, hour.at) : hourly.expected;
  state.sigma = isOfDays ? dailySigma(daily, config.resolution) : hourlySigma(hourly, config.resolution);
  state.isFall = sums.down > sums.up;
}
