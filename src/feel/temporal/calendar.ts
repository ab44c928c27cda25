/**
 * The Gregorian calendar, carried on before 1582 and into the years of FEEL, ±999,999,999: far beyond what Date can hold.
 * A day is a whole number: days since 1970-01-01.
 */
export const LARGEST_YEAR = 999_999_999;

export type CalendarDay = { readonly year: number; readonly month: number; readonly day: number };

const MONTHS = 12;
/** The calendar repeats after 400 years, which are a whole number of weeks. */
export const CYCLE_DAYS = 146_097;
const CYCLE_YEARS = 400;
/** Counting years from March puts the leap day at their end: from 0000-03-01 to 1970-01-01. */
const DAYS_TO_1970 = 719_468;
const THURSDAY = 3;
const WEEK = 7;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % CYCLE_YEARS === 0);

function lengthOfMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Year, month and day → the day; null if the calendar has none such. */
export function dayOf({ year, month, day }: CalendarDay): number | null {
  if (!Number.isInteger(year) || Math.abs(year) > LARGEST_YEAR) return null;
  if (!Number.isInteger(month) || month < 1 || month > MONTHS) return null;
  if (!Number.isInteger(day) || day < 1 || day > lengthOfMonth(year, month)) return null;
  return countDays({ year, month, day });
}

function countDays({ year, month, day }: CalendarDay): number {
  const marchYear = month > 2 ? year : year - 1;
  const cycle = Math.floor(marchYear / CYCLE_YEARS);
  const yearOfCycle = marchYear - cycle * CYCLE_YEARS;
  const dayOfYear = Math.floor((153 * ((month + 9) % MONTHS) + 2) / 5) + day - 1;
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear;
  return cycle * CYCLE_DAYS + dayOfCycle - DAYS_TO_1970;
}

export function calendarDay(days: number): CalendarDay {
  const shifted = days + DAYS_TO_1970;
  const cycle = Math.floor(shifted / CYCLE_DAYS);
  const dayOfCycle = shifted - cycle * CYCLE_DAYS;
  const leaps = -Math.floor(dayOfCycle / 1_460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle + leaps) / 365);
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: cycle * CYCLE_YEARS + yearOfCycle + Number(month <= 2),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

const FIRST_DAY = countDays({ year: -LARGEST_YEAR, month: 1, day: 1 });
const LAST_DAY = countDays({ year: LARGEST_YEAR, month: 12, day: 31 });

export const isDay = (days: number): boolean => days >= FIRST_DAY && days <= LAST_DAY;

/** A month has no 31st: then it is its last day. Null beyond the years of FEEL. */
export function addMonths(days: number, months: number): number | null {
  const { year, month, day } = calendarDay(days);
  const total = year * MONTHS + (month - 1) + months;
  const target = { year: Math.floor(total / MONTHS), month: (((total % MONTHS) + MONTHS) % MONTHS) + 1 };
  return dayOf({ ...target, day: Math.min(day, lengthOfMonth(target.year, target.month)) });
}

/** Whole months from one day to another, negative if the other is earlier. */
export function monthsBetween(from: number, to: number): number {
  const start = calendarDay(from);
  const end = calendarDay(to);
  const months = (end.year - start.year) * MONTHS + end.month - start.month;
  if (months > 0 && end.day < start.day) return months - 1;
  return months < 0 && end.day > start.day ? months + 1 : months;
}

/** Monday is 1, Sunday 7. */
export const weekdayOf = (days: number): number => ((((days + THURSDAY) % WEEK) + WEEK) % WEEK) + 1;

export const dayOfYear = (days: number): number =>
  days - countDays({ year: calendarDay(days).year, month: 1, day: 1 }) + 1;

/** The week of ISO 8601: it belongs to the year that has its Thursday. */
export function weekOfYear(days: number): number {
  const thursday = days - weekdayOf(days) + 4;
  return Math.ceil(dayOfYear(thursday) / WEEK);
}
