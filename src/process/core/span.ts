/**
 * A time as a timer counts it: months and days by the calendar of a time zone, hours and less by the clock. So a timer of
 * "P1D" rings at the same hour of the next day, also when the clocks change in between; one of "1d" or "PT24H" does not.
 */
import { addMonths } from '../../feel/temporal/calendar.ts';
import { DAY_SECONDS, instantOf, offsetAt } from '../../feel/temporal/zones.ts';
import type { Instant } from '../../kernel/clock.ts';
import { parseDuration } from '../../kernel/duration.ts';

/** The moment at which something is decided, and the zone of times that name none. */
export type Moment = { readonly now: Instant; readonly timeZone: string };

export type Span = { readonly months: number; readonly days: number; readonly ms: number };

const CALENDAR = /^P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(T.+)?$/;

/** "30s", "PT1H", "P1M", "P1Y2M10DT2H". Throws `duration.malformed`. */
export function parseSpan(text: string): Span {
  const [, years = '0', months = '0', weeks = '0', days = '0', time] = CALENDAR.exec(text) ?? [];
  const calendar = { months: Number(years) * 12 + Number(months), days: Number(weeks) * 7 + Number(days) };
  const isCalendar = calendar.months + calendar.days > 0;
  if (!isCalendar) return { months: 0, days: 0, ms: parseDuration(text) };
  return { ...calendar, ms: time === undefined ? 0 : parseDuration(`P${time}`) };
}

/** About how long it is, for limits. */
export const roughMs = ({ months, days, ms }: Span): number => (months * 30 + days) * DAY_SECONDS * 1_000 + ms;

/** The instant so much later. A month has no 31st: then it is its last day. */
export function addSpan(from: Instant, { months, days, ms }: Span, timeZone: string): Instant {
  if (months === 0 && days === 0) return from + ms;
  const seconds = Math.floor(from / 1_000);
  const local = seconds + offsetAt(timeZone, seconds);
  const day = Math.floor(local / DAY_SECONDS);
  const later = (addMonths(day, months) ?? day) + days;
  const at = instantOf(timeZone, later * DAY_SECONDS + (local - day * DAY_SECONDS));
  return at * 1_000 + (from - seconds * 1_000) + ms;
}

/** The instant of a date and time; one without an offset is of the time zone. undefined: it is none. */
export function parseInstant(text: string, timeZone: string): Instant | undefined {
  if (!DATE_TIME.test(text) || !isDate(text.slice(0, 10))) return undefined;
  const hasTime = text.includes('T');
  const full = hasTime ? text : `${text}T00:00:00`;
  if (/(Z|[+-]\d{2}:\d{2})$/.test(full)) return Date.parse(full);
  const local = Date.parse(`${full}Z`);
  return instantOf(timeZone, Math.floor(local / 1_000)) * 1_000 + (local % 1_000);
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
/** The runtime reads February 30 as a day of March. */
const isDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};
