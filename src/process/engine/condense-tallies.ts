/**
 * Sums up tallies of days long ago under the first day of their month, so that a plant that has run for years is read nearly as fast as a
 * new one. A row is moved by adding it to that of its month and removing it, in one commit guarded by what it held.
 */
import type { Store } from '../../store/store.ts';
import { add, isEqual, remove, type Unit } from '../../store/unit.ts';
import { DAY_MS, dayOf, tallyFamily } from './tally-family.ts';

/** Days are told apart for so long. */
export const DAYS_KEPT = 92;
const BATCH = 1_000;

export class CondenseTallies {
  readonly #store: Store;
  #after: readonly (string | number)[] = START;

  constructor(store: Store) {
    this.#store = store;
  }

  /** One bite; answers whether the walk is not at its end yet. */
  async round(): Promise<boolean> {
    const rows = await this.#store.select(tallyFamily, {
      order: ['definition', 'day', 'version', 'course', 'bucket'],
      after: this.#after,
      limit: BATCH,
    });
    const oldest = dayOf(this.#store.now()) - DAYS_KEPT;
    const units = rows.flatMap((row): Unit[] => {
      const { definition, day, version, course, bucket, ...amounts } = row;
      const month = monthOf(day);
      if (day >= oldest || day === month) return [];
      const key = [definition, day, version, course, bucket];
      const guards = [isEqual(tallyFamily, key, ['times', row.times])];
      const into = [definition, month, version, course, bucket];
      return [{ guards, writes: [add(tallyFamily, into, amounts), remove(tallyFamily, key)] }];
    });
    if (units.length > 0) await this.#store.commit(units);
    const last = rows.length === BATCH ? rows.at(-1) : undefined;
    this.#after = last === undefined ? START : [last.definition, last.day, last.version, last.course, last.bucket];
    return last !== undefined;
  }
}

const START = ['', -1, -1, '', -1] as const;

/** The first day of the month of a day. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
}
