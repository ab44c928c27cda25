/**
 * Retention: forgets jobs that ended long ago, and the eldest ended ones of a kind that keeps too many bytes; with each its
 * attempts, its log lines and its place among children. It walks all jobs by their ids, a bite at a time, and comes back to
 * the beginning; so no index is needed for it, and dropping history never blocks the queue.
 */

import type { Store } from '../store/store.ts';
import { add, remove, type Write } from '../store/unit.ts';
import { attemptFamily } from './attempt.ts';
import { childFamily } from './flow.ts';
import { isFinal, type JobRow, jobFamily } from './job.ts';
import { keptBytesOf } from './job-change.ts';
import type { Kinds } from './kinds.ts';
import { lineFamily } from './lines.ts';
import { kindSubject, statisticFamily } from './statistics.ts';

/** Jobs that one bite looks at, and forgets at most. */
export const RETENTION_BATCH = 500;
/** Attempts, lines or children that one job may leave behind per bite. */
const MAX_TRACES = 5_000;

export type RetentionParts = {
  readonly store: Store;
  readonly kinds: Kinds;
  /** Bytes that the ended jobs of a kind keep. */
  readonly keptBytes: (kind: string) => number;
};

export class Retention {
  readonly #parts: RetentionParts;
  #after = -1;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** One bite; answers whether the walk is not at its end yet. */
  async round(): Promise<boolean> {
    const { store } = this.#parts;
    const rows = await store.select(jobFamily, { order: ['id'], after: [this.#after], limit: RETENTION_BATCH });
    const last = rows.at(-1);
    this.#after = rows.length < RETENTION_BATCH || last === undefined ? -1 : last.id;
    const tooMany = new Map<string, number>();
    const old = rows.filter((row) => this.#isOver(row, tooMany));
    if (old.length > 0) await this.#forget(old);
    return this.#after >= 0;
  }

  #isOver(row: JobRow, tooMany: Map<string, number>): boolean {
    if (!isFinal(row.state) || row.settledAt === null) return false;
    const { store, kinds, keptBytes } = this.#parts;
    const kind = kinds.of(row.kind);
    if (row.settledAt < store.now() - kind.keepMs) return true;
    const excess = tooMany.get(row.kind) ?? keptBytes(row.kind) - kind.keepBytes;
    if (excess <= 0) return false;
    tooMany.set(row.kind, excess - keptBytesOf(row));
    return true;
  }

  async #forget(jobs: readonly JobRow[]): Promise<void> {
    const { store } = this.#parts;
    const ids = jobs.map(({ id }) => id);
    const [attempts, lines, children] = await Promise.all([
      store.select(attemptFamily, { where: { job: { in: ids } }, limit: MAX_TRACES }),
      store.select(lineFamily, { where: { job: { in: ids } }, limit: MAX_TRACES }),
      store.select(childFamily, { where: { parent: { in: ids } }, limit: MAX_TRACES }),
    ]);
    const traces: Write[] = [
      ...attempts.map(({ job, epoch }) => remove(attemptFamily, [job, epoch])),
      ...lines.map(({ job, seq }) => remove(lineFamily, [job, seq])),
      ...children.map(({ parent, child }) => remove(childFamily, [parent, child])),
    ];
    // Who left more than one bite takes keeps its row until the traces are gone.
    const isLeft = [attempts, lines, children].some((found) => found.length === MAX_TRACES);
    const minute = Math.floor(store.now() / 60_000);
    const gone: Write[] = isLeft
      ? []
      : jobs.flatMap((row) => [
          remove(jobFamily, [row.id]),
          add(statisticFamily, [kindSubject(row.kind), minute], { keptBytes: -keptBytesOf(row) }),
        ]);
    await store.commit([{ guards: [], writes: [...traces, ...gone] }]);
  }
}
