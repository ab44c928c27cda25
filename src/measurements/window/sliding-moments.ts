/**
 * Mean and spread of the last values, at a constant cost per value and without ever subtracting one from a sum: what
 * leaves a window would otherwise leave its rounding error behind (one spike of 1e9 spoils a spread of 0.01 for good).
 *
 * The window is a queue made of two stacks. New values go to the back, whose mean and sum of squares grow by Welford's
 * method. When a value must leave and the front is empty, the whole window becomes the front: walking from the newest to
 * the oldest value, each place stores the moments of everything from it to the end of the front. Taking the oldest value
 * away is then only a step to the next stored place. Both halves are merged by Chan's formula.
 */
import { packNumbers, unpackNumbers } from './packed-numbers.ts';

/** `front` is how many of the oldest values form the front; with it a restored window continues to the last bit. */
export type MomentsSnapshot = { readonly front: number; readonly values: string };

export class SlidingMoments {
  readonly #capacity: number;
  readonly #ring: Float64Array;
  readonly #frontMeans: Float64Array;
  readonly #frontSquares: Float64Array;
  #head = 0;
  #front = 0;
  #back = 0;
  #backMean = 0;
  #backSquares = 0;
  #mean = 0;
  #squares = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#ring = new Float64Array(capacity);
    this.#frontMeans = new Float64Array(capacity);
    this.#frontSquares = new Float64Array(capacity);
  }

  static restore(capacity: number, { front, values }: MomentsSnapshot): SlidingMoments {
    const moments = new SlidingMoments(capacity);
    const numbers = unpackNumbers(values);
    if (numbers.length > capacity) for (const value of numbers) moments.push(value);
    else moments.#fill(numbers, front);
    return moments;
  }

  get size(): number {
    return this.#front + this.#back;
  }

  get mean(): number {
    return this.#mean;
  }

  /** The sum of squared distances from the mean. */
  get squares(): number {
    return this.#squares;
  }

  /** The root mean square distance from the mean of the values above it; looks at every value of the window. */
  spreadAbove(): number {
    let squares = 0;
    let count = 0;
    for (let place = 0; place < this.size; place++) {
      const distance = this.#at(place) - this.#mean;
      if (distance <= 0) continue;
      squares += distance * distance;
      count += 1;
    }
    return count === 0 ? 0 : Math.sqrt(squares / count);
  }

  /** Takes a value in; answers the one that left for it, NaN when there was room. */
  push(value: number): number {
    const left = this.size === this.#capacity ? this.#takeOldest() : Number.NaN;
    this.#append(value);
    this.#merge();
    return left;
  }

  snapshot(): MomentsSnapshot {
    const values = new Float64Array(this.size);
    for (let place = 0; place < values.length; place++) values[place] = this.#at(place);
    return { front: this.#front, values: packNumbers(values) };
  }

  #fill(values: Float64Array, front: number): void {
    this.#ring.set(values);
    this.#makeFront(front);
    for (const value of values.subarray(front)) this.#append(value);
    this.#merge();
  }

  #append(value: number): void {
    this.#ring[(this.#head + this.#front + this.#back) % this.#capacity] = value;
    this.#back += 1;
    const distance = value - this.#backMean;
    this.#backMean += distance / this.#back;
    this.#backSquares += distance * (value - this.#backMean);
  }

  #takeOldest(): number {
    if (this.#front === 0) {
      this.#makeFront(this.#back);
      this.#back = 0;
      this.#backMean = 0;
      this.#backSquares = 0;
    }
    const value = this.#at(0);
    this.#head = (this.#head + 1) % this.#capacity;
    this.#front -= 1;
    return value;
  }

  #makeFront(count: number): void {
    let mean = 0;
    let squares = 0;
    for (let place = count - 1; place >= 0; place--) {
      const index = (this.#head + place) % this.#capacity;
      const value = this.#ring[index] as number;
      const distance = value - mean;
      mean += distance / (count - place);
      squares += distance * (value - mean);
      this.#frontMeans[index] = mean;
      this.#frontSquares[index] = squares;
    }
    this.#front = count;
  }

  #merge(): void {
    const [front, back] = [this.#front, this.#back];
    if (front === 0 || back === 0) {
      this.#mean = front === 0 ? this.#backMean : (this.#frontMeans[this.#head] as number);
      this.#squares = front === 0 ? this.#backSquares : (this.#frontSquares[this.#head] as number);
      return;
    }
    const frontMean = this.#frontMeans[this.#head] as number;
    const distance = this.#backMean - frontMean;
    const share = back / (front + back);
    this.#mean = frontMean + distance * share;
    this.#squares =
      (this.#frontSquares[this.#head] as number) + this.#backSquares + distance * distance * front * share;
  }

  #at(place: number): number {
    return this.#ring[(this.#head + place) % this.#capacity] as number;
  }
}
