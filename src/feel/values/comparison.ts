/** When two values are equal and which comes first. Types are never converted: what cannot be compared answers null. */
import { ascend, descend, type Frame, spend, spendOnText } from '../evaluation/frame.ts';
import { isTemporal } from '../temporal/temporal.ts';
import { equalTemporals, orderTemporals } from '../temporal/temporal-order.ts';
import { compareNumbers, isNumber } from './number.ts';
import {
  adopt,
  type Context,
  FeelFunction,
  FeelRange,
  isContext,
  isList,
  type List,
  own,
  type Value,
  type Verdict,
} from './value.ts';

export type Comparator = (left: Value, right: Value, frame: Frame) => Verdict;

/** null equals only null; two values of different types give null. */
export function equals(left: Value, right: Value, frame: Frame): Verdict {
  if (typeof left === 'number' && typeof right === 'number') return left === right;
  if (left === null || right === null) return left === right;
  if (typeof left === 'string') return typeof right === 'string' ? equalTexts(left, right, frame) : null;
  if (typeof left === 'boolean') return typeof right === 'boolean' ? left === right : null;
  if (isNumber(left)) return isNumber(right) ? compareNumbers(left, right) === 0 : null;
  if (isList(left)) return isList(right) ? equalLists(left, right, frame) : null;
  if (isTemporal(left)) return isTemporal(right) ? equalTemporals(left, right) : null;
  if (left instanceof FeelRange) return right instanceof FeelRange ? equalRanges(left, right, frame) : null;
  if (left instanceof FeelFunction) return right instanceof FeelFunction ? left === right : null;
  return isContext(right) ? equalContexts(left, right, frame) : null;
}

const equalRanges = (left: FeelRange, right: FeelRange, frame: Frame): boolean =>
  left.includesLow === right.includesLow &&
  left.includesHigh === right.includesHigh &&
  equals(left.low, right.low, frame) === true &&
  equals(left.high, right.high, frame) === true;

/** Below, at or above zero, as in a sort; null unless both are numbers, strings, or times that compare. */
export function order(left: Value, right: Value, frame: Frame): number | null {
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (typeof left !== 'string' || typeof right !== 'string') {
    return isTemporal(left) && isTemporal(right) ? orderTemporals(left, right) : null;
  }
  spendOnText(frame, Math.min(left.length, right.length));
  return orderTexts(left, right);
}

/** By characters, of which some take two of JavaScript's units: these come behind all others. */
function orderTexts(left: string, right: string): number {
  if (left === right) return 0;
  const isBefore = left < right;
  if (!SURROGATE.test(left) && !SURROGATE.test(right)) return isBefore ? -1 : 1;
  let place = 0;
  while (place < left.length && left[place] === right[place]) place += 1;
  const areSurrogates = [left, right].map((text) => SURROGATE.test(text[place] ?? ''));
  if (areSurrogates[0] === areSurrogates[1] || place === Math.min(left.length, right.length)) return isBefore ? -1 : 1;
  return areSurrogates[0] ? 1 : -1;
}

const SURROGATE = /[\ud800-\udfff]/;

/** The first line of each answers a comparison of two doubles, nearly all there are; the rest may be slow. */
export const comparators = {
  '=': equals,
  '!=': (left, right, frame) => not(equals(left, right, frame)),
  '<': (left, right, frame) => {
    if (typeof left === 'number' && typeof right === 'number') return left < right;
    const sign = order(left, right, frame);
    return sign === null ? null : sign < 0;
  },
  '<=': (left, right, frame) => {
    if (typeof left === 'number' && typeof right === 'number') return left <= right;
    const sign = order(left, right, frame);
    return sign === null ? null : sign <= 0;
  },
  '>': (left, right, frame) => {
    if (typeof left === 'number' && typeof right === 'number') return left > right;
    const sign = order(left, right, frame);
    return sign === null ? null : sign > 0;
  },
  '>=': (left, right, frame) => {
    if (typeof left === 'number' && typeof right === 'number') return left >= right;
    const sign = order(left, right, frame);
    return sign === null ? null : sign >= 0;
  },
} satisfies Record<string, Comparator>;

export type ComparisonOperator = keyof typeof comparators;

export const isComparisonOperator = (text: string): text is ComparisonOperator => Object.hasOwn(comparators, text);

/** Three-valued logic: what is not a boolean counts as null. */
export const not = (value: Value): Verdict => (typeof value === 'boolean' ? !value : null);

/** False as soon as one is false; null if nothing is false but something is unknown. */
export function both(left: Verdict, right: Verdict): Verdict {
  if (left === false || right === false) return false;
  return left === null || right === null ? null : true;
}

export function includes(list: List, value: Value, frame: Frame): boolean {
  for (const raw of list) {
    spend(frame, 1);
    if (equals(adopt(raw), value, frame) === true) return true;
  }
  return false;
}

function equalTexts(left: string, right: string, frame: Frame): boolean {
  if (left.length !== right.length) return false;
  spendOnText(frame, left.length);
  return left === right;
}

function equalLists(left: List, right: List, frame: Frame): boolean {
  if (left.length !== right.length) return false;
  descend(frame);
  const same = left.every((raw, index) => {
    spend(frame, 1);
    return equals(adopt(raw), adopt(right[index]), frame) === true;
  });
  ascend(frame);
  return same;
}

function equalContexts(left: Context, right: Context, frame: Frame): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  descend(frame);
  const same = keys.every((key) => {
    spend(frame, 1);
    return Object.hasOwn(right, key) && equals(own(left, key), own(right, key), frame) === true;
  });
  ascend(frame);
  return same;
}
