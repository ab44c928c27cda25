/**
 * Novelty: whether a reading, or the way it follows the readings before it, is something that this signal has hardly ever
 * shown. It needs no idea of a distribution, so that bursts, steps and two-level signals are as good to it as noise.
 *
 *   seen twice   as it is, and as its distance from what is usual at that hour of the day (DailyProfile).
 *   novelty      each of the two is counted as symbols (SymbolCounts); the root mean square of both is the novelty, 0 to 1.
 *   rarity       how rarely something as new came before (Rarity); novelty × rarity is how strange the reading is.
 *   said once    what was just said fades over about 100 readings; only what is a quarter stranger than that has a score,
 *                everything else has 0. So one incident is one alarm, and a second, worse one is another.
 *
 * Learning: no score for 150 readings. Then, and once more after 600, the range of both views is taken from all readings so
 * far and these are counted again from the first, as if the range had been known; afterwards the readings are let go. Every
 * 16,384 readings all counts are halved, so that what a machine no longer does becomes new again. A signal that has since used
 * less than a quarter of its range, or more than four times of it, is learned anew from the next 600 readings.
 *
 * Why these parts and these figures: docs/decisions/0030-novelty-is-counted.md.
 */
import type { Instant } from '../../../kernel/clock.ts';
import { packNumbers, unpackNumbers } from '../../window/packed-numbers.ts';
import type { Operator, OperatorState } from '../operator.ts';
import {
  type Learned,
  type LearnedSnapshot,
  learnedFrom,
  look,
  type Reading,
  restoreLearned,
  snapshotLearned,
  UNSCORED_ROWS,
} from './learned.ts';
import { symbolWidth } from './symbol-counts.ts';

/** After so many readings the range is taken, and taken again. */
const FIRST_LEARNING_ROWS = UNSCORED_ROWS;
export const LEARNING_ROWS = 600;

export type NoveltyConfig = {
  /** The smallest step that the sensor shows; 0: unknown. */
  readonly resolution: number;
};
export type NoveltyState = OperatorState & {
  readonly config: NoveltyConfig;
  /** The readings so far, until the range is taken; undefined: it is final. */
  learning: Reading[] | undefined;
  learned: Learned | undefined;
  expected: number;
  sigma: number;
};
/** `learning`: value and time of each reading in turn. */
export type NoveltySnapshot = { readonly learning: string | null; readonly learned: LearnedSnapshot | null };

export const novelty = {
  init: (config: NoveltyConfig): NoveltyState => ({ config, learning: [], learned: undefined, expected: 0, sigma: 0 }),
  push: (state: NoveltyState, value: number, at: Instant): number => {
    const { learned } = state;
    let score = Number.NaN;
    if (learned !== undefined) {
      state.expected = learned.profile.usualAt(at) ?? value;
      state.sigma = symbolWidth(learned.values.range);
      score = look(learned, { value, at });
    }
    learn(state, { value, at });
    return score;
  },
  snapshot: ({ learning, learned }: NoveltyState): NoveltySnapshot => ({
    learning:
      learning === undefined ? null : packNumbers(Float64Array.from(learning.flatMap(({ value, at }) => [value, at]))),
    learned: learned === undefined ? null : snapshotLearned(learned),
  }),
  restore: (config: NoveltyConfig, { learning, learned }: NoveltySnapshot): NoveltyState => ({
    config,
    learning: learning === null ? undefined : readingsOf(unpackNumbers(learning)),
    learned: learned === null ? undefined : restoreLearned(learned),
    expected: 0,
    sigma: 0,
  }),
} satisfies Operator<NoveltyConfig, NoveltyState, NoveltySnapshot>;

function learn(state: NoveltyState, reading: Reading): void {
  if (state.learning === undefined) {
    if (state.learned?.isOutgrown === true) state.learning = [];
    return;
  }
  state.learning.push(reading);
  const rows = state.learning.length;
  const isFirst = rows === FIRST_LEARNING_ROWS && state.learned === undefined;
  if (!isFirst && rows < LEARNING_ROWS) return;
  state.learned = learnedFrom(state.learning, state.config.resolution);
  if (rows >= LEARNING_ROWS) state.learning = undefined;
}

function readingsOf(numbers: Float64Array): Reading[] {
  const readings: Reading[] = [];
  for (let place = 0; place < numbers.length; place += 2)
    readings.push({ value: numbers[place] as number, at: numbers[place + 1] as number });
  return readings;
}
