/**
 * The straight line through the values of the last stretch of time, by least squares: sums of squared and of mixed
 * distances from the means, at O(1) amortised per value and without ever subtracting from a sum. It is the queue of two
 * stacks of sliding-moments.ts with a time beside each value; two parts are merged by the pairwise formula (Chan, Golub,
 * LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
 */
import type { Instant } from '../../kernel/clock.ts';
import { packNumbers, unpackNumbers } from './packed-numbers.ts';

/** Times since `origin`, values, and how many of the oldest form the front. */
export type LineSnapshot = {
  readonly origin: Instant;
  readonly front: number;
  readonly times: string;
  readonly values: string;
};

/** Means of times and values, and sums of squared and mixed distances from them. */
export type LineSums = { n: number; time: number; value: number; tt: number; tv: number; vv: number };

const noSums = (): LineSums => ({ n: 0, time: 0, value: 0, tt: 0, tv: 0, vv: 0 });
const SUMS = 5;
const FIRST_CAPACITY = 64;

export class SlidingLine {
  readonly #windowMs: number;
  readonly #maxRows: number;
  #capacity = FIRST_CAPACITY;
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  /** Of each place of the front the sums of everything from it to the end of the front. */
  #sums = new Float64Array(FIRST_CAPACITY * SUMS);
  #origin = Number.NaN;
  #head = 0;
  #front = 0;
  #back = noSums();

  /** Holds what is younger than `windowMs`, of that the latest `maxRows`. */
  constructor({ windowMs, maxRows }: { readonly windowMs: number; readonly maxRows: number }) {
    this.#windowMs = windowMs;
    this.#maxRows = maxRows;
  }

  static restore(
    config: { readonly windowMs: number; readonly maxRows: number },
    { origin, front, times, values }: LineSnapshot,
  ): SlidingLine {
    const line = new SlidingLine(config);
    line.#origin = origin;
    const at = unpackNumbers(times);
    const numbers = unpackNumbers(values);
    for (let place = 0; place < front; place++) line.#put(place, at[place] as number, numbers[place] as number);
    line.#makeFront(front);
    for (let place = front; place < at.length; place++) line.#append(at[place] as number, numbers[place] as number);
    return line;
  }

  get size(): number {
    return this.#front + this.#back.n;
  }

  /** From the oldest value to the latest. */
  get spanMs(): number {
    return this.size === 0 ? 0 : (this.#times[this.#index(this.size - 1)] as number) - this.#oldest();
  }

  push(at: Instant, value: number): void {
    if (Number.isNaN(this.#origin)) this.#origin = at;
    const time = at - this.#origin;
    while (this.size > 0 && (this.size >= this.#maxRows || this.#oldest() <= time - this.#windowMs)) this.#drop();
    this.#append(time, value);
  }

  sums(): LineSums {
    if (this.#front === 0) return { ...this.#back };
    const sum = (which: number) => this.#sums[this.#head * SUMS + which] as number;
    const front = { n: this.#front, time: sum(0), value: sum(1), tt: sum(2), tv: sum(3), vv: sum(4) };
    return merged(front, this.#back);
  }

  snapshot(): LineSnapshot {
    const times = new Float64Array(this.size);
    const values = new Float64Array(this.size);
    for (let place = 0; place < times.length; place++) {
      times[place] = this.#times[this.#index(place)] as number;
      values[place] = this.#values[this.#index(place)] as number;
    }
    const [origin, front] = [this.#origin, this.#front];
    return { origin, front, times: packNumbers(times), values: packNumbers(values) };
  }

  #index(place: number): number {
    return (this.#head + place) % this.#capacity;
  }

  #oldest(): number {
    return this.#times[this.#head] as number;
  }

  #append(time: number, value: number): void {
    this.#put(this.size, time, value);
    add(this.#back, time, value);
  }

  #put(place: number, time: number, value: number): void {
    if (place === this.#capacity) this.#grow();
    this.#times[this.#index(place)] = time;
    this.#values[this.#index(place)] = value;
  }

  #drop(): void {
    if (this.#front === 0) {
      this.#makeFront(this.#back.n);
      this.#back = noSums();
    }
    this.#head = this.#index(1);
    this.#front -= 1;
  }

  #makeFront(count: number): void {
    const sums = noSums();
    for (let place = count - 1; place >= 0; place--) {
      const index = this.#index(place);
      add(sums, this.#times[index] as number, this.#values[index] as number);
      const base = index * SUMS;
      this.#sums[base] = sums.time;
      this.#sums[base + 1] = sums.value;
      this.#sums[base + 2] = sums.tt;
      this.#sums[base + 3] = sums.tv;
      this.#sums[base + 4] = sums.vv;
    }
    this.#front = count;
  }

  /** Twice the room; what is kept begins at place 0 then. */
  #grow(): void {
    const straight = (from: Float64Array<ArrayBuffer>, width: number) => {
      const to = new Float64Array(from.length * 2);
      to.set(from.subarray(this.#head * width));
      to.set(from.subarray(0, this.#head * width), (this.#capacity - this.#head) * width);
      return to;
    };
    this.#times = straight(this.#times, 1);
    this.#values = straight(this.#values, 1);
    this.#sums = straight(this.#sums, SUMS);
    this.#head = 0;
    this.#capacity *= 2;
  }
}

/** Welford's step, for two variables. */
function add(sums: LineSums, time: number, value: number): void {
  sums.n += 1;
  const dt = time - sums.time;
  const dv = value - sums.value;
  sums.time += dt / sums.n;
  sums.value += dv / sums.n;
  sums.tt += dt * (time - sums.time);
  sums.tv += dt * (value - sums.value);
  sums.vv += dv * (value - sums.value);
}

function merged(a: LineSums, b: LineSums): LineSums {
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const dt = b.time - a.time;
  const dv = b.value - a.value;
  const weight = (a.n * b.n) / n;
  return {
    n,
    time: a.time + (dt * b.n) / n,
    value: a.value + (dv * b.n) / n,
    tt: a.tt + b.tt + dt * dt * weight,
    tv: a.tv + b.tv + dt * dv * weight,
    vv: a.vv + b.vv + dv * dv * weight,
  };
}
