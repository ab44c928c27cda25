/**
 * Rows that were refused since they lack a required field. They are no samples, but they say that the device goes on
 * sending, and which of its fields is silent. A row that quarantine had to cut says nothing.
 */
import type { Instant } from '../../kernel/clock.ts';
import type { Store } from '../../store/store.ts';
import { openReadTime, type ReadTime } from '../ingest/event-time.ts';
import { type QuarantineRow, quarantineFamily, sourceOf } from '../ingest/quarantine.ts';
import { MAX_CLOCK_AHEAD_MS, readRow, type TimedRow } from '../ingest/row.ts';
import type { Subject } from './subject.ts';
import { selectAll } from './table-changes.ts';

export type LackingRow = { readonly at: Instant; readonly has: (field: string) => boolean };

/** Those with `after < at < to`, in the order of their times; `after` null: from the first. */
export async function lackingRows(
  store: Store,
  { device, service, timeZone }: Subject,
  { after, to = Infinity }: { readonly after: Instant | null; readonly to?: Instant | undefined },
): Promise<LackingRow[]> {
  if (!service.watch.silentFields) return [];
  const receivedAt = { gte: Math.max(0, (after ?? 0) - MAX_CLOCK_AHEAD_MS) };
  const rows = await selectAll(store, quarantineFamily, { device: device.id, code: 'missing-field', receivedAt });
  const readTime = openReadTime(timeZone);
  return (rows as QuarantineRow[])
    .flatMap((row) => readAgain(row, readTime) ?? [])
    .filter(({ at }) => at > (after ?? -1) && at < to)
    .sort((a, b) => a.at - b.at);
}

/** Of a row that was refused with `missing-field`. */
export const lackingRow = ({ at, values }: Pick<TimedRow, 'at' | 'values'>): LackingRow => ({
  at,
  has: (field) => Object.hasOwn(values, field),
});

function readAgain(row: QuarantineRow, readTime: ReadTime): LackingRow | undefined {
  const source = sourceOf(row);
  const read =
    source === undefined ? undefined : readRow(source, 0, { readTime, receivedAt: row.receivedAt, isLive: false });
  return read?.kind === 'timed' ? lackingRow(read) : undefined;
}
