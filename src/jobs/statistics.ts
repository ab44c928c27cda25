/** Counts by subject and minute, kept as deltas of the commits they count, so that looking never scans. */
import type { Instant } from '../kernel/clock.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { add, isEqual, remove, type Unit, type Write } from '../store/unit.ts';

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
export function kindSubject(kind: string): string {
  const known = kindSubjects.get(kind);
  if (known !== undefined) return known;
  const subject = `job/${kind}`;
  if (kindSubjects.size < MAX_KIND_SUBJECTS) kindSubjects.set(kind, subject);
  return subject;
}
/** Each settlement names one, and a text that is made anew is hashed anew wherever it is looked up. */
const kindSubjects = new Map<string, string>();
const MAX_KIND_SUBJECTS = 1_000;
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
  for await (const { subject, started, completed, failed } of rowsOf(store, { prefix, since })) {
    const before = totals.get(subject) ?? { subject, started: 0, completed: 0, failed: 0 };
    totals.set(subject, {
      subject,
      started: before.started + started,
      completed: before.completed + completed,
      failed: before.failed + failed,
    });
  }
  return [...totals.values()];
}

/** Bytes of what is kept, by subject. */
export async function readKeptBytes(store: Store, prefix: string): Promise<ReadonlyMap<string, number>> {
  const kept = new Map<string, number>();
  for await (const { subject, keptBytes } of rowsOf(store, { prefix, since: 0 }))
    kept.set(subject, (kept.get(subject) ?? 0) + keptBytes);
  return kept;
}

const PAGE = 5_000;

async function* rowsOf(
  store: Store,
  { prefix, since }: { readonly prefix: string; readonly since: Instant },
): AsyncGenerator<RowOf<typeof statisticFamily>> {
  const first = Math.floor(since / 60_000);
  for (let after: readonly (string | number)[] | undefined = [prefix, -1]; after !== undefined; ) {
    const rows: RowOf<typeof statisticFamily>[] = await store.select(statisticFamily, {
      where: { minute: { gte: first } },
      order: ['subject', 'minute'],
      after,
      limit: PAGE,
    });
    for (const row of rows) {
      if (!row.subject.startsWith(prefix)) return;
      yield row;
    }
    const last = rows.length === PAGE ? rows.at(-1) : undefined;
    after = last && [last.subject, last.minute];
  }
}

/** Minutes older than this are summed up by the hour, hours older than HOURS_KEPT_MS by the day. */
export const MINUTES_KEPT_MS = 2 * 86_400_000;
export const HOURS_KEPT_MS = 62 * 86_400_000;
const CONDENSE_BATCH = 1_000;

/**
 * Sums up old counts, so that a plant that has run for years is read as fast as a new one. A row is moved by adding it to the
 * row of its hour or day and removing it, in one commit guarded by what it held. Answers whether there may be more.
 */
export async function condense(
  store: Store,
  after: readonly (string | number)[],
): Promise<readonly (string | number)[] | undefined> {
  const rows = await store.select(statisticFamily, { order: ['subject', 'minute'], after, limit: CONDENSE_BATCH });
  const now = store.now() / 60_000;
  const units = rows.flatMap((row): Unit[] => {
    const length =
      row.minute < now - HOURS_KEPT_MS / 60_000 ? 1_440 : row.minute < now - MINUTES_KEPT_MS / 60_000 ? 60 : 1;
    const into = row.minute - (row.minute % length);
    if (into === row.minute) return [];
    const { subject, minute, ...amounts } = row;
    const guards = [isEqual(statisticFamily, [subject, minute], ['started', row.started])];
    return [
      { guards, writes: [add(statisticFamily, [subject, into], amounts), remove(statisticFamily, [subject, minute])] },
    ];
  });
  await store.commit(units);
  const last = rows.length === CONDENSE_BATCH ? rows.at(-1) : undefined;
  return last && [last.subject, last.minute];
}
