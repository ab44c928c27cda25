/**
 * Makes many readings few enough for a chart without hiding a spike: equal stretches of time, each with its lowest and
 * highest value. A stretch without a reading gives no point, so that a gap stays a gap. Pure.
 */
import type { Instant } from '../../kernel/clock.ts';

/** Time of the first reading of the stretch, lowest, highest. */
export type SeriesPoint = readonly [at: Instant, min: number, max: number];

export class Buckets {
  readonly #from: Instant;
  readonly #widthMs: number;
  readonly #points = new Map<number, [Instant, number, number]>();

  /** At most `count` points over `[from, to)`. */
  constructor({ from, to, count }: { readonly from: Instant; readonly to: Instant; readonly count: number }) {
    this.#from = from;
    this.#widthMs = Math.max(1, (to - from) / count);
  }

  /** A reading, or with `max` the least and the greatest of several from `at` on; in the order of their times. */
  add(at: Instant, min: number, max = min): void {
    const place = Math.floor((at - this.#from) / this.#widthMs);
    const point = this.#points.get(place);
    if (point === undefined) this.#points.set(place, [at, min, max]);
    else {
      point[1] = Math.min(point[1], min);
      point[2] = Math.max(point[2], max);
    }
  }

  points(): SeriesPoint[] {
    return [...this.#points.values()];
  }
}
