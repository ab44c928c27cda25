/**
 * Who works: one row a worker, written with its reports. A worker that has been silent three times as long as it meant to
 * be counts as gone; its jobs come back by their leases, not by this.
 */
import type { Instant } from '../kernel/clock.ts';
import { defineFamily, type RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { put, remove } from '../store/unit.ts';
import type { WorkerReport } from './desk.ts';
import { count, workerSubject } from './statistics.ts';

export const workerFamily = defineFamily({
  name: 'worker',
  columns: {
    id: 'text',
    /** JSON list. */
    kinds: 'text',
    concurrency: 'integer',
    state: 'text',
    running: 'integer',
    succeeded: 'integer',
    failed: 'integer',
    host: 'text',
    pid: 'integer',
    version: 'text',
    everyMs: 'integer',
    startedAt: 'integer',
    seenAt: 'integer',
  },
  key: ['id'],
  indexes: [{ columns: ['seenAt'] }],
});
export type WorkerRow = RowOf<typeof workerFamily>;

/** Reports that may be missing before a worker counts as gone. */
export const MISSED_REPORTS = 3;
export const MAX_WORKERS = 10_000;
/** A worker that is gone is shown this long. */
export const GONE_KEPT_MS = 86_400_000;

export const goneAt = ({ seenAt, everyMs }: Pick<WorkerRow, 'seenAt' | 'everyMs'>): Instant =>
  seenAt + MISSED_REPORTS * everyMs;

export class Registry {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What it did since its last report is counted by minute. */
  async report(report: WorkerReport): Promise<void> {
    const now = this.#store.now();
    const before = await this.#store.get(workerFamily, [report.id]);
    const isSame =
      before !== undefined &&
      before.pid === report.pid &&
      before.host === report.host &&
      before.succeeded <= report.succeeded &&
      before.failed <= report.failed;
    const { kinds, ...facts } = report;
    const row: WorkerRow = {
      ...facts,
      kinds: JSON.stringify(kinds),
      startedAt: isSame ? before.startedAt : now,
      seenAt: now,
    };
    const done = report.succeeded - (isSame ? before.succeeded : 0);
    const failed = report.failed - (isSame ? before.failed : 0);
    const counts = done + failed === 0 ? [] : [count(workerSubject(report.id), now, { completed: done, failed })];
    await this.#store.commit([{ guards: [], writes: [put(workerFamily, row), ...counts] }]);
  }

  async leave(worker: string): Promise<void> {
    await this.#store.commit([{ guards: [], writes: [remove(workerFamily, [worker])] }]);
  }

  list(page: { readonly limit: number; readonly after?: string }): Promise<WorkerRow[]> {
    const { limit, after } = page;
    return this.#store.select(workerFamily, { order: ['id'], limit, ...(after !== undefined && { after: [after] }) });
  }

  /** Forgets workers that have been gone for long; answers how many. */
  async forget(limit: number): Promise<number> {
    const before = this.#store.now() - GONE_KEPT_MS;
    const rows = await this.#store.select(workerFamily, {
      where: { seenAt: { lt: before } },
      order: ['seenAt'],
      limit,
    });
    await this.#store.commit([{ guards: [], writes: rows.map(({ id }) => remove(workerFamily, [id])) }]);
    return rows.length;
  }
}
