/**
 * A shift plan says when a line works: rules on the wall clock of a time zone, each for some days of the week and some
 * stretch of the calendar. A shift whose end is not after its start ends on the next day.
 */
import { z } from 'zod';
import type { Instant } from '../../kernel/clock.ts';
import { defineFamily, type RowOf } from '../../store/family.ts';
import { deviceId, label } from '../input.ts';

export const MAX_RULES = 100;
const MAX_BREAKS = 20;
const MAX_HOLIDAYS = 1_000;
const MAX_LINES = 100;

export const shiftPlanFamily = defineFamily({
  name: 'shift_plan',
  area: 'measurements',
  columns: {
    id: 'text',
    timeZone: 'text',
    /** JSON: lines, rules and holidays. */
    rules: 'text',
    version: 'integer',
    createdAt: 'integer',
    updatedAt: 'integer',
    updatedBy: 'text',
  },
  key: ['id'],
});
export type ShiftPlanRow = RowOf<typeof shiftPlanFamily>;

const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time such as 06:00');
const date = z.iso.date('is a date such as 2026-01-31');
const rule = z
  .strictObject({
    name: label.min(1),
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .max(7),
    from: wallTime,
    to: wallTime,
    breaks: z
      .array(z.strictObject({ from: wallTime, to: wallTime }))
      .max(MAX_BREAKS)
      .default([]),
    validFrom: date.exactOptional(),
    /** The last day. */
    validTo: date.exactOptional(),
  })
  .refine(
    ({ validFrom, validTo }) => validFrom === undefined || validTo === undefined || validFrom <= validTo,
    'validTo: is before validFrom',
  );
const timeZone = z.string().max(100).refine(isTimeZone, 'is no time zone; write one such as Europe/Berlin');
const rules = z.array(rule).min(1).max(MAX_RULES);
const lines = z.array(label).max(MAX_LINES);
const holidays = z.array(date).max(MAX_HOLIDAYS);

export const newShiftPlan = z.strictObject({
  id: deviceId,
  timeZone,
  /** The production lines that work by it. */
  lines: lines.default([]),
  rules,
  holidays: holidays.default([]),
});
export type NewShiftPlan = z.input<typeof newShiftPlan>;
export const shiftPlanChange = z.strictObject({
  timeZone: timeZone.exactOptional(),
  lines: lines.exactOptional(),
  rules: rules.exactOptional(),
  holidays: holidays.exactOptional(),
});
export type ShiftPlanChange = z.input<typeof shiftPlanChange>;

export type ShiftPlan = z.output<typeof newShiftPlan> & {
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
};

export function shiftPlanOf({ rules: text, ...row }: ShiftPlanRow): ShiftPlan {
  const { v: _, ...parts } = JSON.parse(text) as Pick<ShiftPlan, 'lines' | 'rules' | 'holidays'> & { v: 1 };
  return { ...row, ...parts };
}

export function shiftPlanRow({ lines, rules, holidays, ...row }: ShiftPlan): ShiftPlanRow {
  return { ...row, rules: JSON.stringify({ v: 1, lines, rules, holidays }) };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
