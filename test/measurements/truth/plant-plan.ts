/**
 * The shift plan of the plant: three shifts with a break each, no weekend, a holiday, other times from the middle of each
 * period on, and a night shift over the night in which the clocks change.
 */
import type { ShiftPlan, ShiftRule, WallStretch } from './calendar.ts';
import type { Configuration } from './configuration.ts';
import { addDays, dayOfWeek, localDays, startOfDay } from './wall-clock.ts';

export const LINE = 'north';
/** A period shorter than this has no holiday. */
const DAYS_WITH_HOLIDAY = 7;
const HOUR_MS = 3_600_000;

type Hours = { readonly name: string; readonly breaks: readonly WallStretch[] } & WallStretch;
const FIRST_HOURS: readonly Hours[] = [
  { name: 'early', from: '06:00', to: '14:00', breaks: [{ from: '10:00', to: '10:30' }] },
  { name: 'late', from: '14:00', to: '22:00', breaks: [{ from: '18:00', to: '18:30' }] },
  { name: 'night', from: '22:00', to: '06:00', breaks: [{ from: '02:00', to: '02:30' }] },
];
/** An hour earlier: on the first day the early shift begins before the night shift has ended. */
const SECOND_HOURS: readonly Hours[] = [
  { name: 'early', from: '05:00', to: '13:00', breaks: [{ from: '09:00', to: '09:30' }] },
  { name: 'late', from: '13:00', to: '21:00', breaks: [{ from: '17:00', to: '17:30' }] },
  { name: 'night', from: '21:00', to: '05:00', breaks: [{ from: '01:45', to: '02:15' }] },
];

export function plantPlan({ firstDays, days, timeZone }: Configuration): ShiftPlan {
  return {
    id: 'three-shifts',
    timeZone,
    lines: [LINE],
    rules: firstDays.flatMap((firstDay) => periodRules(firstDay, days, timeZone)),
    holidays: days < DAYS_WITH_HOLIDAY ? [] : firstDays.map((firstDay) => holidayOf(firstDay, days)),
  };
}

/** The night before the first day belongs to the period: a shift has begun when the first reading comes. */
function periodRules(firstDay: string, days: number, timeZone: string): ShiftRule[] {
  const change = addDays(firstDay, Math.ceil(days / 2));
  const first = { validFrom: addDays(firstDay, -1), validTo: addDays(change, -1) };
  const second = { validFrom: change, validTo: addDays(firstDay, days - 1) };
  const rules: ShiftRule[] = [
    ...FIRST_HOURS.map((hours): ShiftRule => ({ ...hours, days: ['mon', 'tue', 'wed', 'thu', 'fri'], ...first })),
    { ...FIRST_HOURS[2]!, days: ['sun'], validFrom: first.validFrom, validTo: first.validFrom },
    ...SECOND_HOURS.map((hours): ShiftRule => ({ ...hours, days: ['mon', 'tue', 'wed', 'thu', 'fri'], ...second })),
  ];
  for (const eve of clockChangeEves(firstDay, days, timeZone)) {
    const night = (eve < change ? FIRST_HOURS : SECOND_HOURS)[2]!;
    rules.push({ ...night, days: ['sat'], validFrom: eve, validTo: eve });
  }
  return rules;
}

/** The dates in the evening of which a night begins that is longer or shorter than others. */
function clockChangeEves(firstDay: string, days: number, timeZone: string): string[] {
  const period = { from: startOfDay(firstDay, timeZone), to: startOfDay(addDays(firstDay, days), timeZone) };
  return localDays(period, timeZone)
    .filter(({ from, to }) => to - from !== 24 * HOUR_MS)
    .map(({ date }) => addDays(date, -1));
}

/** A working day in the first half. */
function holidayOf(firstDay: string, days: number): string {
  let date = addDays(firstDay, Math.floor(days / 3));
  while (dayOfWeek(date) > 5) date = addDays(date, 1);
  return date;
}
