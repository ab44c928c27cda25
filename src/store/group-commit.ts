/**
 * Group commit: units that wait at the same moment share one transaction. While a batch is being written the next one
 * gathers, so a slow disk makes batches larger and a fast one makes them quicker – no timer, nothing to tune.
 * Two batches may be under way, so that the thread that decides and the thread that writes need not take turns.
 */
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { Family } from './family.ts';
import { MAX_BATCH_UNITS, MAX_WAITING_UNITS } from './store.ts';
import type { CommitVerdict, Unit } from './unit.ts';

/** What became of one unit. An error says why this unit, and not the batch, could not be written: its call rejects with it. */
export type UnitResult = CommitVerdict | Error;

/** Writes one batch in one transaction; results in the order of the units. Calls overlap, and must take effect in call order. */
export type WriteBatch = (units: readonly Unit[]) => Promise<readonly UnitResult[]>;

type Waiting = {
  readonly units: readonly Unit[];
  readonly resolve: (verdicts: CommitVerdict[]) => void;
  readonly reject: (error: unknown) => void;
  /** Called when the units have been given to the writer. */
  onHandedOver?: () => void;
};

/** A call whose units are being written. */
type Call = Pick<Waiting, 'resolve' | 'reject'> & { readonly count: number };

export class GroupCommit {
  readonly #write: WriteBatch;
  readonly #batchesInFlight: number;
  readonly #listeners = new Map<string, Set<() => void>>();
  #waiting: Waiting[] = [];
  #waitingUnits = 0;
  #inFlight = 0;
  #scheduled = false;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(write: WriteBatch, { batchesInFlight }: { readonly batchesInFlight: number }) {
    this.#write = write;
    this.#batchesInFlight = batchesInFlight;
  }

  /** Units that are not yet being written. */
  get waiting(): number {
    return this.#waitingUnits;
  }

  commit(units: readonly Unit[]): Promise<CommitVerdict[]> {
    if (this.#closed) return Promise.reject(new MillraceError('store.closed'));
    if (units.length === 0) return Promise.resolve([]);
    if (this.#waitingUnits + units.length > MAX_WAITING_UNITS) {
      return Promise.reject(new MillraceError('store.overloaded', { waiting: this.#waitingUnits }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ units, resolve, reject });
      this.#waitingUnits += units.length;
      this.#schedule();
    });
  }

  /** Resolves when everything committed so far has been given to the writer: what the writer is asked then comes after it. */
  handedOver(): Promise<void> {
    const last = this.#waiting.at(-1);
    if (last === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const earlier = last.onHandedOver;
      last.onHandedOver = () => {
        earlier?.();
        resolve();
      };
    });
  }

  onCommit(family: Family, listener: () => void): () => void {
    const listeners = this.#listeners.get(family.name) ?? new Set();
    this.#listeners.set(family.name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Takes no more, and resolves when everything taken has been written. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length > 0 || this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
  }

  /** Everything that is committed in this turn of the event loop goes into one batch. */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= this.#batchesInFlight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#writeNext();
    });
  }

  async #writeNext(): Promise<void> {
    const begun = this.#beginBatch();
    if (begun === undefined) return;
    const { calls, touched, writing } = begun;
    try {
      this.#answer(calls, await writing, touched);
    } catch (error) {
      const failure =
        error instanceof MillraceError
          ? error
          : new MillraceError('store.write-failed', { reason: messageOf(error) }, { cause: error });
      for (const { reject } of calls) reject(failure);
    } finally {
      this.#inFlight -= 1;
      if (this.#waiting.length > 0) this.#schedule();
      else if (this.#inFlight === 0) this.#drained?.();
    }
  }

  /** Apart from the waiting, so that nothing here keeps the units – thousands of small objects – alive while they are written. */
  #beginBatch():
    | { calls: readonly Call[]; touched: ReadonlySet<string>; writing: Promise<readonly UnitResult[]> }
    | undefined {
    const batch = this.#takeBatch();
    if (batch.length === 0) return undefined;
    this.#inFlight += 1;
    if (this.#waiting.length > 0) this.#schedule();
    const units = batch.flatMap((waiting) => waiting.units);
    const calls = batch.map(({ units: own, resolve, reject }): Call => ({ count: own.length, resolve, reject }));
    const writing = this.#write(units);
    for (const { onHandedOver } of batch) onHandedOver?.();
    return { calls, touched: familiesOf(units), writing };
  }

  #answer(calls: readonly Call[], results: readonly UnitResult[], touched: ReadonlySet<string>): void {
    let from = 0;
    for (const call of calls) {
      settle(call, results.slice(from, from + call.count));
      from += call.count;
    }
    if (!results.includes('ok')) return;
    for (const name of touched) for (const listener of this.#listeners.get(name) ?? []) listener();
  }

  #takeBatch(): Waiting[] {
    let count = 0;
    let taken = 0;
    for (const { units } of this.#waiting) {
      if (taken > 0 && count + units.length > MAX_BATCH_UNITS) break;
      count += units.length;
      taken += 1;
    }
    this.#waitingUnits -= count;
    return this.#waiting.splice(0, taken);
  }
}

function familiesOf(units: readonly Unit[]): Set<string> {
  const names = new Set<string>();
  for (const { writes } of units) for (const { family } of writes) names.add(family.name);
  return names;
}

function settle({ resolve, reject }: Call, results: readonly UnitResult[]): void {
  const error = results.find((result) => result instanceof Error);
  if (error === undefined) resolve(results as CommitVerdict[]);
  else reject(error);
}
