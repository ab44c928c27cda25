/** What novelty knows of a signal once its range is known: how often it showed what, and what was just said about it. */
import type { Instant } from '../../../kernel/clock.ts';
import { DailyProfile, type DailyProfileSnapshot } from './daily-profile.ts';
import { Rarity, type RaritySnapshot } from './rarity.ts';
import { rangeOf, SymbolCounts, type SymbolCountsSnapshot } from './symbol-counts.ts';

export type Reading = { readonly value: number; readonly at: Instant };
export type Learned = {
  readonly profile: DailyProfile;
  readonly values: SymbolCounts;
  /** Counts the distances from what is usual at the hour. */
  readonly distances: SymbolCounts;
  readonly rarity: Rarity;
  rows: number;
  /** The strangest that was said, faded. */
  said: number;
  /** Least and greatest value since the range was taken or the counts were halved. */
  low: number;
  high: number;
  isOutgrown: boolean;
};
export type LearnedSnapshot = {
  readonly profile: DailyProfileSnapshot;
  readonly values: SymbolCountsSnapshot;
  readonly distances: SymbolCountsSnapshot;
  readonly rarity: RaritySnapshot;
  readonly rows: number;
  readonly said: number;
  /** Null: no value since then. */
  readonly used: readonly [low: number, high: number] | null;
  readonly isOutgrown: boolean;
};

/** Readings that only teach: what is new at the very beginning is not rare. */
export const UNSCORED_ROWS = 150;
const FADE_EVERY_ROWS = 16_384;
/** What was said has faded to a third after so many readings. */
const FADING_ROWS = 100;
const KEPT_PER_ROW = Math.exp(-1 / FADING_ROWS);
/** Only what exceeds what was said by so much is said again. */
const NEWS = 1.25;
/** A signal that uses so little of its range, or so many times of it, has another range. */
const OUTGROWN = 4;

/** Takes the range of the readings and counts them again from the first, as if it had been known. */
export function learnedFrom(readings: readonly Reading[], resolution: number): Learned {
  const profile = new DailyProfile();
  const distances = readings.map(({ value, at }) => profile.push(value, at));
  const values = readings.map(({ value }) => value);
  const learned: Learned = {
    profile: new DailyProfile(),
    values: new SymbolCounts(rangeOf(values, resolution)),
    distances: new SymbolCounts(rangeOf(distances, resolution)),
    rarity: new Rarity(),
    rows: 0,
    said: 0,
    ...UNUSED,
    isOutgrown: false,
  };
  for (const reading of readings) look(learned, reading);
  return Object.assign(learned, UNUSED);
}

/** How strange a reading is, 0 when that is no news; then learns it. */
export function look(learned: Learned, { value, at }: Reading): number {
  const distance = learned.profile.push(value, at);
  const [ofValue, ofDistance] = [learned.values.push(value), learned.distances.push(distance)];
  const novelty = Math.sqrt((ofValue * ofValue + ofDistance * ofDistance) / 2);
  learned.rows += 1;
  learned.low = Math.min(learned.low, value);
  learned.high = Math.max(learned.high, value);
  const isScored = learned.rows > UNSCORED_ROWS;
  const strangeness = isScored ? novelty * learned.rarity.push(novelty) : 0;
  const said = learned.said * KEPT_PER_ROW;
  learned.said = Math.max(said, strangeness);
  if (learned.rows % FADE_EVERY_ROWS === 0) fade(learned);
  return strangeness > said * NEWS ? strangeness : 0;
}

const UNUSED = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

function fade(learned: Learned): void {
  learned.values.fade();
  learned.distances.fade();
  learned.rarity.fade();
  const used = (learned.high / 2 - learned.low / 2) / learned.values.range.halfWidth;
  learned.isOutgrown = used < 1 / OUTGROWN || used > OUTGROWN;
  Object.assign(learned, UNUSED);
}

export const snapshotLearned = ({
  profile,
  values,
  distances,
  rarity,
  low,
  high,
  ...rest
}: Learned): LearnedSnapshot => ({
  profile: profile.snapshot(),
  values: values.snapshot(),
  distances: distances.snapshot(),
  rarity: rarity.snapshot(),
  rows: rest.rows,
  said: rest.said,
  used: low > high ? null : [low, high],
  isOutgrown: rest.isOutgrown,
});

export function restoreLearned({ profile, values, distances, rarity, used, ...rest }: LearnedSnapshot): Learned {
  return {
    profile: new DailyProfile(profile),
    values: SymbolCounts.restore(values),
    distances: SymbolCounts.restore(distances),
    rarity: new Rarity(rarity),
    ...(used === null ? UNUSED : { low: used[0], high: used[1] }),
    ...rest,
  };
}
