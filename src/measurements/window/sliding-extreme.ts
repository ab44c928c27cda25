/**
 * The least of the last values, at O(1) amortised per value. Only values that can still become the least are kept: a value
 * goes as soon as a later one is not above it, so what is kept rises from the oldest to the newest, and the oldest is the
 * answer until it leaves the window.
 */
import { packNumbers, unpackNumbers } from './packed-numbers.ts';

/** The values that are kept, and how many values came after each. */
export type ExtremeSnapshot = { readonly values: string; readonly ages: string };

export class SlidingMinimum {
  readonly #capacity: number;
  readonly #values: Float64Array;
  readonly #rows: Float64Array;
  #head = 0;
  #kept = 0;
  #row = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#values = new Float64Array(capacity);
    this.#rows = new Float64Array(capacity);
  }

  static restore(capacity: number, { values, ages }: ExtremeSnapshot): SlidingMinimum {
    const window = new SlidingMinimum(capacity);
    const numbers = unpackNumbers(values);
    const oldest = unpackNumbers(ages);
    // Rows are numbered so that the newest is the last one pushed.
    window.#row = oldest[0] === undefined ? 0 : oldest[0] + 1;
    for (const [place, value] of numbers.entries()) {
      const age = oldest[place] as number;
      if (age < capacity) window.#keep(value, window.#row - 1 - age);
    }
    return window;
  }

  /** NaN while there is no value. */
  get least(): number {
    return this.#kept === 0 ? Number.NaN : (this.#values[this.#head] as number);
  }

  push(value: number): void {
    if (this.#kept > 0 && (this.#rows[this.#head] as number) <= this.#row - this.#capacity) {
      this.#head = (this.#head + 1) % this.#capacity;
      this.#kept -= 1;
    }
    while (this.#kept > 0 && (this.#values[this.#index(this.#kept - 1)] as number) >= value) this.#kept -= 1;
    this.#keep(value, this.#row);
    this.#row += 1;
  }

  snapshot(): ExtremeSnapshot {
    const values = new Float64Array(this.#kept);
    const ages = new Float64Array(this.#kept);
    for (let place = 0; place < this.#kept; place++) {
      values[place] = this.#values[this.#index(place)] as number;
      ages[place] = this.#row - 1 - (this.#rows[this.#index(place)] as number);
    }
    return { values: packNumbers(values), ages: packNumbers(ages) };
  }

  #index(place: number): number {
    return (this.#head + place) % this.#capacity;
  }

  #keep(value: number, row: number): void {
    const index = this.#index(this.#kept);
    this.#values[index] = value;
    this.#rows[index] = row;
    this.#kept += 1;
  }
}
