/** Dates, times and durations as text: ISO 8601 as FEEL has it, with a zone's name behind an @. */
import { calendarDay, dayOf } from './calendar.ts';
import {
  DAY_NANOS,
  type DaysDuration,
  dateOf,
  dateTimeOf,
  daysDuration,
  type FeelDate,
  type FeelDateTime,
  type FeelTime,
  LOCAL,
  type MonthsDuration,
  monthsDuration,
  type Place,
  SECOND_NANOS,
  type Temporal,
  timeOf,
} from './temporal.ts';
import { isZone } from './zones.ts';

/** Longer texts are none of these. */
const MAX_TEXT_LENGTH = 100;
const MINUTE = 60;
const HOUR = 3_600;
/** An offset may not be larger than this. XML Schema names 14 hours; libraries of time, and models made with them, go to 18. */
export const LARGEST_OFFSET = 18 * HOUR;
const NANO_DIGITS = 9;

const YEAR = '-?(?:[1-9]\\d{4,8}|\\d{4})';
const DATE = `(${YEAR})-(\\d\\d)-(\\d\\d)`;
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d+))?([Zz]|[+-]\\d\\d:\\d\\d(?::\\d\\d)?|@.+)?';
const ONLY_DATE = new RegExp(`^${DATE}$`);
const ONLY_TIME = new RegExp(`^${TIME}$`);
const DATE_TIME = new RegExp(`^(.+?)T(${TIME})$`);
const MONTHS_DURATION = /^(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?$/;
const DAYS_DURATION = /^(-)?P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/;

type Clock = { readonly nano: number; readonly place: Place };

export function parseTemporal(text: string): Temporal | null {
  return parseDate(text) ?? parseTime(text) ?? parseDateTime(text) ?? parseDuration(text);
}

export function parseDate(text: string): FeelDate | null {
  return dateOf(readDay(text));
}

export function parseTime(text: string): FeelTime | null {
  const clock = readClock(text);
  return clock === null ? null : timeOf(clock.nano % DAY_NANOS, clock.place);
}

/** A date alone is its midnight. */
export function parseDateTime(text: string): FeelDateTime | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  const parts = DATE_TIME.exec(text);
  if (parts === null) return dateTimeOf(readDay(text), 0, LOCAL);
  const [, date = '', time = ''] = parts;
  const day = readDay(date);
  const clock = readClock(time);
  if (day === null || clock === null) return null;
  const isNextDay = clock.nano === DAY_NANOS; // 24:00:00
  return dateTimeOf(isNextDay ? day + 1 : day, clock.nano % DAY_NANOS, clock.place);
}

export function parseDuration(text: string): DaysDuration | MonthsDuration | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  const months = MONTHS_DURATION.exec(text);
  if (months !== null) {
    const [, sign, years = '0', rest = '0'] = months;
    const total = Number(years) * 12 + Number(rest);
    return monthsDuration(sign === '-' ? -total : total);
  }
  const parts = DAYS_DURATION.exec(text);
  if (parts === null) return null;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = parts;
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const total = whole * BigInt(SECOND_NANOS) + BigInt(readFraction(fraction));
  return daysDuration(sign === '-' ? -total : total);
}

/** As `string()` gives it, and as literals are written. */
export function formatTemporal(value: Temporal): string {
  switch (value.kind) {
    case 'date':
      return formatDay(value.day);
    case 'time':
      return formatClock(value.nano) + formatPlace(value.place);
    case 'date and time':
      return `${formatDay(value.day)}T${formatClock(value.nano)}${formatPlace(value.place)}`;
    case 'days and time duration':
      return formatDays(value.nanos);
    case 'years and months duration':
      return formatMonths(value.months);
    default:
      return value satisfies never;
  }
}

/** ISO 8601 for the world outside, which knows offsets but not @Europe/Berlin. */
export function isoOf(value: Temporal): string {
  if (value.kind !== 'date and time') return formatTemporal(value);
  const { offset } = value.place;
  return `${formatDay(value.day)}T${formatClock(value.nano)}${formatPlace({ offset, zone: null })}`;
}

