/**
 * The last values in order of size beside their order in time. A value that comes and the one that leaves for it are found
 * by halving, and what lies between their places moves by one: O(log W) comparisons and one block move per value.
 */
import { packNumbers, unpackNumbers } from './packed-numbers.ts';
import { percentileOfSorted } from './percentile.ts';

/** The values in the order in which they came. */
export type SortedWindowSnapshot = { readonly values: string };

export class SortedWindow {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #head = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#ring = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  static restore(capacity: number, { values }: SortedWindowSnapshot): SortedWindow {
    const window = new SortedWindow(capacity);
    for (const value of unpackNumbers(values)) window.push(value);
    return window;
  }

  get size(): number {
    return this.#size;
  }

  push(given: number): void {
    // Of the two zeros one is enough: they are equal, and which of them is found would hang on what came before.
    const value = given + 0;
    const capacity = this.#ring.length;
    const isFull = this.#size === capacity;
    const gap = isFull ? this.#place(this.#ring[this.#head] as number) : this.#size;
    const place = this.#place(value);
    if (place <= gap) {
      this.#sorted.copyWithin(place + 1, place, gap);
      this.#sorted[place] = value;
    } else {
      this.#sorted.copyWithin(gap, gap + 1, place);
      this.#sorted[place - 1] = value;
    }
    this.#ring[(this.#head + this.#size) % capacity] = value;
    if (isFull) this.#head = (this.#head + 1) % capacity;
    else this.#size += 1;
  }

  /** By h = (n − 1) p; NaN without values. */
  quantile(share: number): number {
    return percentileOfSorted(this.#sorted, this.#size, share);
  }

  snapshot(): SortedWindowSnapshot {
    const values = new Float64Array(this.#size);
    for (let place = 0; place < values.length; place++)
      values[place] = this.#ring[(this.#head + place) % this.#ring.length] as number;
    return { values: packNumbers(values) };
  }

  /** The first place whose value is not below this one. */
  #place(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
