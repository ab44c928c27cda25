/** The functions an expression can call, by name; and those of FEEL that it cannot call yet, to say so instead of "unknown". */

import { not } from '../values/comparison.ts';
import { type BuiltIn, unary } from './built-in.ts';
import { listFunctions } from './list-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { temporalFunctions } from './temporal-functions.ts';
import { textFunctions } from './text-functions.ts';

const builtIns: ReadonlyMap<string, BuiltIn> = new Map([
  ['not', unary(not)],
  ...Object.entries(numberFunctions),
  ...Object.entries(textFunctions),
  ...Object.entries(listFunctions),
  ...Object.entries(temporalFunctions),
]);

export const builtInNames: readonly string[] = [...builtIns.keys()];

export const findBuiltIn = (name: string): BuiltIn | undefined => builtIns.get(name);

/** Functions of DMN 1.5 outside the subset. */
export const laterFunctions: ReadonlySet<string> = new Set(
  `substring, substring before, substring after, replace, matches, split, string join, decimal, round up, round down,
  round half down, round half even, modulo, sqrt, log, exp, odd, even, random number, median, stddev, mode, product, all,
  any, and, or, sublist, insert before, remove, reverse, index of, union, distinct values, flatten, sort, list replace,
  context, context put, context merge, get value, get entries, last day of month, is, range, before, after, meets, met by, overlaps, overlaps before, overlaps after, finishes, finished by, includes,
  during, starts, started by, coincides`.split(/,\s+/),
);