function readDay(text: string): number | null {
  const [, year = '', month, day] = ONLY_DATE.exec(text) ?? [];
  if (year === '' || year === '-0000') return null;
  return dayOf({ year: Number(year), month: Number(month), day: Number(day) });
}

function readClock(text: string): Clock | null {
  const parts = text.length > MAX_TEXT_LENGTH ? null : ONLY_TIME.exec(text);
  if (parts === null) return null;
  const [, hour, minute, second, fraction = '', ending = ''] = parts;
  const place = readPlace(ending);
  const seconds = Number(hour) * HOUR + Number(minute) * MINUTE + Number(second);
  const nano = seconds * SECOND_NANOS + readFraction(fraction);
  const isOnClock = Number(minute) < MINUTE && Number(second) < MINUTE && nano <= DAY_NANOS;
  return isOnClock && place !== null ? { nano, place } : null;
}

function readPlace(ending: string): Place | null {
  if (ending === '') return LOCAL;
  if (ending === 'Z' || ending === 'z') return { offset: 0, zone: null };
  if (ending.startsWith('@')) {
    const zone = ending.slice(1);
    return isZone(zone) ? { offset: null, zone } : null;
  }
  const [hours = 0, minutes = 0, seconds = 0] = ending.slice(1).split(':').map(Number);
  const size = hours * HOUR + minutes * MINUTE + seconds;
  if (size > LARGEST_OFFSET || minutes >= MINUTE || seconds >= MINUTE) return null;
  return { offset: ending.startsWith('-') ? 0 - size : size, zone: null };
}

/** Digits behind the ninth are cut off. */
const readFraction = (digits: string): number => Number(digits.slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0'));

const two = (number: number): string => String(number).padStart(2, '0');

function formatDay(days: number): string {
  const { year, month, day } = calendarDay(days);
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function formatClock(nano: number): string {
  const seconds = Math.floor(nano / SECOND_NANOS);
  const clock = [Math.floor(seconds / HOUR), Math.floor(seconds / MINUTE) % MINUTE, seconds % MINUTE]
    .map(two)
    .join(':');
  return clock + formatFraction(nano - seconds * SECOND_NANOS);
}

const formatFraction = (nanos: number): string =>
  nanos === 0 ? '' : `.${String(nanos).padStart(NANO_DIGITS, '0').replace(/0+$/, '')}`;

function formatPlace({ offset, zone }: Place): string {
  if (zone !== null) return `@${zone}`;
  if (offset === null) return '';
  if (offset === 0) return 'Z';
  const size = Math.abs(offset);
  const parts = [Math.floor(size / HOUR), Math.floor(size / MINUTE) % MINUTE];
  if (size % MINUTE !== 0) parts.push(size % MINUTE);
  return (offset < 0 ? '-' : '+') + parts.map(two).join(':');
}

function formatDays(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const total = size / BigInt(SECOND_NANOS);
  const days = total / 86_400n;
  const seconds = Number(total - days * 86_400n);
  const fraction = formatFraction(Number(size - total * BigInt(SECOND_NANOS)));
  const hours = Math.floor(seconds / HOUR);
  const minutes = Math.floor(seconds / MINUTE) % MINUTE;
  const time = [
    hours === 0 ? '' : `${hours}H`,
    minutes === 0 ? '' : `${minutes}M`,
    seconds % MINUTE === 0 && fraction === '' ? '' : `${seconds % MINUTE}${fraction}S`,
  ].join('');
  if (days === 0n && time === '') return 'PT0S';
  return `${nanos < 0n ? '-' : ''}P${days === 0n ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`;
}

function formatMonths(months: number): string {
  const size = Math.abs(months);
  const years = Math.floor(size / 12);
  if (size === 0) return 'P0M';
  return `${months < 0 ? '-' : ''}P${years === 0 ? '' : `${years}Y`}${size % 12 === 0 ? '' : `${size % 12}M`}`;
}
