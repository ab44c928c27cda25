/**
 * How long each queue is, without counting rows: jobs that began to wait minus jobs that ended, from the statistics. Sums
 * are kept in memory and only the last minutes are read again; jobs of this process since then are added at once.
 */
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
  readonly #sums: Sums = new Map();
  #until = -1;
  #lengths: Sums = new Map();
  readonly #sinceThen = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  of(kind: string): number {
    return Math.max(0, (this.#lengths.get(kind)?.live ?? 0) + (this.#sinceThen.get(kind) ?? 0));
  }

  /** Bytes that ended jobs of the kind keep, when it was last looked. */
  keptBytes(kind: string): number {
    return this.#lengths.get(kind)?.kept ?? 0;
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
    const settled = Math.floor(this.#store.now() / 60_000) - SETTLED_MINUTES;
    const begun = new Map(this.#sinceThen);
    const recent: Sums = new Map();
    await this.#read(this.#until + 1, (kind, row) => {
      const into = row.minute <= settled ? this.#sums : recent;
      into.set(kind, sumOf(into.get(kind), amountsOf(row)));
    });
    this.#until = Math.max(this.#until, settled);
    const kinds = new Set([...this.#sums.keys(), ...recent.keys()]);
    this.#lengths = new Map([...kinds].map((kind) => [kind, sumOf(this.#sums.get(kind), recent.get(kind))]));
    for (const [kind, count] of begun) this.#sinceThen.set(kind, (this.#sinceThen.get(kind) ?? 0) - count);
  }

  async #read(from: number, take: (kind: string, row: StatisticRow) => void): Promise<void> {
    for (let after: readonly (string | number)[] | undefined = [PREFIX, -1]; after !== undefined; ) {
      const rows: StatisticRow[] = await this.#store.select(statisticFamily, {
        where: { minute: { gte: from }, subject: { gte: PREFIX, lt: 'job0' } },
        order: ['subject', 'minute'],
        after,
        limit: PAGE,
      });
      for (const row of rows) take(row.subject.slice(PREFIX.length), row);
      const last: StatisticRow | undefined = rows.length === PAGE ? rows.at(-1) : undefined;
      after = last && [last.subject, last.minute];
    }
  }
}

type StatisticRow = RowOf<typeof statisticFamily>;
/** Jobs that have not ended, and what the ended ones keep. */
type Amounts = { readonly live: number; readonly kept: number };
type Sums = Map<string, Amounts>;

const amountsOf = ({ started, completed, failed, cancelled, keptBytes }: StatisticRow): Amounts => ({
  live: started - completed - failed - cancelled,
  kept: keptBytes,
});

const sumOf = (one: Amounts | undefined, other: Amounts | undefined): Amounts => ({
  live: (one?.live ?? 0) + (other?.live ?? 0),
  kept: (one?.kept ?? 0) + (other?.kept ?? 0),
});
