/** The bucket statistics of every metric of a device, in buckets of one width that begin at its multiples. */
import type { Instant } from '../../kernel/clock.ts';
import { addCount, addValue, type Bucket, newBucket } from './bucket.ts';

export type BucketRow = { readonly metric: string; readonly start: Instant; readonly bucket: Bucket };

/** JSON: its own snapshot. */
export type BucketsState = {
  start: Instant;
  buckets: Bucket[];
  /** Of each metric the value that holds now, from when it has not been added yet, and for how long it holds at most. */
  held: { value: number; from: Instant; until: Instant }[];
};

export class Buckets {
  readonly widthMs: number;
  readonly #metrics: readonly string[];
  readonly #maxGapMs: number;

  constructor({
    widthMs,
    metrics,
    maxGapMs,
  }: {
    readonly widthMs: number;
    readonly metrics: readonly string[];
    readonly maxGapMs: number;
  }) {
    this.widthMs = widthMs;
    this.#metrics = metrics;
    this.#maxGapMs = maxGapMs;
  }

  init(): BucketsState {
    return {
      start: 0,
      buckets: this.#metrics.map(newBucket),
      held: this.#metrics.map(() => ({ value: 0, from: 0, until: 0 })),
    };
  }

  /** Moves on to the bucket that contains `at`; hands out those that are over. Answers where the new one ends. */
  moveTo(state: BucketsState, at: Instant, emit: (row: BucketRow) => void): Instant {
    while (at >= state.start + this.widthMs) {
      const end = state.start + this.widthMs;
      this.#hold(state, end);
      const isEmpty = this.#emit(state, emit);
      state.buckets = this.#metrics.map(newBucket);
      // What holds no longer gives nothing to the buckets in between.
      state.start = isEmpty ? Math.floor(at / this.widthMs) * this.widthMs : end;
    }
    return state.start + this.widthMs;
  }

  gauge(state: BucketsState, metric: number, { at, value }: { readonly at: Instant; readonly value: number }): void {
    const bucket = state.buckets[metric] as Bucket;
    const held = state.held[metric] as BucketsState['held'][number];
    const until = at < held.until ? at : held.until;
    if (until > held.from) {
      bucket.integral += held.value * (until - held.from);
      bucket.heldMs += until - held.from;
    }
    held.value = value;
    held.from = at;
    held.until = at + this.#maxGapMs;
    addValue(bucket, at, value);
  }

  counter(
    state: BucketsState,
    metric: number,
    reading: { readonly at: Instant; readonly value: number; readonly delta: number },
  ): void {
    addCount(state.buckets[metric] as Bucket, reading.at, reading);
  }

  /** Hands out the bucket that is open, with what holds until `at`. */
  finish(state: BucketsState, at: Instant, emit: (row: BucketRow) => void): void {
    this.#hold(state, at);
    this.#emit(state, emit);
  }

  #hold(state: BucketsState, to: Instant): void {
    for (const [metric, held] of state.held.entries()) {
      const until = Math.min(to, held.until);
      if (until <= held.from) continue;
      const bucket = state.buckets[metric] as Bucket;
      bucket.integral += held.value * (until - held.from);
      bucket.heldMs += until - held.from;
      held.from = until;
    }
  }

  #emit(state: BucketsState, emit: (row: BucketRow) => void): boolean {
    let isEmpty = true;
    for (const [metric, bucket] of state.buckets.entries()) {
      if (bucket.n === 0 && bucket.heldMs === 0) continue;
      isEmpty = false;
      emit({ metric: this.#metrics[metric] as string, start: state.start, bucket });
    }
    return isEmpty;
  }
}
