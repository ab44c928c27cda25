/** Counts by subject and minute, kept as deltas of the commits they count, so that looking never scans. */
import type { Instant } from '../kernel/clock.ts';
import { defineFamily } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { add, type Write } from '../store/unit.ts';

export const statisticFamily = defineFamily({
  name: 'statistic',
  isHot: true,
  columns: {
    /** "job/<kind>" or "activity/<definition>/<activity>" or "instance/<definition>". */
    subject: 'text',
    /** Minutes since the epoch. */
    minute: 'integer',
    started: 'integer',
    completed: 'integer',
    failed: 'integer',
    /** Of jobs: ended because nobody wanted them any more; tried again; given back because their worker was lost. */
    cancelled: 'integer',
    retried: 'integer',
    lost: 'integer',
    /** Of jobs: milliseconds at work, and from being due to the start of the last attempt; bytes that ended ones keep. */
    workedMs: 'integer',
    waitedMs: 'integer',
    keptBytes: 'integer',
  },
  key: ['subject', 'minute'],
});

export type Count =
  | 'started'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'retried'
  | 'lost'
  | 'workedMs'
  | 'waitedMs'
  | 'keptBytes';
export type Counts = { readonly [C in Count]?: number };

/** Of the jobs of a kind, and of what a worker did. */
export const kindSubject = (kind: string): string => `job/${kind}`;
export const workerSubject = (worker: string): string => `worker/${worker}`;

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
