/**
 * Group commit: units that wait at the same moment share one transaction. While a batch is being written the next one
 * gathers, so a slow disk makes batches larger and a fast one makes them quicker – no timer, nothing to tune.
 * Two batches may be under way, so that the thread that decides and the thread that writes need not take turns.
 */
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { Family } from './family.ts';
import type { BatchUnits, StoreMetrics } from './metrics.ts';
import { MAX_BATCH_UNITS, MAX_WAITING_UNITS } from './store.ts';
import type { CommitVerdict, Unit } from './unit.ts';

/** What became of one unit. An error says why this unit, and not the batch, could not be written: its call rejects with it. */
export type UnitResult = CommitVerdict | Error;

/**
 * A batch with so many units goes at once, in the middle of the turn that fills it: when many answers come together, the
 * writing thread then works on the first of what follows from them while the rest is still being decided.
 */
export const EAGER_UNITS = 300;

/** How an adapter makes batches of units and writes them. */
export type BatchWriting<Batch> = {
  /** An empty batch. Batches are written in the order in which they were opened. */
  readonly open: () => Batch;
  /** Takes in the units of one call; throws when one of them can never be stored, and then takes in none. */
  readonly add: (batch: Batch, units: readonly Unit[]) => void;
  /** Writes in one transaction; results in the order of the units. Calls overlap, and must take effect in call order. */
  readonly write: (batch: Batch) => Promise<readonly UnitResult[]>;
};

/** Batches that are lists of units, for a writer that looks at them only when it writes. */
export const unitLists = (write: (units: readonly Unit[]) => Promise<readonly UnitResult[]>): BatchWriting<Unit[]> => ({
  open: () => [],
  add: (batch, units) => {
    for (const unit of units) batch.push(unit);
  },
  write,
});

/** A call that waits for its units to be written. */
type Call = {
  readonly count: number;
  readonly resolve: (verdicts: readonly CommitVerdict[]) => void;
  readonly reject: (error: unknown) => void;
};

/** What gathers while others are being written. Units go into their batch at once, so that nothing here keeps them alive. */
type Gathering<Batch> = {
  readonly batch: Batch;
  readonly calls: Call[];
  readonly touched: Set<Family>;
  units: number;
};

export type GroupCommitOptions = {
  readonly batchesInFlight: number;
  readonly metrics?: StoreMetrics | undefined;
  /** Is told which families a batch has written to, after its listeners. */
  readonly onWritten?: (families: readonly string[]) => void;
  /** Is told when there is a listener for the first time. */
  readonly onFirstListener?: () => void;
};

