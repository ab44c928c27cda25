/** A series made by us, with what was planted in it. */
import type { Dice } from './dice.ts';

export type PlantedSeries = {
  readonly family: string;
  readonly values: number[];
  readonly stepMs: number;
  /** The rows that somebody would call the anomaly. */
  readonly labels: readonly number[];
};
export type Shape = (dice: Dice) => Omit<PlantedSeries, 'family'>;

export const FIVE_MINUTES_MS = 300_000;
export const DAY_ROWS = 288;

/** So many rows, one after the other. */
export const rowsOf = (rows: number, value: (row: number) => number): number[] =>
  Array.from({ length: rows }, (_, row) => value(row));

/** Places for anomalies: behind the learning, and apart from each other. */
export function placesIn(rows: number, count: number, dice: Dice): number[] {
  const places: number[] = [];
  for (let tries = 0; places.length < count && tries < 200; tries++) {
    const place = dice.whole(Math.floor(rows * 0.2), Math.floor(rows * 0.95));
    if (places.every((other) => Math.abs(other - place) > rows * 0.06)) places.push(place);
  }
  return places.sort((one, other) => one - other);
}

/** Changes some rows from a place on; `age` counts them, `of` is how many there are. */
export function change(
  values: number[],
  { at, rows }: { readonly at: number; readonly rows: number },
  to: (value: number, age: number, of: number) => number,
): void {
  for (let row = at; row < Math.min(values.length, at + rows); row++)
    values[row] = to(values[row] as number, row - at, rows);
}
