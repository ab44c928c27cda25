/** What can be asked of dates, times and durations behind a point: `due.year`, `started.time offset`, `pause.minutes`. */

import { divide, type FeelNumber } from '../values/number.ts';
import type { Value } from '../values/value.ts';
import { calendarDay, weekdayOf } from './calendar.ts';
import {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  type FeelTime,
  MonthsDuration,
  type Place,
  SECOND_NANOS,
  type Temporal,
} from './temporal.ts';

const MINUTE_NANOS = 60 * SECOND_NANOS;
const HOUR_NANOS = 60 * MINUTE_NANOS;
const BIG_DAY = BigInt(24 * HOUR_NANOS);

/** Null for what the value does not have. */
export function propertyOf(value: Temporal, key: string): Value {
  if (value instanceof MonthsDuration) return monthsProperty(value.months, key);
  if (value instanceof DaysDuration) return daysProperty(value.nanos, key);
  if (value instanceof FeelDate) return dayProperty(value.day, key);
  return clockProperty(value, key) ?? (value instanceof FeelDateTime ? dayProperty(value.day, key) : null);
}

function dayProperty(day: number, key: string): Value {
  if (key === 'weekday') return weekdayOf(day);
  return key === 'year' || key === 'month' || key === 'day' ? calendarDay(day)[key] : null;
}

function clockProperty({ nano, place }: FeelTime | FeelDateTime, key: string): Value {
  switch (key) {
    case 'hour':
      return Math.floor(nano / HOUR_NANOS);
    case 'minute':
      return Math.floor(nano / MINUTE_NANOS) % 60;
    case 'second':
      return secondsOf(nano % MINUTE_NANOS);
    case 'time offset':
      return offsetOf(place);
    case 'timezone':
      return place.zone;
    default:
      return null;
  }
}

const offsetOf = ({ offset }: Place): Value =>
  offset === null ? null : new DaysDuration(BigInt(offset) * BigInt(SECOND_NANOS));

function monthsProperty(months: number, key: string): Value {
  if (key === 'years') return Math.trunc(months / 12) + 0;
  return key === 'months' ? (months % 12) + 0 : null;
}

function daysProperty(nanos: bigint, key: string): Value {
  const rest = Number(nanos % BIG_DAY);
  switch (key) {
    case 'days':
      return Number(nanos / BIG_DAY);
    case 'hours':
      return Math.trunc(rest / HOUR_NANOS) + 0;
    case 'minutes':
      return (Math.trunc(rest / MINUTE_NANOS) % 60) + 0;
    case 'seconds':
      return secondsOf((rest % MINUTE_NANOS) + 0);
    default:
      return null;
  }
}

const secondsOf = (nanos: number): FeelNumber | null => divide(nanos, SECOND_NANOS);
