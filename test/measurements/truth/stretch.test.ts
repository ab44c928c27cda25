import { describe, expect, it } from 'vitest';
import { difference, intersection, lengthOf, merged, stretchAt } from './stretch.ts';

const list = (...pairs: [number, number][]) => pairs.map(([from, to]) => ({ from, to }));

describe('stretches of time', () => {
  it('become one when they overlap or adjoin, and empty ones vanish', () => {
    expect(merged(list([5, 7], [0, 2], [2, 3], [6, 9], [4, 4]))).toEqual(list([0, 3], [5, 9]));
  });

  it('are cut with each other', () => {
    expect(intersection(list([0, 10], [20, 30]), list([5, 22], [25, 40]))).toEqual(list([5, 10], [20, 22], [25, 30]));
    expect(intersection(list([0, 5]), list([5, 9]))).toEqual([]);
  });

  it('are taken from each other', () => {
    expect(difference(list([0, 10], [20, 30]), list([2, 3], [8, 21]))).toEqual(list([0, 2], [3, 8], [21, 30]));
    expect(difference(list([0, 10]), list([0, 10]))).toEqual([]);
    expect(difference([], list([0, 10]))).toEqual([]);
  });

  it('hold what is in both and in one of two lists, for any lists', () => {
    for (let a = 0; a < 16; a++)
      for (let b = 0; b < 16; b++) {
        const ofBits = (bits: number) =>
          merged([0, 1, 2, 3].filter((bit) => bits & (1 << bit)).map((bit) => ({ from: bit, to: bit + 1 })));
        expect(intersection(ofBits(a), ofBits(b))).toEqual(ofBits(a & b));
        expect(difference(ofBits(a), ofBits(b))).toEqual(ofBits(a & ~b));
        expect(lengthOf(merged([...ofBits(a), ...ofBits(b)]))).toBe(lengthOf(ofBits(a | b)));
      }
  });

  it('are found by an instant, of which the end is no part', () => {
    const stretches = list([0, 10], [20, 30]);
    expect([-1, 0, 9, 10, 19, 20, 29, 30].map((instant) => stretchAt(stretches, instant)?.from)).toEqual([
      undefined,
      0,
      0,
      undefined,
      undefined,
      20,
      20,
      undefined,
    ]);
  });
});
