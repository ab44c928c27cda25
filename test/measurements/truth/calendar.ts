/** A shift plan, in the form in which Millrace takes it, and the shifts that follow from it. */
import { intersection, merged, overlaps, type Stretch } from './stretch.ts';
import { addDays, dateOf, dayOfWeek, instantOf } from './wall-clock.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type WallStretch = { readonly from: string; readonly to: string };
export type ShiftRule = WallStretch & {
  readonly name: string;
  readonly days: readonly Weekday[];
  readonly breaks: readonly WallStretch[];
  readonly validFrom?: string;
  /** The last day. */
  readonly validTo?: string;
};
export type ShiftPlan = {
  readonly id: string;
  readonly timeZone: string;
  readonly lines: readonly string[];
  readonly rules: readonly ShiftRule[];
  readonly holidays: readonly string[];
};

/** One shift of one date: the local date on which it begins. */
export type Shift = Stretch & { readonly name: string; readonly date: string; readonly breaks: readonly Stretch[] };

/** The shifts that overlap the stretch, in order. One that begins before an earlier one has ended begins when that ends. */
export function shiftsOver(plan: ShiftPlan, stretch: Stretch): Shift[] {
  const planned: Shift[] = [];
  // A shift lasts less than a day, but its start can be moved by the one before it.
  const lastDate = addDays(dateOf(stretch.to, plan.timeZone), 1);
  for (let date = addDays(dateOf(stretch.from, plan.timeZone), -3); date <= lastDate; date = addDays(date, 1))
    for (const rule of plan.rules)
      if (isOn(rule, date, plan.holidays)) planned.push(shiftOf(rule, date, plan.timeZone));
  planned.sort((a, b) => a.from - b.from);
  const shifts: Shift[] = [];
  for (const shift of planned) {
    const from = Math.max(shift.from, shifts.at(-1)?.to ?? shift.from);
    if (from < shift.to) shifts.push({ ...shift, from, breaks: intersection(shift.breaks, [{ from, to: shift.to }]) });
  }
  return shifts.filter((shift) => overlaps(shift, stretch));
}

function isOn(
  { days, validFrom = '', validTo = '9999' }: ShiftRule,
  date: string,
  holidays: readonly string[],
): boolean {
  return (
    days.includes(WEEKDAYS[dayOfWeek(date) - 1]!) && validFrom <= date && date <= validTo && !holidays.includes(date)
  );
}

function shiftOf(rule: ShiftRule, date: string, timeZone: string): Shift {
  const next = addDays(date, 1);
  const from = instantOf(date, rule.from, timeZone);
  const to = instantOf(rule.to <= rule.from ? next : date, rule.to, timeZone);
  const inside = (time: string): number => instantOf(time < rule.from ? next : date, time, timeZone);
  const breaks = rule.breaks.map((pause) => ({ from: inside(pause.from), to: inside(pause.to) }));
  return { name: rule.name, date, from, to, breaks: intersection(merged(breaks), [{ from, to }]) };
}
