/** Clean signals with the same day over and over, as NAB's artificial series have; some days are not like the others. */
import type { Dice } from './dice.ts';
import { change, DAY_ROWS, FIVE_MINUTES_MS, placesIn, rowsOf, type Shape } from './planted-series.ts';

const ROWS = 14 * DAY_ROWS;
const hourOf = (row: number): number => (row % DAY_ROWS) / 12;
const isDay = (row: number): boolean => hourOf(row) >= 9 && hourOf(row) < 18;
const plateau = (dice: Dice, noise: number): number[] =>
  rowsOf(ROWS, (row) => (isDay(row) ? 80 + 8 * noise * dice.between(-1, 1) : 20 + 2 * noise * dice.between(-1, 1)));
const steady = (values: number[]) => ({ values, stepMs: FIVE_MINUTES_MS, labels: [] });

export const QUIET_SHAPES: readonly Shape[] = [
  (dice) => steady(plateau(dice, 0.3)),
  (dice) => steady(plateau(dice, 0)),
  () => steady(rowsOf(ROWS, () => 45)),
  () => steady(rowsOf(ROWS, (row) => (row % DAY_ROWS < DAY_ROWS / 2 ? 20 : 80))),
  (dice) => steady(rowsOf(ROWS, () => dice.between(20, 25))),
];

/** On one day the hours from–to are otherwise. */
const otherDay =
  (from: number, to: number, value: (before: number, dice: Dice) => number): Shape =>
  (dice) => {
    const values = plateau(dice, 1);
    const at = dice.whole(8, 12) * DAY_ROWS + from * 12;
    change(values, { at, rows: (to - from) * 12 }, (before) => value(before, dice));
    return { values, stepMs: FIVE_MINUTES_MS, labels: [at] };
  };

export const DAILY_SHAPES: readonly Shape[] = [
  otherDay(9, 18, (before, dice) => before - dice.between(30, 40)),
  otherDay(11, 14, (before) => before - 40),
  otherDay(11, 14, (before) => before + 80),
  otherDay(9, 18, (_, dice) => 20 + dice.between(-2, 2)),
  // A spike a day, and then one every two hours.
  (dice) => {
    const values = rowsOf(ROWS, (row) => (row % DAY_ROWS === 0 ? 20 : dice.between(0, 0.2)));
    const at = dice.whole(8, 12) * DAY_ROWS;
    change(values, { at, rows: DAY_ROWS }, (before, age) => (age % 24 === 0 ? 20 : before));
    return { values, stepMs: FIVE_MINUTES_MS, labels: [at + 24] };
  },
  // Spikes here and there, and then many high ones.
  (dice) => {
    const values = rowsOf(ROWS, () => dice.between(0, dice.chance(0.03) ? 1 : 0.2));
    const [at = 0] = placesIn(ROWS, 1, dice);
    change(values, { at, rows: 60 }, (before) => (dice.chance(0.5) ? dice.between(1, 3) : before));
    return { values, stepMs: FIVE_MINUTES_MS, labels: [at] };
  },
];
