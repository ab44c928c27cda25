/** The last hour, shift or local day that is over: what a schedule analyses. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { LocalDays } from '../calendar/local-days.ts';
import { type Stretch, shiftsBetween } from '../calendar/shifts.ts';
import type { Subject } from './subject.ts';

export const LAST_PERIODS = ['hour', 'shift', 'day'] as const;
export type LastPeriod = (typeof LAST_PERIODS)[number];

const HOUR_MS = 3_600_000;
/** No shift ended for longer than this: there is none to look at. */
const LONGEST_PAUSE_MS = 31 * 24 * HOUR_MS;

/** Throws `measurement.no-shift`. */
export function lastPeriod(
  { device, plan }: Pick<Subject, 'device' | 'plan'>,
  period: LastPeriod,
  { at, days }: { readonly at: Instant; readonly days: LocalDays },
): Stretch {
  if (period === 'hour') {
    const to = Math.floor(at / HOUR_MS) * HOUR_MS;
    return { from: to - HOUR_MS, to };
  }
  if (period === 'day') return days.at(days.at(at).from - 1);
  const ended =
    plan === undefined ? [] : shiftsBetween(plan, { from: at - LONGEST_PAUSE_MS, to: at }).filter(({ to }) => to <= at);
  const shift = ended.at(-1);
  if (shift === undefined)
    throw new MillraceError('measurement.no-shift', { device: device.id, line: device.line || 'none' });
  return { from: shift.from, to: shift.to };
}
