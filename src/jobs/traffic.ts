/** How long queues are and how fast they move: from the statistics and the jobs at work now, never from those that wait. */
import type { Instant } from '../kernel/clock.ts';
import type { RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { type JobRow, jobFamily } from './job.ts';
import type { QueueLengths } from './queue-lengths.ts';
import { kindSubject, statisticFamily, workerSubject } from './statistics.ts';

/** What rates and means are over. */
export const TRAFFIC_MINUTES = 60;
/** Jobs at work that are counted one by one; those of a plant at work at a time are few, however many wait. */
export const MAX_RUNNING_COUNTED = 10_000;
/** What was counted of the jobs at work is good for so long. */
const RUNNING_KEPT_MS = 1_000;
const STEP = 500;

export type Traffic = {
  readonly length: number;
  readonly running: number;
  /** Since when the one that has waited longest is due; null: none is ready. */
  readonly oldestDueAt: Instant | null;
  readonly perMinute: {
    readonly enqueued: number;
    readonly completed: number;
    readonly failed: number;
    readonly retried: number;
  };
  readonly meanRunMs: number | null;
  readonly meanWaitMs: number | null;
};

export class TrafficWatch {
  readonly #store: Store;
  readonly #lengths: QueueLengths;
  #running: Promise<ReadonlyMap<string, number>> | undefined;
  #runningAt = 0;

  constructor({ store, lengths }: { readonly store: Store; readonly lengths: QueueLengths }) {
    this.#store = store;
    this.#lengths = lengths;
  }

  async of(kind: string): Promise<Traffic> {
    const [rows, oldestDueAt, running] = await Promise.all([
      this.#lastHour(kindSubject(kind)),
      this.#oldest(kind),
      this.#atWork(),
    ]);
    const total = (count: (row: StatisticRow) => number): number => rows.reduce((sum, row) => sum + count(row), 0);
    const attempts = total(({ completed, failed, retried }) => completed + failed + retried);
    const mean = (ms: number): number | null => (attempts === 0 ? null : Math.round(ms / attempts));
    const rate = (count: number): number => count / TRAFFIC_MINUTES;
    return {
      length: this.#lengths.of(kind),
      running: running.get(kind) ?? 0,
      oldestDueAt,
      perMinute: {
        enqueued: rate(total(({ started }) => started)),
        completed: rate(total(({ completed }) => completed)),
        failed: rate(total(({ failed }) => failed)),
        retried: rate(total(({ retried }) => retried)),
      },
      meanRunMs: mean(total(({ workedMs }) => workedMs)),
      meanWaitMs: mean(total(({ waitedMs }) => waitedMs)),
    };
  }

  /** Jobs that a worker ended, a minute. */
  async perMinute(worker: string): Promise<number> {
    const rows = await this.#lastHour(workerSubject(worker));
    return rows.reduce((sum, { completed, failed }) => sum + completed + failed, 0) / TRAFFIC_MINUTES;
  }

  #lastHour(subject: string): Promise<StatisticRow[]> {
    const first = Math.floor(this.#store.now() / 60_000) - TRAFFIC_MINUTES + 1;
    return this.#store.select(statisticFamily, {
      where: { subject, minute: { gte: first } },
      order: ['subject', 'minute'],
      limit: TRAFFIC_MINUTES + 1,
    });
  }

  /** The eldest of the most and of the least urgent: those in between are served sooner than the latter. */
  async #oldest(kind: string): Promise<Instant | null> {
    const first = await this.#ready(kind, ['rank', 'id']);
    if (first === undefined) return null;
    const last = await this.#ready(kind, ['-rank', '-id']);
    const eldest =
      last === undefined || last.rank === first.rank ? undefined : await this.#ready(kind, ['rank', 'id'], last.rank);
    return Math.min(first.dueAt, eldest?.dueAt ?? first.dueAt);
  }

  async #ready(
    kind: string,
    order: readonly ('rank' | 'id' | '-rank' | '-id')[],
    rank?: number,
  ): Promise<JobRow | undefined> {
    const where = { state: 'ready', kind, ...(rank !== undefined && { rank }) };
    return (await this.#store.select(jobFamily, { where, order, limit: 1 }))[0];
  }

  /** By kind. Who asks at the same time shares one look. */
  #atWork(): Promise<ReadonlyMap<string, number>> {
    const now = this.#store.now();
    if (this.#running === undefined || Math.abs(now - this.#runningAt) > RUNNING_KEPT_MS) {
      this.#runningAt = now;
      this.#running = this.#countAtWork();
      this.#running.catch(() => {
        this.#running = undefined;
      });
    }
    return this.#running;
  }

  async #countAtWork(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    let after: readonly number[] | undefined;
    for (let counted = 0; counted < MAX_RUNNING_COUNTED; counted += STEP) {
      const rows: JobRow[] = await this.#store.select(jobFamily, {
        where: { state: 'leased' },
        order: ['leaseUntil', 'id'],
        ...(after !== undefined && { after }),
        limit: STEP,
      });
      for (const { kind } of rows) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const last = rows.at(-1);
      if (last === undefined || rows.length < STEP) break;
      after = [last.leaseUntil ?? 0, last.id];
    }
    return counts;
  }
}

type StatisticRow = RowOf<typeof statisticFamily>;
