/**
 * Which of two dates, times or durations comes first. Two kinds do not compare. Beside a time with an offset a local one
 * takes that offset when they are ordered (DMN 1.5, table 54), not when they are asked to be equal (table 53).
 */
import { type FeelDateTime, type FeelTime, type Place, SECOND_NANOS, type Temporal, universal } from './temporal.ts';

/** Below, at or above zero, as in a sort; null if nobody can say. */
export function orderTemporals(left: Temporal, right: Temporal): number | null {
  if (left.kind === 'date') return right.kind === 'date' ? left.day - right.day : null;
  if (left.kind === 'time') return right.kind === 'time' ? orderTimes(left, right) : null;
  if (left.kind === 'date and time') return right.kind === 'date and time' ? orderDateTimes(left, right) : null;
  if (left.kind === 'years and months duration') return right.kind === left.kind ? left.months - right.months : null;
  if (right.kind !== left.kind) return null;
  return left.nanos < right.nanos ? -1 : Number(left.nanos > right.nanos);
}

/** From one time of the day to another; null unless both are local, of one zone, or of known offsets. */
export function nanosBetween(from: FeelTime, to: FeelTime): number | null {
  if (from.place.offset !== null && to.place.offset !== null) {
    return to.nano - from.nano - (to.place.offset - from.place.offset) * SECOND_NANOS;
  }
  const isSamePlace = from.place.offset === to.place.offset && from.place.zone === to.place.zone;
  return isSamePlace ? to.nano - from.nano : null;
}

/** Whether both are local or both have an offset. */
export const areComparable = (left: FeelDateTime, right: FeelDateTime): boolean =>
  (left.place.offset === null) === (right.place.offset === null);

/** Whether both are the same moment, day or length; null if nobody can say. */
export const equalTemporals = (left: Temporal, right: Temporal): boolean | null =>
  isHalfLocal(left, right) ? null : isZero(orderTemporals(left, right));

const isZero = (sign: number | null): boolean | null => (sign === null ? null : sign === 0);

/** Whether one has no place, and the other has one. */
function isHalfLocal(left: Temporal, right: Temporal): boolean {
  return 'place' in left && 'place' in right && isLocal(left.place) !== isLocal(right.place);
}

const isLocal = ({ offset, zone }: Place): boolean => offset === null && zone === null;

const orderTimes = (left: FeelTime, right: FeelTime): number | null =>
  isHalfLocal(left, right) ? left.nano - right.nano : nanosBetween(right, left);

function orderDateTimes(left: FeelDateTime, right: FeelDateTime): number {
  const a = isHalfLocal(left, right) ? left : universal(left);
  const b = isHalfLocal(left, right) ? right : universal(right);
  return a.day - b.day || a.nano - b.nano;
}
