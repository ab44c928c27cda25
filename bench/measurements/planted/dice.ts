/** Random numbers of the shapes that signals have; the same seed gives the same ones on every machine. */
import { seededRandom } from '../../../src/kernel/random.ts';

export type Dice = {
  /** From low to just below high. */
  between(low: number, high: number): number;
  /** A whole number, both ends included. */
  whole(low: number, high: number): number;
  chance(share: number): boolean;
  pick<Item>(list: readonly Item[]): Item;
  normal(): number;
  exponential(mean: number): number;
  /** Median 1. */
  lognormal(sigma: number): number;
  poisson(mean: number): number;
};

const MANY = 50;

export function diceOf(seed: number): Dice {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const poisson = (mean: number) => {
    if (mean > MANY) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = random(); product > limit; product *= random()) count += 1;
    return count;
  };
  return {
    between: (low, high) => low + (high - low) * random(),
    whole: (low, high) => Math.floor(low + (high - low + 1) * random()),
    chance: (share) => random() < share,
    pick: (list) => list[Math.floor(random() * list.length)] as (typeof list)[number],
    normal,
    exponential: (mean) => -mean * Math.log(1 - random()),
    lognormal: (sigma) => Math.exp(sigma * normal()),
    poisson,
  };
}
