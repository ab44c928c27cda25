/** FEEL's functions that sum up numbers: DMN 1.5, table 75. Without any number, and with anything else among them, they have no answer. */
import { spend } from '../evaluation/frame.ts';
import {
  add,
  compareNumbers,
  divide,
  type FeelNumber,
  isNumber,
  multiply,
  squareRoot,
  subtract,
} from '../values/number.ts';
import { adopt, type List, type Value } from '../values/value.ts';
import type { BuiltIn } from './built-in.ts';
import { summary } from './list-functions.ts';
import { TRANSCENDENTAL_STEPS } from './number-functions.ts';

export const statisticsFunctions: Readonly<Record<string, BuiltIn>> = {
  sum: ofNumbers(sum),
  product: ofNumbers((numbers) => folded(numbers, multiply)),
  mean: ofNumbers(mean),
  median: ofNumbers(median),
  stddev: summary((list, frame) => {
    const numbers = numbersIn(list);
    spend(frame, TRANSCENDENTAL_STEPS);
    return numbers === null ? null : deviation(numbers);
  }),
  mode: summary((list) => {
    const numbers = numbersIn(list);
    return numbers === null ? null : modes(numbers);
  }),
};

function ofNumbers(call: (numbers: readonly FeelNumber[]) => Value): BuiltIn {
  return summary((list) => {
    const numbers = numbersIn(list);
    return numbers === null || numbers.length === 0 ? null : call(numbers);
  });
}

function numbersIn(list: List): readonly FeelNumber[] | null {
  const values = list.map(adopt);
  return values.every(isNumber) ? values : null;
}

function folded(
  [first, ...others]: readonly FeelNumber[],
  operation: (left: FeelNumber, right: FeelNumber) => FeelNumber | null,
): FeelNumber | null {
  let result: FeelNumber | null = first ?? null;
  for (const number of others) {
    if (result === null) return null;
    result = operation(result, number);
  }
  return result;
}

function sum(numbers: readonly FeelNumber[]): FeelNumber | null {
  return folded(numbers, add);
}

function mean(numbers: readonly FeelNumber[]): FeelNumber | null {
  const total = sum(numbers);
  return total === null ? null : divide(total, numbers.length);
}

function median(numbers: readonly FeelNumber[]): FeelNumber | null {
  const sorted = numbers.toSorted(compareNumbers);
  const middle = Math.floor(sorted.length / 2);
  return mean(sorted.slice(sorted.length % 2 === 0 ? middle - 1 : middle, middle + 1));
}

/** Of a sample: the squares are divided by one less than there are numbers. */
function deviation(numbers: readonly FeelNumber[]): FeelNumber | null {
  const center = numbers.length < 2 ? null : mean(numbers);
  if (center === null) return null;
  const squares: FeelNumber[] = [];
  for (const number of numbers) {
    const distance = subtract(number, center);
    const square = distance === null ? null : multiply(distance, distance);
    if (square === null) return null;
    squares.push(square);
  }
  const total = sum(squares);
  const variance = total === null ? null : divide(total, numbers.length - 1);
  return variance === null ? null : squareRoot(variance);
}

/** The numbers that come most often, in their order. */
function modes(numbers: readonly FeelNumber[]): FeelNumber[] {
  const runs: { number: FeelNumber; count: number }[] = [];
  for (const number of numbers.toSorted(compareNumbers)) {
    const run = runs.at(-1);
    if (run !== undefined && compareNumbers(run.number, number) === 0) run.count += 1;
    else runs.push({ number, count: 1 });
  }
  const most = runs.reduce((highest, { count }) => Math.max(highest, count), 0);
  return runs.filter(({ count }) => count === most).map(({ number }) => number);
}
