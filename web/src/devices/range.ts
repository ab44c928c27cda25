/** How far back a device's charts look. */

export const RANGES = ['1h', '6h', '24h', '7d', 'all'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;
const lengthsMs: Readonly<Record<Exclude<Range, 'all'>, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
};

export const DEFAULT_RANGE: Range = '1h';

export const rangeOf = (value: unknown): Range | undefined => RANGES.find((range) => range === value);

export type RangeWindow = { readonly fromMs: number | undefined; readonly toMs: number | undefined };

/**
 * The window ends with the device's last reading, not with now: readings carry their own time, and a device that has
 * been silent since Friday should show Friday, not an empty chart.
 */
export function windowOf(range: Range, lastSeenAt: string | null): RangeWindow {
  if (range === 'all') return { fromMs: undefined, toMs: undefined };
  const toMs = lastSeenAt === null ? Date.now() : Date.parse(lastSeenAt);
  return { fromMs: toMs - lengthsMs[range], toMs };
}
