/**
 * When a line works: the rules of a shift plan on the wall clock, expanded to instants. A shift belongs to the date on
 * which it begins; one that begins before an earlier one has ended begins when that ends. A wall time that a
 * daylight-saving change skips moves forward, one that comes twice is the first: nights are 7, 8 or 9 hours long.
 */
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../kernel/clock.ts';
import type { ShiftPlan } from '../shift-plan/shift-plan.ts';
import { dateAfter, LocalDays } from './local-days.ts';

export type Stretch = { readonly from: Instant; readonly to: Instant };
export type Shift = Stretch & {
  readonly name: string;
  /** On which it begins. */
  readonly date: string;
  readonly breaks: readonly Stretch[];
};
type Rules = Pick<ShiftPlan, 'timeZone' | 'rules' | 'holidays'>;
type Rule = Rules['rules'][number];

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** The shifts that overlap `[from, to)`, in order. They do not overlap each other. */
export function shiftsBetween(plan: Rules, { from, to }: Stretch): Shift[] {
  const days = new LocalDays(plan.timeZone);
  // A night shift of the day before may reach into the first day, and cut what begins in it.
  const first = dateAfter(days.at(from).date, -2);
  const last = days.at(Math.max(from, to - 1)).date;
  const shifts: Shift[] = [];
  for (let date = first; date <= last; date = dateAfter(date, 1)) shifts.push(...shiftsOn(plan, date));
  return apart(shifts).filter((shift) => shift.from < to && shift.to > from);
}

/** The shifts that begin on a date, as the rules say, ordered by their beginning. */
function shiftsOn({ timeZone, rules, holidays }: Rules, date: string): Shift[] {
  if (holidays.includes(date)) return [];
  const weekday = WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] as (typeof WEEKDAYS)[number];
  return rules
    .filter(({ days, validFrom = '', validTo = '9999-12-31' }) => {
      return days.includes(weekday) && validFrom <= date && date <= validTo;
    })
    .map((rule) => shiftOf(rule, date, timeZone))
    .sort((a, b) => a.from - b.from);
}

function shiftOf({ name, from, to, breaks }: Rule, date: string, timeZone: string): Shift {
  const next = dateAfter(date, 1);
  const instant = (day: string, time: string) =>
    Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(timeZone, { disambiguation: 'compatible' })
      .epochMilliseconds;
  const rest = breaks.map((pause) => {
    const begins = pause.from < from ? next : date;
    const ends = pause.to <= pause.from ? dateAfter(begins, 1) : begins;
    return { from: instant(begins, pause.from), to: instant(ends, pause.to) };
  });
  return {
    name,
    date,
    from: instant(date, from),
    to: instant(to <= from ? next : date, to),
    breaks: rest.sort((a, b) => a.from - b.from),
  };
}

function apart(shifts: readonly Shift[]): Shift[] {
  const kept: Shift[] = [];
  let end = -Infinity;
  for (const shift of [...shifts].sort((a, b) => a.from - b.from)) {
    const from = Math.max(shift.from, end);
    if (from >= shift.to) continue;
    const breaks = union(shift.breaks, { from, to: shift.to });
    kept.push({ ...shift, from, breaks });
    end = shift.to;
  }
  return kept;
}

/** What of the stretches lies within, overlaps merged. */
function union(stretches: readonly Stretch[], within: Stretch): Stretch[] {
  const merged: { from: number; to: number }[] = [];
  for (const stretch of stretches) {
    const from = Math.max(stretch.from, within.from);
    const to = Math.min(stretch.to, within.to);
    const last = merged.at(-1);
    if (from >= to) continue;
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}
