/** `+ - * /` and signs over dates, times and durations: DMN 1.5, 10.3.2.3.4 and table 53. What has no meaning is null. */

import { absolute, divide, type FeelNumber, integerOf, isNumber, multiply, parseNumber } from '../values/number.ts';
import type { Value } from '../values/value.ts';
import { addMonths } from './calendar.ts';
import {
  aroundClock,
  DAY_NANOS,
  DaysDuration,
  dateOf,
  dateTimeOf,
  daysDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  isTemporal,
  LONGEST_NANOS,
  later,
  MonthsDuration,
  monthsDuration,
  type Temporal,
  timeOf,
  UTC,
  universal,
  wholeDays,
} from './temporal.ts';
import { areComparable, nanosBetween } from './temporal-order.ts';

type Duration = DaysDuration | MonthsDuration;

const isDuration = (value: Value): value is Duration =>
  value instanceof DaysDuration || value instanceof MonthsDuration;

export function addTemporals(left: Value, right: Value): Value {
  if (!isTemporal(left) || !isTemporal(right)) return null;
  if (isDuration(right)) return shift(left, right);
  return isDuration(left) ? shift(right, left) : null;
}

export function subtractTemporals(left: Value, right: Value): Value {
  if (!isTemporal(left) || !isTemporal(right)) return null;
  return isDuration(right) ? shift(left, negative(right)) : between(right, left);
}

/** A duration times a number, either way round. */
export function scaleTemporals(left: Value, right: Value): Value {
  if (isNumber(right) && isDuration(left)) return resized(left, multiply(sizeOf(left), right));
  return isNumber(left) && isDuration(right) ? resized(right, multiply(sizeOf(right), left)) : null;
}

/** A duration by a number is a duration, by one of its kind a number. */
export function divideTemporals(left: Value, right: Value): Value {
  if (!isDuration(left)) return null;
  if (isNumber(right)) return resized(left, divide(sizeOf(left), right));
  return isDuration(right) && right.kind === left.kind ? divide(sizeOf(left), sizeOf(right)) : null;
}

export const negateTemporal = (value: Value): Value => (isDuration(value) ? negative(value) : null);

export const absoluteTemporal = (value: Value): Value =>
  isDuration(value) ? resized(value, absolute(sizeOf(value))) : null;

function shift(start: Temporal, by: Duration): Value {
  if (by instanceof MonthsDuration) return shiftByMonths(start, by.months);
  if (start instanceof FeelDate) return dateOf(start.day + wholeDays(by.nanos));
  if (start instanceof FeelTime) return timeOf(aroundClock(start.nano, by.nanos), start.place);
  if (start instanceof FeelDateTime) return later(start, by.nanos);
  return start instanceof DaysDuration ? daysDuration(start.nanos + by.nanos) : null;
}

function shiftByMonths(start: Temporal, months: number): Value {
  if (start instanceof FeelDate) return dateOf(addMonths(start.day, months));
  if (start instanceof FeelDateTime) return dateTimeOf(addMonths(start.day, months), start.nano, start.place);
  return start instanceof MonthsDuration ? monthsDuration(start.months + months) : null;
}

/** A date beside a date with a time counts as its midnight in UTC. */
function between(from: Temporal, to: Temporal): Value {
  if (from instanceof FeelTime && to instanceof FeelTime) {
    const nanos = nanosBetween(from, to);
    return nanos === null ? null : daysDuration(BigInt(nanos));
  }
  const start = midnightOf(from);
  const end = midnightOf(to);
  if (start === null || end === null || !areComparable(start, end)) return null;
  const first = universal(start);
  const last = universal(end);
  return daysDuration(BigInt(last.day - first.day) * BigInt(DAY_NANOS) + BigInt(last.nano - first.nano));
}

function midnightOf(value: Temporal): FeelDateTime | null {
  if (value instanceof FeelDate) return new FeelDateTime(value.day, 0, UTC);
  return value instanceof FeelDateTime ? value : null;
}

const negative = (duration: Duration): Duration =>
  duration instanceof DaysDuration ? new DaysDuration(-duration.nanos) : new MonthsDuration(0 - duration.months);

function sizeOf(duration: Duration): FeelNumber {
  return duration instanceof DaysDuration ? (parseNumber(String(duration.nanos)) ?? 0) : duration.months;
}

/** Cut off to whole nanoseconds or months, towards zero. */
function resized(duration: Duration, size: FeelNumber | null): Value {
  const whole = size === null ? null : integerOf(size, LONGEST_NANOS);
  if (whole === null) return null;
  return duration instanceof DaysDuration ? daysDuration(whole) : monthsDuration(Number(whole));
}
