/**
 * The model store: what a store promises, in plain maps. It is the oracle of simulations and the fastest store for tests:
 * no threads, no timers of its own, no randomness; it can be crashed, and what a crash leaves is on its `ModelDisk`.
 */
import type { Clock, Instant } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { type Service, service } from '../kernel/lifecycle.ts';
import type { Family, Key, RowOf } from '../store/family.ts';
import type { Claim, Query } from '../store/query.ts';
import { type Cursor, MAX_WAITING_UNITS, type Store } from '../store/store.ts';
import type { CommitVerdict, Unit } from '../store/unit.ts';
import { requireClaim, requireKey, requireQuery, requireUnit } from './model-checks.ts';
import { ModelDisk } from './model-disk.ts';

export { ModelDisk };

/** How slow the disk is; the functions are asked each time, so that a seeded source can decide. */
export type ModelFaults = {
  /** How long writes wait before they are on the disk. Everything that waits at the same moment is written together. */
  readonly writeMs?: () => number;
  /** How long an answer takes after the write: a crash in between leaves a change whose caller never heard of it. */
  readonly replyMs?: () => number;
};

export type ModelStoreOptions = {
  readonly disk: ModelDisk;
  readonly families: readonly Family[];
  readonly clock: Clock;
  readonly faults?: ModelFaults;
};

export type ModelStore = Store & {
  /** Ends this handle as a `kill -9` would: what is not on the disk is lost, no answer comes, every later call rejects. */
  crash(): void;
};

/** Opens a store on the disk. Mistakes that a database would refuse (types, nulls, unknown columns) throw a TypeError. */
export function openModelStore(options: ModelStoreOptions): ModelStore {
  const writer = new ModelWriter(options);
  const { disk, clock } = options;
  const families = new Map(options.families.map((family) => [family.name, family]));
  const known = (family: Family): void => {
    if (families.get(family.name) === undefined) throw new TypeError(`the store was opened without ${family.name}`);
  };
  /** Reads answer with rows of their own, never with those on the disk. */
  const read = async <T>(family: Family, look: () => T): Promise<T> => {
    writer.requireAlive();
    known(family);
    return look();
  };
  const store: Omit<ModelStore, keyof Service> = {
    capabilities: { name: 'model', sharedByProcesses: false },
    now: (): Instant => clock.now(),
    commit: (units) => writer.commit(units, known),
    claim: async (family, claim) => {
      known(family);
      requireClaim(family, claim as Claim);
      return writer.write(() => disk.claim(family, claim as Claim) as never, []);
    },
    get: <F extends Family>(family: F, key: Key) =>
      read(family, () => {
        requireKey(family, key);
        return disk.get(family, key) as RowOf<F> | undefined;
      }),
    getMany: <F extends Family>(family: F, keys: readonly Key[]) =>
      read(family, () => {
        for (const key of keys) requireKey(family, key);
        return keys.map((key) => disk.get(family, key) as RowOf<F> | undefined);
      }),
    select: <F extends Family>(family: F, query: Query<F>) =>
      read(family, () => {
        requireQuery(family, query as Query);
        return disk.select(family, query as Query) as RowOf<F>[];
      }),
    tail: <F extends Family>(family: F, after: Cursor, limit: number) =>
      read(family, () => disk.tail(family, after, limit) as { rows: RowOf<F>[]; cursor: Cursor }),
    end: (family) => read(family, () => disk.end(family)),
    reserveIds: (size) => writer.write(() => disk.reserveIds(size), []),
    onCommit: (family, listener) => writer.onCommit(family, listener),
    crash: () => writer.crash(),
  };
  return service(store, () => writer.close());
}

type Waiting = { readonly apply: () => void; readonly reject: (error: unknown) => void };

/** The one writer of a handle: takes effect in the order of the calls, at once or as slowly as the faults say. */
class ModelWriter {
  readonly #disk: ModelDisk;
  readonly #clock: Clock;
  readonly #faults: ModelFaults;
  readonly #crashed = new AbortController();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #underWay = new Set<Promise<unknown>>();
  #waiting: Waiting[] = [];
  #waitingUnits = 0;
  #isWriting = false;
  #isClosed = false;

  constructor({ disk, clock, faults = {} }: ModelStoreOptions) {
    this.#disk = disk;
    this.#clock = clock;
    this.#faults = faults;
  }

  requireAlive(): void {
    if (this.#isClosed && this.#underWay.size === 0) throw new MillraceError('store.closed');
    if (this.#crashed.signal.aborted) throw new MillraceError('store.closed');
  }

  async commit(units: readonly Unit[], known: (family: Family) => void): Promise<CommitVerdict[]> {
    for (const unit of units) requireUnit(unit, known);
    if (this.#isClosed) throw new MillraceError('store.closed');
    if (this.#waitingUnits + units.length > MAX_WAITING_UNITS) {
      throw new MillraceError('store.overloaded', { waiting: this.#waitingUnits });
    }
    this.#waitingUnits += units.length;
    const touched: string[] = [];
    return this.write(() => {
      this.#waitingUnits -= units.length;
      return units.map((unit) => {
        const verdict = this.#disk.commit(unit);
        if (verdict === 'ok') touched.push(...unit.writes.map(({ family }) => family.name));
        return verdict;
      });
    }, touched);
  }

  /** Applies a change in its turn; `touched` is read afterwards: the families whose listeners are told with the answer. */
  write<T>(change: () => T, touched: readonly string[]): Promise<T> {
    if (this.#isClosed) return Promise.reject(new MillraceError('store.closed'));
    const answered = this.#apply(change).then((value) => this.#reply(value, touched));
    this.#underWay.add(answered);
    const over = () => this.#underWay.delete(answered);
    answered.then(over, over);
    return answered;
  }

  onCommit(family: Family, listener: () => void): () => void {
    const listeners = this.#listeners.get(family.name) ?? new Set();
    this.#listeners.set(family.name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  crash(): void {
    this.#isClosed = true;
    this.#crashed.abort();
    for (const { reject } of this.#waiting.splice(0)) reject(new MillraceError('store.closed'));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#underWay]);
  }

  #apply<T>(change: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const apply = () => {
        try {
          resolve(change());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#faults.writeMs === undefined) return apply();
      this.#waiting.push({ apply, reject });
      void this.#writeSlowly(this.#faults.writeMs);
    });
  }

  async #writeSlowly(writeMs: () => number): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const count = this.#waiting.length;
      await this.#clock.sleep(writeMs(), this.#crashed.signal);
      for (const { apply } of this.#waiting.splice(0, count)) apply();
    }
    this.#isWriting = false;
  }

  async #reply<T>(value: T, touched: readonly string[]): Promise<T> {
    const replyMs = this.#faults.replyMs?.() ?? 0;
    if (replyMs > 0) await this.#clock.sleep(replyMs, this.#crashed.signal);
    if (this.#crashed.signal.aborted) throw new MillraceError('store.closed');
    for (const name of new Set(touched)) for (const listener of this.#listeners.get(name) ?? []) listener();
    return value;
  }
}
