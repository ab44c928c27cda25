/** Which of two dates, times or durations comes first. Two kinds do not compare, and neither do local and placed times. */
import { type FeelDateTime, type FeelTime, SECOND_NANOS, type Temporal, universal } from './temporal.ts';

/** Below, at or above zero, as in a sort; null if nobody can say. */
export function orderTemporals(left: Temporal, right: Temporal): number | null {
  if (left.kind === 'date') return right.kind === 'date' ? left.day - right.day : null;
  if (left.kind === 'time') return right.kind === 'time' ? nanosBetween(right, left) : null;
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

function orderDateTimes(left: FeelDateTime, right: FeelDateTime): number | null {
  if (!areComparable(left, right)) return null;
  const a = universal(left);
  const b = universal(right);
  return a.day - b.day || a.nano - b.nano;
}
