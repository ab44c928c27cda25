/** One file of the store, with the threads that write and read it. */
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { workerEntry } from '../../kernel/worker-entry.ts';
import type { Family, Key, Row, Value } from '../../store/family.ts';
import { GroupCommit, type UnitResult } from '../../store/group-commit.ts';
import type { StoreMetrics } from '../../store/metrics.ts';
import type { Claim, Query } from '../../store/query.ts';
import { type Cursor, LOG_START } from '../../store/store.ts';
import type { View } from '../../store/view.ts';
import type { BatchBuilder } from './batch.ts';
import { planClaim } from './claim-order.ts';
import type { SqlRow } from './connection.ts';
import { type BatchResult, CONFLICT, FAILED, TAKEN } from './owner.ts';
import type { CommitAnswer, OwnerData, OwnerRequest } from './owner-thread.ts';
import { Packer } from './packing.ts';
import { selectSql } from './query-sql.ts';
import type { ReaderData } from './reader-thread.ts';
import { Reads } from './reads.ts';
import { getSql } from './statements.ts';
import { requireKey, rowOf, type Table, tableOf } from './table.ts';
import { ThreadLink } from './thread-link.ts';
import { sqliteView } from './views.ts';

/** Pages that a thread keeps in memory; it takes what it needs and no more. */
const OWNER_CACHE_KIB = 64 * 1_024;
const READER_CACHE_KIB = 32 * 1_024;

export type SqliteFileOptions = {
  readonly path: string;
  readonly families: readonly Family[];
  readonly views: readonly View[];
  readonly batchesInFlight: number;
  readonly readLimitMs: number;
  readonly metrics: StoreMetrics | undefined;
};

type Parts = {
  readonly tables: readonly Table[];
  readonly owner: ThreadLink;
  readonly performed: Int32Array;
  readonly reads: Reads;
  readonly batchesInFlight: number;
  readonly metrics: StoreMetrics | undefined;
};

export class SqliteFile {
  readonly group: GroupCommit<BatchBuilder>;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #owner: ThreadLink;
  /** Written by the owner: how many requests have taken effect. */
  readonly #performed: Int32Array;
  /** How many of them are answered: then the disk has them. Both count in 32 bits and begin again behind the last number. */
  #answered = 0;
  #onAnswer: (() => void)[] = [];
  readonly #reads: Reads;
  /** Commits, claims and reservations since somebody asked. */
  #changes = 0;
  #isClosed = false;

