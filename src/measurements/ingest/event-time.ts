/**
 * Reads the time of a measurement: ISO 8601, also with a space instead of the T as loggers write it, or milliseconds since
 * 1970; a number that looks like seconds since 1970 is none. A time without an offset is read in the plant's time zone, never in the machine's: an hour that is skipped in
 * spring moves forward, an hour that comes twice in autumn is the first one.
 */
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../kernel/clock.ts';

/** Unknown → instant; undefined when it is no time. Fractions below a millisecond are cut off. */
export type ReadTime = (time: unknown) => Instant | undefined;

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?$/;
/** The end of the year 9999: what a four-digit year can say. */
const LAST_INSTANT = 253_402_300_799_999;
/** Seconds of the years 2001 to 2286; as milliseconds they lie in the spring of 1970, where no plant has measured. */
const isInSeconds = (time: number): boolean => time >= 1_000_000_000 && time < 10_000_000_000;
const MINUTE_MS = 60_000;
/** Offsets change on quarter hours everywhere since 1972; each is looked up once, since a look-up takes 40 µs. */
const OFFSET_STEP_MS = 15 * MINUTE_MS;
const MAX_KNOWN_OFFSETS = 100_000;

export function openReadTime(timeZone: string): ReadTime {
  const offsetOf = openOffsets(timeZone);
  return (time) => {
    if (typeof time === 'number' && isInSeconds(time)) return undefined;
    const at = typeof time === 'number' ? time : typeof time === 'string' ? parseTime(time, offsetOf) : undefined;
    return at !== undefined && Number.isSafeInteger(at) && at >= 0 && at <= LAST_INSTANT ? at : undefined;
  };
}

function parseTime(text: string, offsetOf: (wallMs: number) => number): number | undefined {
  const parts = TIME.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', utc, sign, offsetHour, offsetMinute = '0'] =
    parts;
  const wall = new Date(0);
  wall.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 31 April becomes 1 May: then it was no date.
  if (wall.getUTCMonth() !== Number(month) - 1 || wall.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const wallMs = wall.getTime() + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + milliseconds;
  if (utc !== undefined) return wallMs;
  if (sign === undefined) return wallMs - offsetOf(wallMs);
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offsetMs = (Number(offsetHour) * 60 + Number(offsetMinute)) * MINUTE_MS;
  return sign === '-' ? wallMs + offsetMs : wallMs - offsetMs;
}

/** How far the zone's wall clock is ahead of UTC when it shows this time. */
function openOffsets(timeZone: string): (wallMs: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const known = new Map<number, number>();
  return (wallMs) => {
    const step = Math.floor(wallMs / OFFSET_STEP_MS);
    const found = known.get(step);
    if (found !== undefined) return found;
    const wall = Temporal.Instant.fromEpochMilliseconds(step * OFFSET_STEP_MS)
      .toZonedDateTimeISO('UTC')
      .toPlainDateTime();
    const offsetMs =
      step * OFFSET_STEP_MS - wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
    if (known.size >= MAX_KNOWN_OFFSETS) known.clear();
    known.set(step, offsetMs);
    return offsetMs;
  };
}
