/** Which stretch of time a machine's page shows: a length that ends with the last reading, or a stretch of one's own. */
import type { TimeWindow } from '../api/analyses.ts';

/** `shift`: the one in which the last reading lies; `all`: from the first reading on. */
export const RANGES = ['1h', 'shift', '24h', '7d', 'all'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const lengthsMs: Readonly<Record<Exclude<Range, 'all' | 'shift'>, number>> = {
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
};

export const DEFAULT_RANGE: Range = '1h';

export const rangeOf = (value: unknown): Range | undefined => RANGES.find((range) => range === value);

/** In the address: a range, or with `from` and `to` (ISO 8601) a stretch of one's own, which stands still. */
export type RangeSearch = { readonly range?: Range; readonly from?: string; readonly to?: string };

export function rangeSearchOf({ range, from, to }: Readonly<Record<string, unknown>>): RangeSearch {
  const own = ownWindowOf({ from, to });
  if (own !== undefined) return searchOf(own);
  const named = rangeOf(range);
  return named === undefined ? {} : { range: named };
}

export const searchOf = ({ fromMs, toMs }: TimeWindow): RangeSearch => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});

/** Undefined unless both are times, the later one second. */
export function ownWindowOf({ from, to }: { readonly from?: unknown; readonly to?: unknown }): TimeWindow | undefined {
  const fromMs = typeof from === 'string' ? Date.parse(from) : Number.NaN;
  const toMs = typeof to === 'string' ? Date.parse(to) : Number.NaN;
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

/**
 * The window ends with the device's last reading, not with now: readings carry their own time, and a device that has
 * been silent since Friday should show Friday, not an empty chart. What ends a window is not in it, and that reading is.
 */
export const windowOf = (range: Exclude<Range, 'all' | 'shift'>, lastMs: number): TimeWindow => ({
  fromMs: lastMs + 1 - lengthsMs[range],
  toMs: lastMs + 1,
});

/** No stretch is shorter: below it a reading a second has nothing more to show. */
export const SHORTEST_MS = 1_000;

/** The same length, earlier (negative) or later, by a share of it. */
export function shifted({ fromMs, toMs }: TimeWindow, share: number): TimeWindow {
  const byMs = Math.round((toMs - fromMs) * share);
  return { fromMs: fromMs + byMs, toMs: toMs + byMs };
}

/** So many times as long around the same middle. */
export function stretched({ fromMs, toMs }: TimeWindow, times: number): TimeWindow {
  const halfMs = Math.max(SHORTEST_MS, (toMs - fromMs) * times) / 2;
  const middleMs = (fromMs + toMs) / 2;
  return { fromMs: Math.round(middleMs - halfMs), toMs: Math.round(middleMs + halfMs) };
}
