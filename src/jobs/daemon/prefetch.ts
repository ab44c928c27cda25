/**
 * How many jobs a worker takes ahead of its hands: as many as its hands end while one claim is under way. That pays only
 * where jobs are short beside the round trip; a worker of slow kinds takes none, so that a crash strands nothing and the
 * most urgent job is always the next.
 */
export const MAX_PREFETCH = 100;
/** Before so many jobs nothing is known of them. */
const MIN_JOBS = 20;
/** The weight of what came last. */
const WEIGHT = 0.1;

export class Prefetch {
  #roundTripMs: number | undefined;
  #jobMs: number | undefined;
  #jobs = 0;
  readonly #concurrency: number;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** A claim that did not wait for jobs. */
  claimed(ms: number): void {
    this.#roundTripMs = averaged(this.#roundTripMs, ms);
  }

  ran(ms: number): void {
    this.#jobs += 1;
    this.#jobMs = averaged(this.#jobMs, ms);
  }

  /** Two round trips' worth of jobs, none when that is less than half the hands. */
  get target(): number {
    if (this.#jobs < MIN_JOBS || this.#roundTripMs === undefined || this.#jobMs === undefined) return 0;
    const wanted = Math.floor((2 * this.#concurrency * this.#roundTripMs) / Math.max(this.#jobMs, 0.1));
    return wanted < this.#concurrency / 2 ? 0 : Math.min(wanted, this.#concurrency, MAX_PREFETCH);
  }
}

const averaged = (before: number | undefined, value: number): number =>
  before === undefined ? value : before + WEIGHT * (value - before);
