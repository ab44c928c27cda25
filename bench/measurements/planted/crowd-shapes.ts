/** Signals that many people make together: prices of advertising, roads, messages about a company. */
import { change, DAY_ROWS, FIVE_MINUTES_MS, placesIn, rowsOf, type Shape } from './planted-series.ts';

const HOUR_MS = 3_600_000;
const bell = (distance: number, width: number): number => Math.exp(-(distance * distance) / width);

export const ADVERTISING_SHAPES: readonly Shape[] = [
  (dice) => {
    const rows = dice.whole(1_538, 1_648);
    const [base, sigma, day] = [dice.between(0.05, 0.5), dice.between(0.1, 0.4), dice.between(0, 0.3)];
    const values = rowsOf(
      rows,
      (row) =>
        base *
        dice.lognormal(sigma) *
        (1 + day * Math.sin((2 * Math.PI * row) / 24)) *
        (dice.chance(0.01) ? dice.between(1.5, 3) : 1),
    );
    const labels = placesIn(rows, dice.pick([1, 2, 2]), dice);
    for (const at of labels) {
      const isUp = dice.chance(0.75);
      const factor = isUp ? dice.between(4, 12) : dice.between(0.05, 0.2);
      change(values, { at, rows: dice.whole(1, isUp ? 4 : 20) }, (value) => value * factor);
    }
    return { values, stepMs: HOUR_MS, labels };
  },
];

type Road = {
  readonly usual: (rush: number, hour: number, dice: Parameters<Shape>[0]) => number;
  readonly jam: (value: number, dice: Parameters<Shape>[0]) => number;
};
const road =
  ({ usual, jam }: Road): Shape =>
  (dice) => {
    const [rows, dayRows] = [dice.whole(1_127, 2_500), dice.pick([130, 200, DAY_ROWS])];
    const values = rowsOf(rows, (row) => {
      const hour = ((row % dayRows) / dayRows) * 24;
      return usual(bell(hour - 8, 2) + 0.8 * bell(hour - 17, 3), hour, dice);
    });
    const labels = placesIn(rows, dice.pick([1, 2, 2]), dice);
    for (const at of labels) change(values, { at, rows: dice.whole(2, 25) }, (value) => jam(value, dice));
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  };

export const ROAD_SHAPES: readonly Shape[] = [
  road({
    usual: (rush, hour, dice) =>
      3 + 14 * rush + dice.between(0, hour > 6 && hour < 21 ? 8 : 0.8) + (dice.chance(0.01) ? dice.between(0, 10) : 0),
    jam: (value, dice) => value + dice.between(15, 35),
  }),
  road({
    usual: (rush, _, dice) => {
      const slow = dice.chance(0.05 * rush + 0.005) ? dice.between(10, 30) : 0;
      return Math.max(5, Math.round(70 - 12 * rush - slow + 3 * dice.normal()));
    },
    jam: (value, dice) => Math.max(3, value - dice.between(30, 55)),
  }),
  road({
    usual: (rush, _, dice) => {
      const delay = dice.chance(0.03) ? dice.between(1.5, 4) : 1;
      return Math.max(30, Math.round(150 * dice.lognormal(0.25) * (1 + 1.2 * rush) * delay));
    },
    jam: (value, dice) => value * dice.between(3, 8),
  }),
];

export const MESSAGE_SHAPES: readonly Shape[] = [
  (dice) => {
    const rows = dice.whole(15_831, 15_902);
    const [mean, sigma] = [10 ** dice.between(0.5, 2), dice.between(0.2, 0.6)];
    let talk = 0;
    const values = rowsOf(rows, (row) => {
      talk = 0.93 * (talk + (dice.chance(0.002) ? dice.exponential(1.5) : 0));
      const day = 1 + 0.6 * Math.sin((2 * Math.PI * row) / DAY_ROWS);
      return dice.poisson(mean * day * dice.lognormal(sigma) * (1 + talk));
    });
    const labels = placesIn(rows, dice.whole(2, 4), dice);
    for (const at of labels) {
      const [height, fading] = [mean * dice.between(8, 40), dice.between(3, 40)];
      change(
        values,
        { at, rows: 200 },
        (value, age) => value + dice.poisson(height * Math.exp(-age / fading) * dice.between(0.6, 1.4)),
      );
    }
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  },
];
