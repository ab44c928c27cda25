/** Wall clock times and dates of a zone as instants. Only the few borders of shifts and days are converted, never rows. */
import { Temporal } from 'temporal-polyfill';
import type { Stretch } from './stretch.ts';

export type LocalDay = Stretch & {
  /** As 2026-03-29. */
  readonly date: string;
};

/** A time that is skipped moves forward by the length of the jump; one that occurs twice is the first. */
export const instantOf = (date: string, time: string, timeZone: string): number =>
  Temporal.PlainDate.from(date)
    .toPlainDateTime(Temporal.PlainTime.from(time))
    .toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;

export const startOfDay = (date: string, timeZone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds;

export const dateOf = (instant: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();

export const addDays = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString();

/** 1 is Monday, 7 is Sunday. */
export const dayOfWeek = (date: string): number => Temporal.PlainDate.from(date).dayOfWeek;

/** The local days that overlap the stretch, in order. A day has 23, 24 or 25 hours. */
export function localDays({ from, to }: Stretch, timeZone: string): LocalDay[] {
  const days: LocalDay[] = [];
  for (let date = dateOf(from, timeZone); startOfDay(date, timeZone) < to; date = addDays(date, 1))
    days.push({ date, from: startOfDay(date, timeZone), to: startOfDay(addDays(date, 1), timeZone) });
  return days;
}
