/**
 * What an instance leaves behind in tables of others – the tasks it asked people, its mails. Walks such a table by its ids,
 * a bite at a time, and forgets the rows whose instance is gone.
 */
import type { Family, RowOf } from '../../store/family.ts';
import type { Store } from '../../store/store.ts';
import { remove } from '../../store/unit.ts';
import { instanceFamily } from './families.ts';

/** Rows that one bite looks at. */
export const TRACES_BATCH = 500;

/** A table whose key is one number. */
export type TracesOf<F extends Family> = {
  readonly family: F;
  /** The instance that a row belongs to; undefined: to none, or it is not over yet. */
  readonly instanceOf: (row: RowOf<F>) => number | undefined;
};

export class Traces<F extends Family> {
  readonly #store: Store;
  readonly #of: TracesOf<F>;
  #after = -1;

  constructor(store: Store, of: TracesOf<F>) {
    this.#store = store;
    this.#of = of;
  }

  /** One bite; answers whether the walk is not at its end yet. */
  async round(): Promise<boolean> {
    const { family, instanceOf } = this.#of;
    const [key = 'id'] = family.key;
    const rows = (await this.#store.select(family as Family, {
      order: [key],
      after: [this.#after],
      limit: TRACES_BATCH,
    })) as RowOf<F>[];
    const idOf = (row: RowOf<F>) => Number((row as Readonly<Record<string, unknown>>)[key]);
    const last = rows.at(-1);
    this.#after = rows.length < TRACES_BATCH || last === undefined ? -1 : idOf(last);
    const owned = rows.flatMap((row) => {
      const instance = instanceOf(row);
      return instance === undefined ? [] : [{ id: idOf(row), instance }];
    });
    const instances = [...new Set(owned.map(({ instance }) => instance))];
    const found = await this.#store.getMany(
      instanceFamily,
      instances.map((id) => [id]),
    );
    const gone = new Set(instances.filter((_, place) => found[place] === undefined));
    const writes = owned.filter(({ instance }) => gone.has(instance)).map(({ id }) => remove(family, [id]));
    if (writes.length > 0) await this.#store.commit([{ guards: [], writes }]);
    return this.#after >= 0;
  }
}
