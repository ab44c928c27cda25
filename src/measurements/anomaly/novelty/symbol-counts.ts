/**
 * How new a value is, by itself and after what came before it. A value is turned into a symbol, a fifth of the range that
 * the signal had while it was learned; beyond that range symbols grow wider, as logarithms do, so that a signal that left
 * its range still has few of them. A symbol that was seen n times has the novelty 1 / (1 + n).
 *
 * Where the borders of symbols lie is chance; three tilings, each moved by a third of a symbol, take the chance out. In
 * each of them three things are counted: the symbol alone, the pair with the symbol one reading before, and the pair with
 * the one six readings before. The novelty of a value is the mean of all nine.
 *
 * State: three tilings of 22 symbols and twice 484 pairs, 5,940 bytes, whatever the signal does.
 */
import { packNumbers, unpackNumbers } from '../../window/packed-numbers.ts';

/** Symbols in the learned range; 4 to 8 do about as well on planted series. */
const LEVELS = 5;
const TILINGS = 3;
/** The readings before that a symbol is seen together with. */
const LAGS = [1, 6] as const;
/** Symbols on either side of the range: the outermost begin at 24 times its width. */
const BEYOND = 8;
/** One more than the levels, since a tiling that is moved cuts the range into six. */
const SYMBOLS = BEYOND + LEVELS + 1 + BEYOND;
const CELLS = SYMBOLS + LAGS.length * SYMBOLS * SYMBOLS;
const MEMORY_ROWS = Math.max(...LAGS);
const MAX_COUNT = 65_535;
const CONTEXTS = 1 + LAGS.length;
/** A signal that did not move at all while it was learned has a range of this share of its value. */
const FLAT_SHARE = 1e-3;
const SMALLEST_RANGE = 1e-9;

/** The range of a signal. Halves, because the width of two finite numbers may be infinite. */
export type Range = { readonly halfCentre: number; readonly halfWidth: number };
/** `cells`: place × 65,536 + count of every cell that counted; `recent`: the last positions, oldest first. */
export type SymbolCountsSnapshot = { readonly range: Range; readonly cells: string; readonly recent: string };

/** `resolution`: no symbol is narrower than a step of the sensor. */
export function rangeOf(values: Iterable<number>, resolution: number): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const isFlat = !(high > low);
  const halfWidth = isFlat ? Math.max(Math.abs(low) * FLAT_SHARE, SMALLEST_RANGE) / 2 : high / 2 - low / 2;
  return { halfCentre: low / 4 + high / 4, halfWidth: Math.max(halfWidth, (LEVELS * resolution) / 2) };
}

/** How wide a symbol is inside the range, in the unit of the signal. */
export const symbolWidth = ({ halfWidth }: Range): number => (2 * halfWidth) / LEVELS;

export class SymbolCounts {
  readonly #range: Range;
  readonly #counts = new Uint16Array(TILINGS * CELLS);
  readonly #recent = new Float64Array(MEMORY_ROWS).fill(Number.NEGATIVE_INFINITY);

  constructor(range: Range) {
    this.#range = range;
  }

  static restore({ range, cells, recent }: SymbolCountsSnapshot): SymbolCounts {
    const counts = new SymbolCounts(range);
    for (const cell of unpackNumbers(cells)) counts.#counts[Math.floor(cell / 65_536)] = cell % 65_536;
    counts.#recent.set(unpackNumbers(recent));
    return counts;
  }

  get range(): Range {
    return this.#range;
  }

  /** The novelty of a value, above 0 and at most 1; then counts it. */
  push(value: number): number {
    const position = positionOf(value, this.#range);
    let sum = 0;
    for (let tiling = 0; tiling < TILINGS; tiling++) {
      const symbol = symbolOf(position, tiling);
      sum += this.#see(tiling * CELLS + symbol);
      for (let place = 0; place < LAGS.length; place++) {
        const before = symbolOf(this.#recent[MEMORY_ROWS - (LAGS[place] as number)] as number, tiling);
        sum += this.#see(tiling * CELLS + SYMBOLS + (place * SYMBOLS + symbol) * SYMBOLS + before);
      }
    }
    this.#recent.copyWithin(0, 1);
    this.#recent[MEMORY_ROWS - 1] = position;
    return sum / (TILINGS * CONTEXTS);
  }

  /** Halves what was counted; what was seen once is new again. */
  fade(): void {
    for (let cell = 0; cell < this.#counts.length; cell++) this.#counts[cell] = (this.#counts[cell] as number) >> 1;
  }

  snapshot(): SymbolCountsSnapshot {
    const cells: number[] = [];
    for (const [cell, count] of this.#counts.entries()) if (count > 0) cells.push(cell * 65_536 + count);
    return { range: this.#range, cells: packNumbers(Float64Array.from(cells)), recent: packNumbers(this.#recent) };
  }

  #see(cell: number): number {
    const count = this.#counts[cell] as number;
    if (count < MAX_COUNT) this.#counts[cell] = count + 1;
    return 1 / (1 + count);
  }
}

/** Where a value lies: 0 to 1 in the range; beyond it, a logarithm of the distance from the middle. */
function positionOf(value: number, { halfCentre, halfWidth }: Range): number {
  const offset = (value / 2 - halfCentre) / halfWidth;
  const distance = Math.abs(offset);
  return 0.5 + (distance <= 0.5 ? offset : Math.sign(offset) * (0.5 + 0.5 * Math.log(2 * distance)));
}

const symbolOf = (position: number, tiling: number): number =>
  Math.max(0, Math.min(SYMBOLS - 1, Math.floor(position * LEVELS + tiling / TILINGS) + BEYOND));
