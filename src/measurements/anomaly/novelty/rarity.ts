/**
 * How rarely something at least as new came before, so that one threshold serves a signal that always shows something new
 * and one that never does. The share of earlier readings with a novelty as high, by their rank (conformal): with nothing
 * as high among 999 readings the rarity is about 3.3, the negative decimal logarithm of half a reading in 1,000.
 *
 * Readings are counted by the logarithm of their novelty, in 200 classes from 0.001 to 1.
 */
import { packNumbers, unpackNumbers } from '../../window/packed-numbers.ts';

const CLASSES = 200;
const LOWEST = 0.001;
/** Sixteenths add up without rounding. */
const LEAST_COUNT = 1 / 16;

export type RaritySnapshot = { readonly counts: string };

export class Rarity {
  readonly #counts: Float64Array;
  #total: number;

  constructor({ counts }: RaritySnapshot = { counts: '' }) {
    this.#counts = new Float64Array(CLASSES + 1);
    const pairs = unpackNumbers(counts);
    for (let place = 0; place < pairs.length; place += 2)
      this.#counts[pairs[place] as number] = pairs[place + 1] as number;
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** The negative decimal logarithm of the share of readings before that were as new; then counts it. */
  push(novelty: number): number {
    const own = classOf(novelty);
    let above = 0;
    for (let place = own + 1; place <= CLASSES; place++) above += this.#counts[place] as number;
    const share = (above + ((this.#counts[own] as number) + 1) / 2) / (this.#total + 1);
    this.#counts[own] = (this.#counts[own] as number) + 1;
    this.#total += 1;
    return -Math.log10(share);
  }

  /** Halves what was counted; a class that comes near nothing is empty. */
  fade(): void {
    for (let place = 0; place <= CLASSES; place++) {
      const count = (this.#counts[place] as number) / 2;
      this.#counts[place] = count < LEAST_COUNT ? 0 : count;
    }
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0);
  }

  snapshot(): RaritySnapshot {
    const pairs: number[] = [];
    for (const [place, count] of this.#counts.entries()) if (count > 0) pairs.push(place, count);
    return { counts: packNumbers(Float64Array.from(pairs)) };
  }
}

const classOf = (novelty: number): number =>
  novelty <= LOWEST ? 0 : Math.min(CLASSES, 1 + Math.floor((Math.log(novelty / LOWEST) / -Math.log(LOWEST)) * CLASSES));
