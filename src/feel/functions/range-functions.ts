/**
 * FEEL's functions on ranges and points: DMN 1.5, table 78. An open end lies beyond everything, and a point is the range
 * from itself to itself. What does not compare has no answer.
 */
import type { Frame } from '../evaluation/frame.ts';
import { order } from '../values/comparison.ts';
import { FeelRange, type Value, type Verdict } from '../values/value.ts';
import { type BuiltIn, define, either } from './built-in.ts';
import type { Point } from './kinds.ts';
import { parseRange } from './range-text.ts';

/** Below, at or above zero, as in a sort. */
type Compare = (left: End, right: End) => number;
type Relation = (left: Sides, right: Sides, compare: Compare) => boolean;
/** An open end has no value, and lies on its side beyond all others. */
type End = { readonly value: Value; readonly isIncluded: boolean; readonly side: -1 | 1 };
type Sides = { readonly low: End; readonly high: End };

const isBefore: Relation = (left, right, compare) => {
  const sign = compare(left.high, right.low);
  return sign < 0 || (sign === 0 && !(left.high.isIncluded && right.low.isIncluded));
};

const meets: Relation = (left, right, compare) =>
  left.high.isIncluded && right.low.isIncluded && compare(left.high, right.low) === 0;

/** The left one does not begin behind the end of the right one. */
const reaches: Relation = (left, right, compare) => {
  const sign = compare(left.high, right.low);
  return sign > 0 || (sign === 0 && left.high.isIncluded && right.low.isIncluded);
};

const overlaps: Relation = (left, right, compare) => reaches(left, right, compare) && reaches(right, left, compare);

const overlapsBefore: Relation = (left, right, compare) => {
  const start = compare(left.low, right.low);
  const isEarlier = start < 0 || (start === 0 && left.low.isIncluded && !right.low.isIncluded);
  return isEarlier && reaches(left, right, compare) && endsWithin(left, right, compare);
};

const endsWithin: Relation = ({ high: left }, { high: right }, compare) => {
  const sign = compare(left, right);
  return sign < 0 || (sign === 0 && (!left.isIncluded || right.isIncluded));
};

const beginsWithin: Relation = ({ low: left }, { low: right }, compare) => {
  const sign = compare(left, right);
  return sign > 0 || (sign === 0 && (!left.isIncluded || right.isIncluded));
};

const isWithin: Relation = (left, right, compare) =>
  beginsWithin(left, right, compare) && endsWithin(left, right, compare);

const areSame = (left: End, right: End, compare: Compare): boolean =>
  left.isIncluded === right.isIncluded && compare(left, right) === 0;

const starts: Relation = (left, right, compare) =>
  areSame(left.low, right.low, compare) && endsWithin(left, right, compare);

const finishes: Relation = (left, right, compare) =>
  areSame(left.high, right.high, compare) && beginsWithin(left, right, compare);

const coincides: Relation = (left, right, compare) =>
  areSame(left.low, right.low, compare) && areSame(left.high, right.high, compare);

const swapped =
  (relation: Relation): Relation =>
  (left, right, compare) =>
    relation(right, left, compare);

const ranges = (relation: Relation): BuiltIn =>
  define('range1: range, range2: range', ([left, right], frame) => judge(relation, [left, right], frame));
const pointAndRange = (relation: Relation): BuiltIn =>
  define('point: point, range: range', ([left, right], frame) => judge(relation, [left, right], frame));
const rangeAndPoint = (relation: Relation): BuiltIn =>
  define('range: range, point: point', ([left, right], frame) => judge(relation, [left, right], frame));
const points = (relation: Relation): BuiltIn =>
  define('point1: point, point2: point', ([left, right], frame) => judge(relation, [left, right], frame));
const all = (relation: Relation): BuiltIn =>
  either(points(relation), pointAndRange(relation), rangeAndPoint(relation), ranges(relation));

export const rangeFunctions: Readonly<Record<string, BuiltIn>> = {
  range: define('from: string', ([text], frame) => {
    const range = parseRange(text);
    if (range === null || range.low === null || range.high === null) return range;
    const sign = order(range.low, range.high, frame);
    return sign === null || sign > 0 ? null : range;
  }),
  before: all(isBefore),
  after: all(swapped(isBefore)),
  meets: ranges(meets),
  'met by': ranges(swapped(meets)),
  overlaps: ranges(overlaps),
  'overlaps before': ranges(overlapsBefore),
  'overlaps after': ranges(swapped(overlapsBefore)),
  finishes: either(pointAndRange(finishes), ranges(finishes)),
  'finished by': either(rangeAndPoint(swapped(finishes)), ranges(swapped(finishes))),
  includes: either(rangeAndPoint(swapped(isWithin)), ranges(swapped(isWithin))),
  during: either(pointAndRange(isWithin), ranges(isWithin)),
  starts: either(pointAndRange(starts), ranges(starts)),
  'started by': either(rangeAndPoint(swapped(starts)), ranges(swapped(starts))),
  coincides: either(points(coincides), ranges(coincides)),
};

function judge(
  relation: Relation,
  [left, right]: readonly [Point | FeelRange, Point | FeelRange],
  frame: Frame,
): Verdict {
  const sides = [sidesOf(left), sidesOf(right)] as const;
  const values = sides.flatMap(({ low, high }) => [low.value, high.value]).filter((value) => value !== null);
  const [first = null] = values;
  if (!values.every((value) => order(first, value, frame) !== null)) return null;
  return relation(sides[0], sides[1], (one, other) => {
    if (one.value !== null && other.value !== null) return order(one.value, other.value, frame) ?? 0;
    const place = one.value === null ? one.side : 0;
    return place - (other.value === null ? other.side : 0);
  });
}

function sidesOf(value: Point | FeelRange): Sides {
  if (!(value instanceof FeelRange)) {
    return { low: { value, isIncluded: true, side: -1 }, high: { value, isIncluded: true, side: 1 } };
  }
  return {
    low: { value: value.low, isIncluded: value.includesLow, side: -1 },
    high: { value: value.high, isIncluded: value.includesHigh, side: 1 },
  };
}
