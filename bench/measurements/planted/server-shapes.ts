/** Signals of servers: load, network, disk, requests; most are not Gaussian at all. */
import type { Dice } from './dice.ts';
import { change, DAY_ROWS, FIVE_MINUTES_MS, placesIn, rowsOf, type Shape } from './planted-series.ts';

type Plan = { readonly rows: number; readonly labels: readonly number[]; readonly dice: Dice };
type Signal = {
  readonly values: number[];
  readonly event: (value: number, age: number, of: number) => number;
  readonly eventRows: readonly [number, number];
};

/** Of two weeks, mostly, with one or two events. */
const server =
  (signal: (plan: Plan) => Signal): Shape =>
  (dice) => {
    const rows = dice.chance(0.85) ? 14 * DAY_ROWS : dice.whole(1_200, 4_700);
    const labels = placesIn(rows, dice.pick([1, 2]), dice);
    const { values, event, eventRows } = signal({ rows, labels, dice });
    for (const at of labels) change(values, { at, rows: dice.whole(...eventRows) }, event);
    return { values, stepMs: FIVE_MINUTES_MS, labels };
  };

export const SERVER_SHAPES: readonly Shape[] = [
  // A load with spikes, regular or not.
  server(({ rows, dice }) => {
    const [base, amplitude, every] = [dice.between(1, 30), dice.between(1, 20), dice.whole(6, 150)];
    const noise = base * dice.between(0.02, 0.15);
    const isRegular = dice.chance(0.5);
    let next = 0;
    const values = rowsOf(rows, (row) => {
      const isSpike = row >= next;
      if (isSpike) next = row + (isRegular ? every : 1 + dice.exponential(every));
      return Math.max(0, base + noise * dice.normal() + (isSpike ? amplitude * dice.between(0.7, 1.3) : 0));
    });
    const up = amplitude * dice.between(1.3, 4);
    const kind = dice.whole(0, 2);
    const event = (value: number, age: number) =>
      kind === 0 ? value + up : kind === 1 ? Math.max(0, value - base * 0.9) : value + up * Math.exp(-age / 10);
    return { values, event, eventRows: [1, 70] };
  }),
  // Traffic in bursts.
  server(({ rows, dice }) => {
    const [base, sigma] = [10 ** dice.between(3, 6), dice.between(0.1, 0.5)];
    let burst = 0;
    const values = rowsOf(rows, () => {
      burst = dice.chance(0.01) ? dice.between(1, 8) : burst * 0.8;
      return base * dice.lognormal(sigma) * (1 + burst);
    });
    return { values, event: (value) => value * dice.between(6, 30), eventRows: [1, 20] };
  }),
  // A disk that is written at fixed times.
  server(({ rows, dice }) => {
    const [every, amount] = [dice.whole(10, 140), 10 ** dice.between(4, 8)];
    const values = rowsOf(rows, (row) =>
      row % every < 2 ? amount * dice.between(0.6, 1.4) : dice.chance(0.02) ? amount * dice.between(0, 1) : 0,
    );
    const [low, high] = dice.chance(0.5) ? [1.8, 4] : [0.2, 0.9];
    return { values, event: () => amount * dice.between(low, high), eventRows: [3, 60] };
  }),
  // Requests with a day.
  server(({ rows, dice }) => {
    const mean = dice.between(5, 100);
    const values = rowsOf(rows, (row) =>
      dice.poisson(mean * (1 + 0.6 * Math.sin((2 * Math.PI * row) / DAY_ROWS)) * (dice.chance(0.01) ? 2 : 1)),
    );
    return { values, event: (value) => value + mean * dice.between(4, 9), eventRows: [1, 15] };
  }),
  // A level that changes, and changes back.
  server(({ rows, labels, dice }) => {
    const level = dice.between(5, 60);
    const noise = level * dice.between(0.01, 0.1);
    const shift = dice.pick([-1, 1]) * noise * dice.between(4, 12);
    const values = rowsOf(rows, (row) => {
      const changes = labels.filter((label) => label <= row).length;
      const outlier = dice.chance(0.015) ? noise * dice.between(4, 8) : 0;
      return Math.max(0, level + (changes % 2) * shift + noise * dice.normal() + outlier);
    });
    return { values, event: (value) => value, eventRows: [1, 1] };
  }),
  // Almost nothing, in steps of 0.002.
  server(({ rows, dice }) => {
    const base = dice.between(0.05, 0.2);
    const stepped = (value: number) => Math.round(value / 0.002) * 0.002;
    const values = rowsOf(rows, () =>
      stepped(base + 0.002 * dice.pick([-1, 0, 0, 0, 1, 2]) + (dice.chance(0.015) ? dice.between(0.1, 0.6) : 0)),
    );
    return { values, event: (value) => value + dice.between(1.2, 3), eventRows: [1, 6] };
  }),
  // The size of a group of machines.
  server(({ rows, dice }) => {
    let level = 28;
    const values = rowsOf(rows, () => {
      if (dice.chance(0.004)) level = dice.pick([20, 24, 28, 32, 36]);
      return level + 0.5 * dice.normal();
    });
    return { values, event: (value) => value * dice.between(0.05, 0.1), eventRows: [20, 200] };
  }),
  // A slow wave with a ramp in it.
  server(({ rows, dice }) => {
    const [middle, spread] = [dice.between(20, 60), dice.between(0.3, 2)];
    let level = middle;
    const values = rowsOf(rows, () => {
      level += 0.02 * (middle - level) + 0.4 * spread * dice.normal();
      return Math.max(0, level + 0.5 * spread * dice.normal());
    });
    return { values, event: (value, age, of) => value + (12 * spread * age) / of, eventRows: [50, 200] };
  }),
];
