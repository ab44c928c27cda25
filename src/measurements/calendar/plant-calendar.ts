/**
 * The calendar of one device: local days, shifts and breaks, as a walk through time asks for them. It expands the shift
 * plan a stretch of weeks at a time, so that a year costs some hundred conversions and never one per reading.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { ShiftPlan } from '../shift-plan/shift-plan.ts';
import { type LocalDay, LocalDays } from './local-days.ts';
import { type Shift, shiftsBetween } from './shifts.ts';

/** What the plan says of a moment: no shift is on, a break, or planned to work. */
export type PlanKind = 'no_shift' | 'break' | 'work';
/** `[from, to)` of one kind; `to` is infinite when there is no plan. */
export type PlanStretch = { readonly from: Instant; readonly to: Instant; readonly kind: PlanKind };

const WINDOW_MS = 28 * 86_400_000;
const ALWAYS: PlanStretch = { from: -Infinity, to: Infinity, kind: 'work' };

export class PlantCalendar {
  readonly days: LocalDays;
  readonly #plan: ShiftPlanRules | undefined;
  #from = 0;
  #to = 0;
  #shifts: readonly Shift[] = [];
  #stretches: readonly PlanStretch[] = [];

  /** Without a plan all time is planned to be worked. */
  constructor({ timeZone, plan }: { readonly timeZone: string; readonly plan?: ShiftPlanRules | undefined }) {
    this.days = new LocalDays(timeZone);
    this.#plan = plan;
  }

  get hasPlan(): boolean {
    return this.#plan !== undefined;
  }

  dayAt(at: Instant): LocalDay {
    return this.days.at(at);
  }

  /** Undefined: no shift is on. */
  shiftAt(at: Instant): Shift | undefined {
    return this.#plan && this.shiftsBetween(at, at + 1)[0];
  }

  shiftsBetween(from: Instant, to: Instant): readonly Shift[] {
    if (this.#plan === undefined) return [];
    this.#expand(from, to);
    return this.#shifts.filter((shift) => shift.from < to && shift.to > from);
  }

  /** What the plan says from here on. */
  stretchAt(at: Instant): PlanStretch {
    if (this.#plan === undefined) return ALWAYS;
    this.#expand(at, at + 1);
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#stretches[middle] as PlanStretch).from <= at) low = middle;
      else high = middle - 1;
    }
    return this.#stretches[low] as PlanStretch;
  }

  #expand(from: Instant, to: Instant): void {
    if (this.#plan === undefined || (from >= this.#from && to <= this.#to)) return;
    // Borders of windows lie on multiples, so that where a walk began has no influence on what it sees.
    this.#from = Math.floor(from / WINDOW_MS) * WINDOW_MS - WINDOW_MS;
    this.#to = Math.ceil(to / WINDOW_MS) * WINDOW_MS + WINDOW_MS;
    this.#shifts = shiftsBetween(this.#plan, { from: this.#from, to: this.#to });
    this.#stretches = stretchesOf(this.#shifts, { from: this.#from, to: this.#to });
  }
}

export type ShiftPlanRules = Pick<ShiftPlan, 'timeZone' | 'rules' | 'holidays'>;

function stretchesOf(
  shifts: readonly Shift[],
  window: { readonly from: Instant; readonly to: Instant },
): PlanStretch[] {
  const stretches: PlanStretch[] = [];
  let at = window.from;
  const until = (to: Instant, kind: PlanKind) => {
    if (to > at) stretches.push({ from: at, to, kind });
    at = Math.max(at, to);
  };
  for (const shift of shifts) {
    until(shift.from, 'no_shift');
    for (const pause of shift.breaks) {
      until(pause.from, 'work');
      until(pause.to, 'break');
    }
    until(shift.to, 'work');
  }
  until(window.to, 'no_shift');
  return stretches;
}