  private constructor({ tables, owner, performed, reads, batchesInFlight, metrics }: Parts) {
    this.#tables = new Map(tables.map((table) => [table.family.name, table]));
    this.#owner = owner;
    this.#performed = performed;
    this.#reads = reads;
    const packer = new Packer(this.#tables);
    this.group = new GroupCommit(
      {
        open: () => packer.open(),
        add: (batch, units) => packer.add(batch, units),
        write: async (batch) => {
          const { batch: packed, transfer } = packer.finish(batch);
          const { memory, ...result } = await this.#ask<CommitAnswer>({ kind: 'commit', batch: packed }, transfer);
          packer.reuse(memory);
          return unitResults(result);
        },
      },
      { batchesInFlight, metrics },
    );
  }

  /** The owner opens the file first and brings its tables up to date; readers find them as they need them. */
  static async open(options: SqliteFileOptions): Promise<SqliteFile> {
    const { path, families, views, batchesInFlight, readLimitMs, metrics } = options;
    const performed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const ownerData: OwnerData = {
      path,
      families,
      views: views.map(sqliteView),
      cacheKib: OWNER_CACHE_KIB,
      performed,
    };
    const owner = await ThreadLink.open(workerEntry(import.meta.url, './owner-thread.ts'), ownerData).catch(
      coded('store.unreachable', { file: path }),
    );
    const openReader = (running: Int32Array): Promise<ThreadLink> => {
      const readerData: ReaderData = { path, cacheKib: READER_CACHE_KIB, running };
      return ThreadLink.open(workerEntry(import.meta.url, './reader-thread.ts'), readerData);
    };
    const reads = new Reads(openReader, readLimitMs);
    return new SqliteFile({ tables: families.map(tableOf), owner, performed, reads, batchesInFlight, metrics });
  }

  /** Whether the file was changed since this was last asked. */
  hasChanged(): boolean {
    const changed = this.#changes > 0;
    this.#changes = 0;
    return changed;
  }

  /** Runs in the owner after the batches that are under way, not behind what still gathers: workers wait for it. */
  async claim(family: Family, claim: Claim): Promise<Row[]> {
    if (this.#isClosed) throw new MillraceError('store.closed');
    const table = this.#tableOf(family);
    const { order, rowsOf: answerOf } = planClaim(table, claim);
    return answerOf(await this.#ask<SqlRow[]>({ kind: 'claim', order }));
  }

  async reserveIds(size: number): Promise<number> {
    if (this.#isClosed) throw new MillraceError('store.closed');
    return this.#ask<number>({ kind: 'reserve-ids', size });
  }

  /** Lets the write-ahead log begin again, if no reader is in the way. */
  async rewindLog(): Promise<void> {
    await this.#call<boolean>({ kind: 'rewind-log' });
  }

  async getMany(family: Family, keys: readonly Key[]): Promise<(Row | undefined)[]> {
    const table = this.#tableOf(family);
    for (const key of keys) requireKey(table, key);
    if (keys.length === 0) return [];
    const answers = await this.#read(getSql(table), keys);
    return answers.map(([row]) => (row === undefined ? undefined : rowOf(table, row)));
  }

  async select(family: Family, query: Query): Promise<Row[]> {
    const table = this.#tableOf(family);
    const { sql, parameters } = selectSql(table, query);
    return rowsOf(table, await this.#readOne(sql, parameters));
  }

  async tail(family: Family, after: Cursor, limit: number): Promise<{ rows: Row[]; cursor: Cursor }> {
    const table = this.#logOf(family);
    const id = Number(after);
    if (!Number.isSafeInteger(id)) throw new MillraceError('store.cursor-malformed', { cursor: after });
    const { sql, parameters } = selectSql(table, { where: { id: { gt: id } }, limit });
    const found = await this.#readOne(sql, parameters);
    const rows = rowsOf(table, found);
    return { rows, cursor: rows.length === 0 ? after : String(rows.at(-1)?.id) };
  }

  async end(family: Family): Promise<Cursor> {
    const [row] = await this.#readOne(`SELECT max(id) FROM ${this.#logOf(family).sql}`, []);
    const [last] = row ?? [];
    return last === null || last === undefined ? LOG_START : String(last);
  }

  /** Takes no more changes, and resolves when those that wait are written. */
  drain(): Promise<void> {
    this.#isClosed = true;
    return this.group.close();
  }

  /** Resolves when everything is written and answered and the threads have ended. */
  async close(): Promise<void> {
    await this.drain();
    await this.#reads.close();
    await this.#owner.close();
  }

  #ask<Result>(request: OwnerRequest, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    this.#changes += 1;
    return this.#call<Result>(request, transfer).catch(coded('store.write-failed'));
  }

  async #call<Result>(request: OwnerRequest, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    try {
      return await this.#owner.call<Result>(request, transfer);
    } finally {
      this.#answered = (this.#answered + 1) | 0;
      for (const resolve of this.#onAnswer.splice(0)) resolve();
    }
  }

  /** A read may see what is not on the disk yet; nobody is told of it before it is. */
  async #read(sql: string, calls: readonly (readonly Value[])[]): Promise<SqlRow[][]> {
    const rows = await this.#reads.read(sql, calls);
    const seen = Atomics.load(this.#performed, 0);
    while (((seen - this.#answered) | 0) > 0) await new Promise<void>((resolve) => this.#onAnswer.push(resolve));
    return rows;
  }

  async #readOne(sql: string, parameters: readonly Value[]): Promise<SqlRow[]> {
    const [rows] = await this.#read(sql, [parameters]);
    return rows ?? [];
  }

  #tableOf(family: Family): Table {
    const table = this.#tables.get(family.name);
    if (table === undefined) throw new TypeError(`the store was opened without ${family.name}`);
    return table;
  }

  #logOf(family: Family): Table {
    if (!family.isLog) throw new TypeError(`${family.name} is no log`);
    return this.#tableOf(family);
  }
}

/** Gives what SQLite says a code of ours; what has one keeps it. */
const coded =
  (code: 'store.unreachable' | 'store.write-failed', facts: { readonly file?: string } = {}) =>
  (error: unknown): never => {
    if (error instanceof MillraceError) throw error;
    throw new MillraceError(code, { ...facts, reason: messageOf(error) }, { cause: error });
  };

const rowsOf = (table: Table, rows: readonly SqlRow[]): Row[] => rows.map((row) => rowOf(table, row));

function unitResults({ verdicts, reasons }: BatchResult): UnitResult[] {
  if (verdicts.every((verdict) => verdict === TAKEN)) return new Array<UnitResult>(verdicts.length).fill('ok');
  const results: UnitResult[] = [];
  let failures = 0;
  for (const verdict of verdicts) {
    if (verdict === FAILED) results.push(new MillraceError('store.write-failed', { reason: reasons[failures++] }));
    else results.push(verdict === CONFLICT ? 'conflict' : 'ok');
  }
  return results;
}
