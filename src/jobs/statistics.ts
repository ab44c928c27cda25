/** Counts by subject and minute, kept as deltas of the commits they count, so that looking never scans. */
import type { Instant } from '../kernel/clock.ts';
import { defineFamily } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { add, type Write } from '../store/unit.ts';

export const statisticFamily = defineFamily({
  name: 'statistic',
  columns: {
    /** "job/<kind>" or "activity/<definition>/<activity>" or "instance/<definition>". */
    subject: 'text',
    /** Minutes since the epoch. */
    minute: 'integer',
    started: 'integer',
    completed: 'integer',
    failed: 'integer',
  },
  key: ['subject', 'minute'],
});

export type Counts = { readonly started?: number; readonly completed?: number; readonly failed?: number };

export const count = (subject: string, now: Instant, counts: Counts): Write =>
  add(statisticFamily, [subject, Math.floor(now / 60_000)], counts);

export type Totals = {
  readonly subject: string;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
};

/** Sums since an instant, by subject, in the order of their names. */
export async function readStatistics(
  store: Store,
  { prefix, since }: { readonly prefix: string; readonly since: Instant },
): Promise<Totals[]> {
  const totals = new Map<string, Totals>();
  const first = Math.floor(since / 60_000);
  for (let after: readonly (string | number)[] | undefined = [prefix, -1]; after !== undefined; ) {
    const rows: { subject: string; minute: number; started: number; completed: number; failed: number }[] =
      await store.select(statisticFamily, {
        where: { minute: { gte: first } },
        order: ['subject', 'minute'],
        after,
        limit: 5_000,
      });
    for (const row of rows) {
      if (!row.subject.startsWith(prefix)) return [...totals.values()];
      const before = totals.get(row.subject) ?? { subject: row.subject, started: 0, completed: 0, failed: 0 };
      totals.set(row.subject, {
        subject: row.subject,
        started: before.started + row.started,
        completed: before.completed + row.completed,
        failed: before.failed + row.failed,
      });
    }
    const last = rows.length === 5_000 ? rows.at(-1) : undefined;
    after = last && [last.subject, last.minute];
  }
  return [...totals.values()];
}
