/** FEEL's functions on dates, times and durations. Each takes the forms of DMN 1.5, table 75 and 78; what is none of them is null. */

import { type Frame, failure, spend } from '../evaluation/frame.ts';
import { calendarDay, dayOf, dayOfYear, monthsBetween, weekdayOf, weekOfYear } from '../temporal/calendar.ts';
import {
  DaysDuration,
  dateOf,
  dateTimeOf,
  FeelDate,
  FeelDateTime,
  FeelTime,
  isTemporal,
  LOCAL,
  MonthsDuration,
  momentOf,
  type Place,
  SECOND_NANOS,
  timeOf,
  UTC,
} from '../temporal/temporal.ts';
import { LARGEST_OFFSET, parseDate, parseDateTime, parseDuration, parseTime } from '../temporal/temporal-text.ts';
import { isZone } from '../temporal/zones.ts';
import { integerOf, isNumber, multiply } from '../values/number.ts';
import type { Value } from '../values/value.ts';
import { type BuiltIn, unary } from './built-in.ts';

/** Asking for a zone's offset takes 1 µs, opening a zone 70: measured, as long as this many other steps. */
const ZONE_STEPS = 50;
const MINUTE = 60;
const HOUR = 3_600;
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

export const temporalFunctions: Readonly<Record<string, BuiltIn>> = {
  date: {
    least: 1,
    most: 3,
    isConstant: true,
    call: (operands, frame) => (operands.length === 1 ? toDate(operands[0] ?? null, frame) : dateFromParts(operands)),
  },
  time: {
    least: 1,
    most: 4,
    isConstant: true,
    call: (operands, frame) => (operands.length === 1 ? toTime(operands[0] ?? null, frame) : timeFromParts(operands)),
  },
  'date and time': {
    least: 1,
    most: 2,
    isConstant: true,
    call: ([first = null, second], frame) =>
      second === undefined ? toDateTime(first, frame) : combine(first, second, frame),
  },
  duration: { ...unary((text) => (typeof text === 'string' ? parseDuration(text) : null)), isConstant: true },
  'years and months duration': {
    least: 2,
    most: 2,
    isConstant: true,
    call: ([from = null, to = null]) => {
      const first = dayIn(from);
      const last = dayIn(to);
      return first === null || last === null ? null : new MonthsDuration(monthsBetween(first, last) + 0);
    },
  },
  'day of week': ofDay((day) => WEEKDAYS[weekdayOf(day) - 1] ?? null),
  'month of year': ofDay((day) => MONTHS[calendarDay(day).month - 1] ?? null),
  'day of year': ofDay(dayOfYear),
  'week of year': ofDay(weekOfYear),
  now: { least: 0, most: 0, needsClock: true, call: (_, frame) => clockOf(frame) },
  today: { least: 0, most: 0, needsClock: true, call: (_, frame) => dateOf(clockOf(frame)?.day ?? null) },
};

/** Named zones cost more than other places. */
export function paidZone(value: Value, frame: Frame): Value {
  if (isTemporal(value) && 'place' in value && value.place.zone !== null) spend(frame, ZONE_STEPS);
  return value;
}

function toDate(value: Value, frame: Frame): Value {
  if (typeof value === 'string') return parsed(parseDate, value, frame);
  if (value instanceof FeelDate) return value;
  return value instanceof FeelDateTime ? dateOf(value.day) : null;
}

function toTime(value: Value, frame: Frame): Value {
  if (typeof value === 'string') return parsed(parseTime, value, frame);
  if (value instanceof FeelTime) return value;
  if (value instanceof FeelDateTime) return new FeelTime(value.nano, value.place);
  return value instanceof FeelDate ? timeOf(0, UTC) : null;
}

function toDateTime(value: Value, frame: Frame): Value {
  if (typeof value === 'string') return parsed(parseDateTime, value, frame);
  return value instanceof FeelDateTime ? value : null;
}

function parsed(parse: (text: string) => Value, text: string, frame: Frame): Value {
  if (text.includes('@')) spend(frame, ZONE_STEPS);
  return parse(text);
}

/** The day of the first with the time, and the place, of the second. */
function combine(date: Value, time: Value, frame: Frame): Value {
  const day = dayIn(date);
  if (day === null || !(time instanceof FeelTime)) return null;
  return paidZone(dateTimeOf(day, time.nano, time.place), frame);
}

function dateFromParts([year = null, month = null, day = null]: readonly Value[]): Value {
  if (!isNumber(year) || !isNumber(month) || !isNumber(day)) return null;
  return dateOf(dayOf({ year: Number(year), month: Number(month), day: Number(day) }));
}

function timeFromParts([hour = null, minute = null, second = null, offset = null]: readonly Value[]): Value {
  const place = placeAt(offset);
  if (place === null || !isBelow(hour, 24) || !isBelow(minute, 60) || !isNumber(second)) return null;
  const nanos = multiply(second, SECOND_NANOS);
  const whole = nanos === null ? null : integerOf(nanos, BigInt(MINUTE * SECOND_NANOS - 1));
  if (whole === null || whole < 0n) return null;
  return timeOf((hour * HOUR + minute * MINUTE) * SECOND_NANOS + Number(whole), place);
}

const isBelow = (value: Value, limit: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit;

function placeAt(offset: Value): Place | null {
  if (offset === null) return LOCAL;
  if (!(offset instanceof DaysDuration)) return null;
  const seconds = Number(offset.nanos) / SECOND_NANOS;
  return Number.isInteger(seconds) && Math.abs(seconds) <= LARGEST_OFFSET ? { offset: seconds, zone: null } : null;
}

function dayIn(value: Value): number | null {
  return value instanceof FeelDate || value instanceof FeelDateTime ? value.day : null;
}

function ofDay(answer: (day: number) => Value): BuiltIn {
  return unary((value) => {
    const day = dayIn(value);
    return day === null ? null : answer(day);
  });
}

/** The caller's clock, never the machine's: the same command gives the same answer whenever it is run again. */
function clockOf(frame: Frame): FeelDateTime | null {
  const { now, timeZone } = frame.clock;
  if (now === undefined || !Number.isFinite(now)) throw failure(frame, 'it asks for the time, and was given none');
  if (timeZone === undefined) return momentOf(now, null);
  if (!isZone(timeZone)) throw failure(frame, `there is no time zone "${timeZone}"`);
  spend(frame, ZONE_STEPS);
  return momentOf(now, timeZone);
}