export class GroupCommit<Batch> {
  readonly #writing: BatchWriting<Batch>;
  readonly #batchesInFlight: number;
  readonly #metrics: StoreMetrics | undefined;
  readonly #onWritten: GroupCommitOptions['onWritten'];
  readonly #onFirstListener: GroupCommitOptions['onFirstListener'];
  readonly #listeners = new Map<string, Set<() => void>>();
  #gathering: Gathering<Batch>[] = [];
  #waitingUnits = 0;
  #inFlight = 0;
  #scheduled = false;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(writing: BatchWriting<Batch>, options: GroupCommitOptions) {
    const { batchesInFlight, metrics, onWritten, onFirstListener } = options;
    this.#onWritten = onWritten;
    this.#onFirstListener = onFirstListener;
    this.#writing = writing;
    this.#batchesInFlight = batchesInFlight;
    this.#metrics = metrics;
    metrics?.watch(() => this.waiting);
  }

  /** Units that are not yet being written. */
  get waiting(): number {
    return this.#waitingUnits;
  }

  commit(units: readonly Unit[]): Promise<readonly CommitVerdict[]> {
    if (this.#closed) return Promise.reject(new MillraceError('store.closed'));
    if (units.length === 0) return Promise.resolve([]);
    if (this.#waitingUnits + units.length > MAX_WAITING_UNITS) {
      return Promise.reject(new MillraceError('store.overloaded', { waiting: this.#waitingUnits }));
    }
    return new Promise((resolve, reject) => {
      const gathering = this.#roomFor(units.length);
      this.#writing.add(gathering.batch, units);
      gathering.units += units.length;
      this.#waitingUnits += units.length;
      gathering.calls.push({ count: units.length, resolve, reject });
      noteFamilies(units, gathering.touched);
      if (gathering.units >= EAGER_UNITS) this.#writeNext();
      else this.#schedule();
    });
  }

  onCommit(family: Family, listener: () => void): () => void {
    if (this.#listeners.size === 0) this.#onFirstListener?.();
    const listeners = this.#listeners.get(family.name) ?? new Set();
    this.#listeners.set(family.name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Tells the listeners of these families that somebody wrote to them; without names those of all. */
  tell(families: Iterable<string> = this.#listeners.keys()): void {
    for (const name of families) for (const listener of this.#listeners.get(name) ?? []) listener();
  }

  /** Takes no more, and resolves when everything taken has been written. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waitingUnits > 0 || this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
  }

  #roomFor(units: number): Gathering<Batch> {
    const last = this.#gathering.at(-1);
    if (last !== undefined && (last.units === 0 || last.units + units <= MAX_BATCH_UNITS)) return last;
    const opened = { batch: this.#writing.open(), calls: [], touched: new Set<Family>(), units: 0 };
    this.#gathering.push(opened);
    return opened;
  }

  /** What is committed in this turn of the event loop goes into one batch, unless there is enough for one before. */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= this.#batchesInFlight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#writeNext();
    });
  }

  #writeNext(): void {
    if (this.#inFlight >= this.#batchesInFlight || this.#waitingUnits === 0) return;
    const next = this.#gathering.shift();
    if (next !== undefined) void this.#write(next);
  }

  async #write({ batch, calls, touched, units }: Gathering<Batch>): Promise<void> {
    this.#inFlight += 1;
    this.#waitingUnits -= units;
    if (this.#waitingUnits > 0) this.#schedule();
    const began = performance.now();
    try {
      const results = await this.#writing.write(batch);
      this.#metrics?.wrote(unitsBy(results), performance.now() - began);
      this.#answer(calls, results, touched);
    } catch (error) {
      this.#metrics?.failed(units, performance.now() - began);
      const failure =
        error instanceof MillraceError
          ? error
          : new MillraceError('store.write-failed', { reason: messageOf(error) }, { cause: error });
      for (const { reject } of calls) reject(failure);
    } finally {
      this.#inFlight -= 1;
      if (this.#waitingUnits > 0) this.#schedule();
      else if (this.#inFlight === 0) this.#drained?.();
    }
  }

  #answer(calls: readonly Call[], results: readonly UnitResult[], touched: ReadonlySet<Family>): void {
    if (calls.length === 1) settle(calls[0] as Call, results);
    else {
      let from = 0;
      for (const call of calls) {
        settle(call, results.slice(from, from + call.count));
        from += call.count;
      }
    }
    if (!results.includes('ok')) return;
    const names = [...touched].map(({ name }) => name);
    this.tell(names);
    this.#onWritten?.(names);
  }
}

/** Units of a batch mostly write the same families one after the other. */
function noteFamilies(units: readonly Unit[], touched: Set<Family>): void {
  let last: Family | undefined;
  for (const { writes } of units) {
    for (const { family } of writes) {
      if (family !== last) touched.add(family);
      last = family;
    }
  }
}

function unitsBy(results: readonly UnitResult[]): BatchUnits {
  const units = { ok: 0, conflict: 0, failed: 0 };
  for (const result of results) units[result === 'ok' || result === 'conflict' ? result : 'failed'] += 1;
  return units;
}

function settle({ resolve, reject }: Call, results: readonly UnitResult[]): void {
  const error = results.find((result) => result instanceof Error);
  if (error === undefined) resolve(results as readonly CommitVerdict[]);
  else reject(error);
}
