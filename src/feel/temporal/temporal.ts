/**
 * Dates, times, dates with times, and the two durations: days with times, and months, which have no fixed length.
 * Days and months are whole numbers; within a day nanoseconds count, which a double holds exactly.
 */
import { Opaque } from '../values/opaque.ts';
import { isDay } from './calendar.ts';
import { DAY_SECONDS, instantOf, offsetAt, steadyOffset } from './zones.ts';

export const SECOND_NANOS = 1_000_000_000;
export const DAY_NANOS = DAY_SECONDS * SECOND_NANOS;
const BIG_DAY = BigInt(DAY_NANOS);
/** No two days of the calendar are further apart; more is null, so that numbers stay small however often they are multiplied. */
const LONGEST_DAYS = 730_485_000_000n;
export const LONGEST_NANOS = LONGEST_DAYS * BIG_DAY;
const LONGEST_MONTHS = 24_000_000_000;

/** Where a clock stands. All null: nobody knows ("local"). A time of a named zone has no offset as long as the day is open. */
export type Place = { readonly offset: number | null; readonly zone: string | null };
export const LOCAL: Place = { offset: null, zone: null };
export const UTC: Place = { offset: 0, zone: null };

/** What all of them are. */
abstract class Moment extends Opaque {}

export class FeelDate extends Moment {
  readonly kind = 'date';
  readonly day: number;

  constructor(day: number) {
    super();
    this.day = day;
  }
}

export class FeelTime extends Moment {
  readonly kind = 'time';
  /** Since midnight. */
  readonly nano: number;
  readonly place: Place;

  constructor(nano: number, place: Place) {
    super();
    this.nano = nano;
    this.place = place;
  }
}

/** Day and time as the clocks of its place show them; the offset is known if the zone is. */
export class FeelDateTime extends Moment {
  readonly kind = 'date and time';
  readonly day: number;
  readonly nano: number;
  readonly place: Place;

  constructor(day: number, nano: number, place: Place) {
    super();
    this.day = day;
    this.nano = nano;
    this.place = place;
  }
}

export class DaysDuration extends Moment {
  readonly kind = 'days and time duration';
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.nanos = nanos;
  }
}

export class MonthsDuration extends Moment {
  readonly kind = 'years and months duration';
  readonly months: number;

  constructor(months: number) {
    super();
    this.months = months;
  }
}

export type Temporal = FeelDate | FeelTime | FeelDateTime | DaysDuration | MonthsDuration;

export const isTemporal = (value: unknown): value is Temporal => value instanceof Moment;

export const dateOf = (day: number | null): FeelDate | null => (day !== null && isDay(day) ? new FeelDate(day) : null);

export const daysDuration = (nanos: bigint): DaysDuration | null =>
  nanos <= LONGEST_NANOS && nanos >= -LONGEST_NANOS ? new DaysDuration(nanos) : null;

export const monthsDuration = (months: number): MonthsDuration | null =>
  Math.abs(months) <= LONGEST_MONTHS ? new MonthsDuration(months + 0) : null; // no minus zero

export const timeOf = (nano: number, { offset, zone }: Place): FeelTime =>
  new FeelTime(nano, zone === null ? { offset, zone } : { offset: steadyOffset(zone), zone });

/** What the clocks of the place show; in a named zone its rules say the offset, and skipped times move forward. */
export function dateTimeOf(day: number | null, nano: number, { offset, zone }: Place): FeelDateTime | null {
  if (day === null || !isDay(day)) return null;
  if (zone === null) return new FeelDateTime(day, nano, { offset, zone });
  const second = Math.floor(nano / SECOND_NANOS);
  const local = day * DAY_SECONDS + second;
  const resolved = local - instantOf(zone, local);
  const shown = offsetAt(zone, local - resolved);
  return inUtc(day, nano - resolved * SECOND_NANOS, { offset: shown, zone });
}

/** A day and time of UTC as the clocks of a place show them; `nano` may lie outside of the day. */
function inUtc(day: number, nano: number, place: Place): FeelDateTime | null {
  const local = carry(day, nano + (place.offset ?? 0) * SECOND_NANOS);
  return isDay(local.day) ? new FeelDateTime(local.day, local.nano, place) : null;
}

/** Milliseconds since 1970 as the clocks of a zone show them. */
export function momentOf(ms: number, zone: string | null): FeelDateTime | null {
  const seconds = Math.floor(ms / 1_000);
  const day = Math.floor(seconds / DAY_SECONDS);
  const nano = (seconds - day * DAY_SECONDS) * SECOND_NANOS + Math.round((ms - seconds * 1_000) * 1_000_000);
  return inUtc(day, nano, zone === null ? UTC : { offset: offsetAt(zone, seconds), zone });
}

/** The day and time of UTC; of a local time, its own. */
export const universal = ({ day, nano, place }: FeelDateTime): { readonly day: number; readonly nano: number } =>
  carry(day, nano - (place.offset ?? 0) * SECOND_NANOS);

/** Days are 24 hours long here, as in FEEL: across a change of the clocks the time of the day moves. */
export function later(start: FeelDateTime, nanos: bigint): FeelDateTime | null {
  const { day, nano } = universal(start);
  const total = BigInt(nano) + nanos;
  const days = floorDivide(total, BIG_DAY);
  const at = { day: day + Number(days), nano: Number(total - days * BIG_DAY) };
  const { zone } = start.place;
  if (zone === null || !isDay(at.day)) return inUtc(at.day, at.nano, start.place);
  const seconds = at.day * DAY_SECONDS + Math.floor(at.nano / SECOND_NANOS);
  return inUtc(at.day, at.nano, { offset: offsetAt(zone, seconds), zone });
}

/** Whole days, rounded down: midnight plus these is the day on which a duration ends. */
export const wholeDays = (nanos: bigint): number => Number(floorDivide(nanos, BIG_DAY));

/** The time of the day after a duration, which may go around the clock. */
export const aroundClock = (nano: number, nanos: bigint): number => {
  const total = BigInt(nano) + nanos;
  return Number(total - floorDivide(total, BIG_DAY) * BIG_DAY);
};

function carry(day: number, nano: number): { day: number; nano: number } {
  const days = Math.floor(nano / DAY_NANOS);
  return { day: day + days, nano: nano - days * DAY_NANOS };
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
