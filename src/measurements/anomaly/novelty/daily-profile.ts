/**
 * What a signal usually is at this hour of the day. The distance from it shows a peak that did not come, or one that came
 * at night, although the value itself has been seen a thousand times.
 *
 * Each hour (UTC) has a mean that follows the readings of that hour exponentially. The weight of a reading is the time
 * that it stands for, so that a sensor read every second forgets as slowly as one read every five minutes.
 */
import type { Instant } from '../../../kernel/clock.ts';
import { packNumbers, unpackNumbers } from '../../window/packed-numbers.ts';

const HOURS = 24;
const HOUR_MS = 3_600_000;
/**
 * So much time within an hour of the day replaces about two thirds of what was known of it: four days. Chosen on planted
 * series; 2.5 to 7 hours do about as well.
 */
const MEMORY_MS = 4 * HOUR_MS;
/** Half of the greatest double: a distance of two values is never infinite. */
const FARTHEST = Number.MAX_VALUE / 4;

export type DailyProfileSnapshot = { readonly means: string; readonly lastAt: Instant | null };

export class DailyProfile {
  readonly #means: Float64Array;
  #lastAt: Instant | null;

  constructor({ means, lastAt }: DailyProfileSnapshot = { means: '', lastAt: null }) {
    this.#means = means === '' ? new Float64Array(HOURS).fill(Number.NaN) : unpackNumbers(means);
    this.#lastAt = lastAt;
  }

  /** The distance of a value from what is usual at its hour, 0 at an hour not seen before; then learns it. */
  push(value: number, at: Instant): number {
    const hour = hourOf(at);
    const heldMs = this.#lastAt === null ? 0 : Math.max(0, Math.min(HOUR_MS, at - this.#lastAt));
    this.#lastAt = at;
    const usual = this.#means[hour] as number;
    if (Number.isNaN(usual)) {
      this.#means[hour] = value;
      return 0;
    }
    const kept = Math.exp(-heldMs / MEMORY_MS);
    this.#means[hour] = usual * kept + value * (1 - kept);
    return Math.max(-FARTHEST, Math.min(FARTHEST, value - usual));
  }

  /** Undefined at an hour not seen before. */
  usualAt(at: Instant): number | undefined {
    const usual = this.#means[hourOf(at)] as number;
    return Number.isNaN(usual) ? undefined : usual;
  }

  snapshot(): DailyProfileSnapshot {
    return { means: packNumbers(this.#means), lastAt: this.#lastAt };
  }
}

/** A time before 1970 has an hour too. */
const hourOf = (at: Instant): number => ((Math.floor(at / HOUR_MS) % HOURS) + HOURS) % HOURS;
