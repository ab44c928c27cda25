/**
 * How long each queue is, without counting rows: jobs that began to wait minus jobs that ended, from the statistics. Sums
 * are kept in memory and only the last minutes are read again; jobs of this process since then are added at once.
 */
import type { Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import type { RowOf } from '../store/family.ts';
import type { Store } from '../store/store.ts';
import { statisticFamily } from './statistics.ts';

/** A minute that is so many minutes old does not change any more: no commit waits that long. */
const SETTLED_MINUTES = 10;
const PAGE = 5_000;
const PREFIX = 'job/';

export class QueueLengths {
  readonly #store: Store;
  /** Up to and with `#until`, by kind. */
  readonly #sums = new Map<string, number>();
  #until = -1;
  #lengths = new Map<string, number>();
  readonly #sinceThen = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  of(kind: string): number {
    return Math.max(0, (this.#lengths.get(kind) ?? 0) + (this.#sinceThen.get(kind) ?? 0));
  }

  kinds(): readonly string[] {
    return [...this.#lengths.keys()];
  }

  /** Throws `job.queue-full` when so many more do not fit; else takes them as there. */
  require(kind: string, wanted: number, limit: number): void {
    const waiting = this.of(kind);
    if (waiting + wanted > limit) throw new MillraceError('job.queue-full', { kind, waiting, limit });
    this.#sinceThen.set(kind, (this.#sinceThen.get(kind) ?? 0) + wanted);
  }

  async refresh(): Promise<void> {
    const now = this.#store.now();
    const settled = Math.floor(now / 60_000) - SETTLED_MINUTES;
    const begun = new Map(this.#sinceThen);
    const recent = new Map<string, number>();
    await this.#read({ from: this.#until + 1, now }, (kind, minute, live) => {
      const into = minute <= settled ? this.#sums : recent;
      into.set(kind, (into.get(kind) ?? 0) + live);
    });
    this.#until = Math.max(this.#until, settled);
    const kinds = new Set([...this.#sums.keys(), ...recent.keys()]);
    this.#lengths = new Map([...kinds].map((kind) => [kind, (this.#sums.get(kind) ?? 0) + (recent.get(kind) ?? 0)]));
    for (const [kind, count] of begun) this.#sinceThen.set(kind, (this.#sinceThen.get(kind) ?? 0) - count);
  }

  async #read(
    { from }: { readonly from: number; readonly now: Instant },
    take: (kind: string, minute: number, live: number) => void,
  ): Promise<void> {
    for (let after: readonly (string | number)[] | undefined = [PREFIX, -1]; after !== undefined; ) {
      const rows: RowOf<typeof statisticFamily>[] = await this.#store.select(statisticFamily, {
        where: { minute: { gte: from }, subject: { gte: PREFIX, lt: 'job0' } },
        order: ['subject', 'minute'],
        after,
        limit: PAGE,
      });
      for (const { subject, minute, started, completed, failed, cancelled } of rows)
        take(subject.slice(PREFIX.length), minute, started - completed - failed - cancelled);
      const last: RowOf<typeof statisticFamily> | undefined = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last && [last.subject, last.minute];
    }
  }
}
