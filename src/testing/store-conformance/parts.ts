/** What the cases of the store's conformance suite share: how a store is opened, the families they use, small builders. */
import assert from 'node:assert/strict';
import { type Clock, VirtualClock } from '../../kernel/clock.ts';
import { defineFamily, defineLog, type Family, type RowOf } from '../../store/family.ts';
import { type Cursor, LOG_START, type Store } from '../../store/store.ts';
import type { CommitVerdict, Guard, Unit, Write } from '../../store/unit.ts';

/** Opens a store in a fresh, empty place. Disposing closes it and removes the place. */
export type OpenStore = (options: {
  readonly families: readonly Family[];
  readonly clock: Clock;
}) => Promise<StoreUnderTest>;

export type StoreUnderTest = AsyncDisposable & {
  readonly store: Store;
  /** Closes the store and opens one on the same place. */
  reopen(): Promise<Store>;
};

export type StoreCase = { readonly name: string; readonly run: (open: OpenStore) => Promise<void> };

/** One row a thing, with every type of column, a name that SQL reserves, and an index over waiting rows only. */
export const machine = defineFamily({
  name: 'conformance_machine',
  columns: {
    id: 'integer',
    state: 'text',
    version: 'integer',
    weight: 'real',
    dueAt: 'integer?',
    level: 'real?',
    order: 'text?',
  },
  key: ['id'],
  indexes: [{ columns: ['version', 'id'], where: { column: 'state', is: 'ready' } }, { columns: ['dueAt', 'id'] }],
});
export type Machine = RowOf<typeof machine>;

/** JSON beside its key, there or not. */
export const note = defineFamily({
  name: 'conformance_note',
  columns: { id: 'integer', body: 'json', more: 'json?', count: 'integer' },
  key: ['id'],
});

/** Counts with a key of two columns. */
export const output = defineFamily({
  name: 'conformance_output',
  columns: { line: 'text', shift: 'integer', good: 'integer', bad: 'integer', energy: 'real' },
  key: ['line', 'shift'],
});

export const journal = defineLog({
  name: 'conformance_journal',
  columns: { subject: 'text', at: 'integer', body: 'text?' },
  indexes: [{ columns: ['subject', 'id'] }],
});

/** The other area: another file in the embedded store; and kept by month where a store can. */
export const sample = defineFamily({
  name: 'conformance_sample',
  area: 'measurements',
  columns: { series: 'text', at: 'integer', value: 'real' },
  key: ['series', 'at'],
  partition: { column: 'at', by: 'month' },
});

export const conformanceFamilies: readonly Family[] = [machine, note, output, journal, sample];

/** 2026-01-05T06:00Z, the beginning of a shift. */
export const CONFORMANCE_START = 1_767_592_800_000;

export const openEmpty = (open: OpenStore): Promise<StoreUnderTest> =>
  open({ families: conformanceFamilies, clock: new VirtualClock(CONFORMANCE_START) });

/** A row that shows only what matters to the case. */
export const aMachine = (columns: Partial<Machine> & Pick<Machine, 'id'>): Machine => ({
  state: 'ready',
  version: 1,
  weight: 0,
  dueAt: null,
  level: null,
  order: null,
  ...columns,
});

export const unit = (...writes: readonly Write[]): Unit => ({ guards: [], writes });
export const guarded = (guards: readonly Guard[], ...writes: readonly Write[]): Unit => ({ guards, writes });

/** Commits one unit and expects it to be taken. */
export async function commitOne(store: Store, one: Unit): Promise<void> {
  assert.deepEqual(await store.commit([one]), ['ok'] satisfies CommitVerdict[]);
}

/** How long a reader may have to wait for a row that is committed: a shared store's readers stay behind open transactions. */
const VISIBLE_WITHIN_MS = 20_000;

/** Follows a log until `count` rows after the cursor have been seen. */
export async function follow(store: Store, from: Cursor, count: number): Promise<RowOf<typeof journal>[]> {
  const seen: RowOf<typeof journal>[] = [];
  let cursor = from;
  const deadline = performance.now() + VISIBLE_WITHIN_MS;
  while (seen.length < count && performance.now() < deadline) {
    const { rows, cursor: next } = await store.tail(journal, cursor, 1_000);
    seen.push(...rows);
    cursor = next;
  }
  return seen;
}

export const followAll = (store: Store, count: number): Promise<RowOf<typeof journal>[]> =>
  follow(store, LOG_START, count);

/** Makes what the suite wants of a way to open a store on one place and a way to remove the place. */
export async function reopenable(
  openHere: () => Promise<Store>,
  removePlace: () => Promise<void>,
): Promise<StoreUnderTest> {
  const store = await openHere();
  let current = store;
  return {
    store,
    reopen: async () => {
      await current.close();
      current = await openHere();
      return current;
    },
    [Symbol.asyncDispose]: async () => {
      await current.close();
      await removePlace();
    },
  };
}
