/**
 * The store port: durable rows behind one write path. A command becomes a unit; units that wait at the same moment
 * share one transaction; the answer comes after the disk has it. See docs/reference/store.md for what each adapter promises.
 */
import type { Instant } from '../kernel/clock.ts';
import type { Service } from '../kernel/lifecycle.ts';
import type { Family, Key, RowOf } from './family.ts';
import type { Claim, Query } from './query.ts';
import type { CommitVerdict, Unit } from './unit.ts';

/** A place in a log that `tail` goes on from. Opaque; the empty text is the beginning. */
export type Cursor = string;
export const LOG_START: Cursor = '';

export type StoreCapabilities = {
  readonly name: 'sqlite' | 'postgres' | 'model';
  /** Whether several processes may write at once. */
  readonly sharedByProcesses: boolean;
};

export interface Store extends Service {
  readonly capabilities: StoreCapabilities;
  /** The store's clock decides about leases, timers and times on rows. */
  now(): Instant;
  /**
   * Commits each unit whose guards hold. Units given in one call, and calls made one after the other, commit in that order.
   * Rejects with `store.write-failed`, `store.overloaded` or `store.closed`; then none of the units is known to be stored.
   */
  commit(units: readonly Unit[]): Promise<readonly CommitVerdict[]>;
  /**
   * Takes and changes rows in one step; for picking work only, never for domain state. It sees what was committed before
   * and answered, and need not wait for commits that are not.
   */
  claim<F extends Family, C extends keyof RowOf<F> = keyof RowOf<F>>(
    family: F,
    claim: Claim<F, C>,
  ): Promise<Pick<RowOf<F>, C>[]>;
  get<F extends Family>(family: F, key: Key): Promise<RowOf<F> | undefined>;
  /** In the order of the keys, undefined where there is no row. */
  getMany<F extends Family>(family: F, keys: readonly Key[]): Promise<(RowOf<F> | undefined)[]>;
  select<F extends Family>(family: F, query: Query<F>): Promise<RowOf<F>[]>;
  /** The rows of a log after the cursor, in an order in which nothing that commits later can appear earlier. */
  tail<F extends Family>(family: F, after: Cursor, limit: number): Promise<{ rows: RowOf<F>[]; cursor: Cursor }>;
  /** The cursor behind the last row now in a log. */
  end(family: Family): Promise<Cursor>;
  /**
   * Where the rows of a month are kept apart: gives up those of months that ended before the instant, and answers how many
   * months. Older rows may remain that are in no month's place.
   */
  dropBefore?(family: Family, before: Instant): Promise<number>;
  /** Reserves `size` numbers nobody else gets; answers the first. */
  reserveIds(size: number): Promise<number>;
  /**
   * Calls `listener` after every commit of this process that wrote the family, and, where processes share the store, soon
   * after those of the others – a hint, sometimes without need and perhaps lost, so look again at intervals as well.
   * Returns how to stop it.
   */
  onCommit(family: Family, listener: () => void): () => void;
}

/** Units that may wait for the disk before the store refuses more with `store.overloaded`. */
export const MAX_WAITING_UNITS = 100_000;
/** Units that share one transaction at most. */
export const MAX_BATCH_UNITS = 1_000;
