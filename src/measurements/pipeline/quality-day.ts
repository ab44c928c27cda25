/** What of a local day's data quality can be seen in the stored rows; docs/reference/analytics.md ("Data quality"). */
import type { Instant } from '../../kernel/clock.ts';
import type { LocalDay } from '../calendar/local-days.ts';

/** A row is in time when it came at most this long after its own time. */
export const TIMELY_MS = 60_000;

/** JSON: its own snapshot. */
export type QualityDay = {
  date: string;
  from: Instant;
  to: Instant;
  /** Slots with a sample, the latest of them, and the first that is expected. */
  seen: number;
  slot: number;
  firstSlot: number;
  stored: number;
  onTime: number;
  conflicts: number;
  inconsistent: number;
  jumps: number;
};
export type QualityRow = Omit<QualityDay, 'slot' | 'firstSlot'> & { readonly expected: number };

export const newQualityDay = ({ date, from, to }: LocalDay): QualityDay => ({
  date,
  from,
  to,
  seen: 0,
  slot: -1,
  firstSlot: 0,
  stored: 0,
  onTime: 0,
  conflicts: 0,
  inconsistent: 0,
  jumps: 0,
});

export const slotAt = ({ from }: Pick<QualityDay, 'from'>, at: Instant, intervalMs: number): number =>
  Math.floor((at - from) / intervalMs);

/** The day as it stands; `horizon` is the last sample there is, when it lies in this day. */
export function qualityRow(
  day: QualityDay,
  { intervalMs, horizon }: { readonly intervalMs: number; readonly horizon: Instant },
): QualityRow {
  const { date, from, to, seen, firstSlot, stored, onTime, conflicts, inconsistent, jumps } = day;
  const lastSlot = slotAt(day, Math.min(horizon, day.to - 1), intervalMs);
  const expected = Math.max(0, lastSlot - firstSlot + 1);
  return { date, from, to, seen, expected, stored, onTime, conflicts, inconsistent, jumps };
}
