/** FEEL's functions on dates, times and durations. Each takes the forms of DMN 1.5, table 75 and 78; what is none of them is null. */

import { type Frame, failure, spend } from '../evaluation/frame.ts';
import { calendarDay, dayOf, dayOfYear, monthsBetween, weekdayOf, weekOfYear } from '../temporal/calendar.ts';
import {
  type DaysDuration,
  dateOf,
  dateTimeOf,
  type FeelDateTime,
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
import {
  formatTemporal,
  LARGEST_OFFSET,
  parseDate,
  parseDateTime,
  parseDuration,
  parseTime,
} from '../temporal/temporal-text.ts';
import { isZone } from '../temporal/zones.ts';
import { equals } from '../values/comparison.ts';
import { type FeelNumber, integerOf, multiply } from '../values/number.ts';
import type { Value } from '../values/value.ts';
import { type BuiltIn, constant, define, either } from './built-in.ts';

/** Asking for a zone's offset takes 1 µs, opening a zone 70: measured, as long as this many other steps. */
const ZONE_STEPS = 50;
const MINUTE = 60;
const HOUR = 3_600;
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

export const temporalFunctions: Readonly<Record<string, BuiltIn>> = {
  date: constant(
    either(
      define('from: string', ([text], frame) => parsed(parseDate, text, frame)),
      define('from: day', ([value]) => dateOf(value.day)),
      define('year: number, month: number, day: number', ([year, month, day]) =>
        dateOf(dayOf({ year: Number(year), month: Number(month), day: Number(day) })),
      ),
    ),
  ),
  time: constant(
    either(
      define('from: string', ([text], frame) => parsed(parseTime, text, frame)),
      define('from: time', ([time]) => time),
      define('from: moment', ([{ nano, place }]) => new FeelTime(nano, place)),
      define('from: date', () => timeOf(0, UTC)),
      define('hour: number, minute: number, second: number, offset?: days duration', timeFromParts),
    ),
  ),
  'date and time': constant(
    either(
      define('from: string', ([text], frame) => parsed(parseDateTime, text, frame)),
      define('from: moment', ([moment]) => moment),
      define('from: date', ([date]) => dateTimeOf(date.day, 0, UTC)),
      define('date: day, time: time', ([date, time], frame) =>
        paidZone(dateTimeOf(date.day, time.nano, time.place), frame),
      ),
    ),
  ),
  duration: constant(
    either(
      define('from: string', ([text]) => parseDuration(text)),
      define('from: duration', ([duration]) => duration),
    ),
  ),
  'years and months duration': constant(
    define('from: day, to: day', ([from, to]) => new MonthsDuration(monthsBetween(from.day, to.day) + 0)),
  ),
  'day of week': ofDay((day) => WEEKDAYS[weekdayOf(day) - 1] ?? null),
  'month of year': ofDay((day) => MONTHS[calendarDay(day).month - 1] ?? null),
  'day of year': ofDay(dayOfYear),
  'week of year': ofDay(weekOfYear),
  is: define('value1: any, value2: any', ([left, right], frame) => isSame(left, right, frame)),
  now: { ...define('', (_, frame) => clockOf(frame)), needsClock: true },
  today: { ...define('', (_, frame) => dateOf(clockOf(frame)?.day ?? null)), needsClock: true },
};

/** Named zones cost more than other places. */
export function paidZone(value: Value, frame: Frame): Value {
  if (isTemporal(value) && 'place' in value && value.place.zone !== null) spend(frame, ZONE_STEPS);
  return value;
}

function parsed(parse: (text: string) => Value, text: string, frame: Frame): Value {
  if (text.includes('@')) spend(frame, ZONE_STEPS);
  return parse(text);
}

function timeFromParts([hour, minute, second, offset]: readonly [
  FeelNumber,
  FeelNumber,
  FeelNumber,
  DaysDuration | null,
]): Value {
  const place = placeAt(offset);
  if (place === null || !isBelow(hour, 24) || !isBelow(minute, 60)) return null;
  const nanos = multiply(second, SECOND_NANOS);
  const whole = nanos === null ? null : integerOf(nanos, BigInt(MINUTE * SECOND_NANOS - 1));
  if (whole === null || whole < 0n) return null;
  return timeOf((hour * HOUR + minute * MINUTE) * SECOND_NANOS + Number(whole), place);
}

const isBelow = (value: FeelNumber, limit: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit;

function placeAt(offset: DaysDuration | null): Place | null {
  if (offset === null) return LOCAL;
  const seconds = Number(offset.nanos) / SECOND_NANOS;
  return Number.isInteger(seconds) && Math.abs(seconds) <= LARGEST_OFFSET ? { offset: seconds, zone: null } : null;
}

function ofDay(answer: (day: number) => Value): BuiltIn {
  return define('date: day', ([{ day }]) => answer(day));
}

/** The same value of the same kind: of times, also the same offset or zone (DMN 1.5, table 77). */
function isSame(left: Value, right: Value, frame: Frame): boolean {
  if (!isTemporal(left) || !isTemporal(right)) return equals(left, right, frame) === true;
  return left.kind === right.kind && formatTemporal(left) === formatTemporal(right);
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
