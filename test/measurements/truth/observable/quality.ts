/** Data quality of a device and local day, as the whole numbers of which its parts are ratios. */
import type { DeviceSettings } from '../settings.ts';
import { type LocalDay, localDays } from '../wall-clock.ts';
import type { Sample, StoredRow } from './sample.ts';

export type Quality = {
  readonly date: string;
  /** completeness = slots / expected. */
  readonly slots: number;
  readonly expected: number;
  /** validity = (received − refused − jumps) / received. */
  readonly received: number;
  readonly refused: number;
  readonly jumps: number;
  /** uniqueness = 1 − duplicates / received. */
  readonly duplicates: number;
  /** consistency = 1 − (conflicts + ruleBreaks) / stored. */
  readonly stored: number;
  readonly conflicts: number;
  readonly ruleBreaks: number;
  /** timeliness = timely / stored. */
  readonly timely: number;
};
/** What came for the device; `at` is the time that puts a row into its day. */
export type Received = {
  readonly refused: readonly { readonly at: number }[];
  readonly duplicates: readonly StoredRow[];
  readonly stored: readonly StoredRow[];
  readonly samples: readonly Sample[];
  readonly conflicts: readonly StoredRow[];
  readonly jumps: readonly StoredRow[];
};
const TIMELY_MS = 60_000;

export function qualityOf(settings: DeviceSettings, received: Received, timeZone: string): Quality[] {
  const { refused, duplicates, stored, samples, conflicts, jumps } = received;
  const times = [...refused.map(({ at }) => at), ...stored.map(({ ts }) => ts)];
  if (times.length === 0) return [];
  const [least, most] = times.reduce(
    ([low, high], at) => [Math.min(low, at), Math.max(high, at)],
    [Infinity, -Infinity],
  );
  const days = localDays({ from: least!, to: most! + 1 }, timeZone);
  const atTs = ({ ts }: StoredRow): number => ts;
  const perDay = {
    refused: countByDay(days, refused, ({ at }) => at),
    duplicates: countByDay(days, duplicates, atTs),
    stored: countByDay(days, stored, atTs),
    conflicts: countByDay(days, conflicts, atTs),
    jumps: countByDay(days, jumps, atTs),
    timely: countByDay(
      days,
      stored.filter(({ ts, receivedAt }) => receivedAt - ts <= TIMELY_MS),
      atTs,
    ),
    ruleBreaks: countByDay(
      days,
      samples.filter((sample) => breaksRule(settings, sample)),
      atTs,
    ),
  };
  const slots = slotsOf(days, samples, settings.expectedIntervalMs);
  return days.map(({ date }, day) => {
    const counts = Object.fromEntries(Object.entries(perDay).map(([name, list]) => [name, list[day]!]));
    const { refused: bad, duplicates: copies, stored: kept } = counts as Record<keyof typeof perDay, number>;
    return { date, ...slots[day]!, received: bad + copies + kept, ...(counts as Record<keyof typeof perDay, number>) };
  });
}

/** A brick device cannot reject more than it makes. */
function breaksRule({ fields, output, reject }: DeviceSettings, { counted }: Sample): boolean {
  const made = counted[fields.findIndex(({ name }) => name === output)];
  const rejected = counted[fields.findIndex(({ name }) => name === reject)];
  return made !== undefined && rejected !== undefined && rejected.d > made.d;
}

function countByDay<Row>(days: readonly LocalDay[], rows: readonly Row[], at: (row: Row) => number): number[] {
  const counts = days.map(() => 0);
  for (const row of rows) counts[dayAt(days, at(row))]! += 1;
  return counts;
}

function dayAt(days: readonly LocalDay[], instant: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle]!.to <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Slots of each day that hold a sample, and how many should. */
function slotsOf(
  days: readonly LocalDay[],
  samples: readonly Sample[],
  intervalMs: number,
): { slots: number; expected: number }[] {
  const filled = days.map(() => new Set<number>());
  const slotOf = (day: number, instant: number): number => Math.floor((instant - days[day]!.from) / intervalMs);
  for (const { ts } of samples) filled[dayAt(days, ts)]!.add(slotOf(dayAt(days, ts), ts));
  const [first, last] = [samples[0]?.ts, samples.at(-1)?.ts];
  return days.map((day, place) => {
    const slots = filled[place]!.size;
    if (first === undefined || last === undefined || day.to <= first || day.from > last) return { slots, expected: 0 };
    const from = first >= day.from ? slotOf(place, first) : 0;
    const to = last < day.to ? slotOf(place, last) : slotOf(place, day.to - 1);
    return { slots, expected: to - from + 1 };
  });
}
