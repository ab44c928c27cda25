/** Long series of known causes: demand of a city, a machine's and a room's temperature, answers, load, keys of a keyboard. */
import type { Dice } from './dice.ts';
import { change, DAY_ROWS, FIVE_MINUTES_MS, placesIn, rowsOf, type Shape } from './planted-series.ts';

const HALF_HOUR_MS = 1_800_000;
const HOUR_MS = 3_600_000;
const bell = (distance: number, width: number): number => Math.exp(-(distance * distance) / width);

type Wandering = {
  readonly rows: number;
  readonly level: number;
  /** How much of an offset from the level is left a row later, and how far each row moves it. */
  readonly keep: number;
  readonly step: number;
  readonly day: number;
  readonly dayRows: number;
  readonly noise: number;
};
/** A level that wanders and returns, with a day on top. */
function wandering({ rows, level, keep, step, day, dayRows, noise }: Wandering, dice: Dice): number[] {
  let offset = 0;
  return rowsOf(rows, (row) => {
    offset = keep * offset + step * dice.normal();
    return level + offset + day * Math.sin((2 * Math.PI * row) / dayRows) + noise * dice.normal();
  });
}

const keys =
  (rows: number, press: (row: number, dice: Dice) => number): Shape =>
  (dice) => {
    const values = rowsOf(rows, (row) => press(row, dice));
    const labels = placesIn(rows, 2, dice);
    for (const at of labels) change(values, { at, rows: dice.whole(10, 60) }, (value) => value * dice.between(2, 3.5));
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  };

export const MACHINE_SHAPES: readonly Shape[] = [
  // Demand with days and weeks; some days have less or more of it.
  (dice) => {
    const rows = 10_320;
    const values = rowsOf(rows, (row) => {
      const [day, hour] = [Math.floor(row / 48), (row % 48) / 2];
      const isWeekend = day % 7 >= 5;
      const shape = 1 - 0.75 * bell(hour - (isWeekend ? 6 : 4.5), 8) + 0.4 * bell(hour - (isWeekend ? 23 : 19), 6);
      return 15_000 * shape + 500 * dice.normal() + 1_500 * Math.sin((2 * Math.PI * day) / 90);
    });
    const labels = placesIn(rows, 5, dice).map((place) => Math.floor(place / 48) * 48 + 20);
    for (const label of labels) {
      const share = dice.pick([0.4, 0.5, 0.6, 0.7, 1.5]);
      change(values, { at: label - 12, rows: 42 }, (value) => value * share);
    }
    return { values, stepMs: HALF_HOUR_MS, labels };
  },
  // A machine that cools down when it fails; it also stops now and then, which is no failure.
  (dice) => {
    const rows = 22_695;
    const values = wandering(
      { rows, level: 85, keep: 0.995, step: 0.55, day: 1.5, dayRows: DAY_ROWS, noise: 0.4 },
      dice,
    );
    const labels = placesIn(rows, 4, dice);
    for (const at of labels) {
      const depth = dice.between(15, 60);
      change(values, { at, rows: dice.whole(60, 300) }, (value, age, of) => {
        const recovery = Math.max(0, age / of - 0.7);
        return value - depth * Math.min(1, age / 30) * (1 - recovery);
      });
    }
    for (let stop = 0; stop < 4; stop++) {
      const depth = dice.between(8, 20);
      change(values, { at: dice.whole(2_000, rows - 200), rows: dice.whole(20, 80) }, (value) => value - depth);
    }
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  },
  // A room, every hour.
  (dice) => {
    const rows = 7_267;
    const values = wandering({ rows, level: 71, keep: 0.98, step: 0.5, day: 2, dayRows: 24, noise: 0.6 }, dice);
    const labels = placesIn(rows, 2, dice);
    for (const at of labels) {
      const away = dice.pick([-1, 1]) * dice.between(6, 12);
      change(values, { at, rows: dice.whole(40, 150) }, (value) => value + away);
    }
    return { values, stepMs: HOUR_MS, labels };
  },
  // How long answers take.
  (dice) => {
    const rows = 14 * DAY_ROWS;
    const values = rowsOf(rows, () => 45 * (1 + 0.02 * dice.normal()) + (dice.chance(0.01) ? dice.between(0, 15) : 0));
    const labels = placesIn(rows, 3, dice);
    for (const at of labels) change(values, { at, rows: dice.whole(1, 4) }, (value) => value + dice.between(20, 60));
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  },
  // A load that swings, and then no longer does.
  (dice) => {
    const rows = 18_050;
    const values = rowsOf(
      rows,
      (row) => (row % 144 < 100 ? 40 : 75) + 10 * dice.normal() + (dice.chance(0.02) ? 20 : 0),
    );
    const labels = placesIn(rows, 1, dice);
    for (const at of labels)
      change(values, { at, rows: 1_800 }, (value) => Math.min(100, 66 + 0.3 * value + 3 * dice.normal()));
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  },
  keys(1_882, (row, dice) => 0.07 * dice.lognormal(Math.floor(row / 27) % 7 >= 5 ? 0.2 : 0.45)),
  keys(5_315, (_, dice) => Math.max(0, 2 * dice.lognormal(0.5) * (dice.chance(0.05) ? 2.5 : 1) - 1)),
];
