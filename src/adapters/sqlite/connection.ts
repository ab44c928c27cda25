/** One connection to one file, with its settings and its prepared statements. */
import type { Value } from '../../store/family.ts';
import { bindable, type Database, type Driver, type Statement } from './driver.ts';

/** How many statements stay prepared. Families and queries are few; this only bounds what odd queries could pile up. */
export const MAX_STATEMENTS = 1_000;
/** How long a writer waits for another process that writes, before its batch fails. */
const BUSY_TIMEOUT_MS = 2_000;
/** 2 KB pages: a transition dirties a few small rows on pages of their own (reference measurement: +13 % at 1,000,000 instances). */
export const PAGE_BYTES = 2_048;

export type ConnectionOptions = {
  readonly path: string;
  readonly mode: 'write' | 'read';
  readonly cacheKib: number;
};

/** Rows are arrays of values, in the order of the selected columns. */
export type SqlRow = Value[];

export class Connection {
  /** Kept here on purpose: a database that only its statements hold is collected, and then it is closed. */
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  constructor({ DatabaseSync }: Driver, { path, mode, cacheKib }: ConnectionOptions) {
    this.#database = new DatabaseSync(path, { readOnly: mode === 'read' });
    this.execute(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    this.execute(`PRAGMA cache_size = -${cacheKib}`);
    // A statement that writes many rows keeps the old pages until it ends; by default that goes to a file from 64 KB on,
    // which doubles the price of a row in a large index.
    this.execute('PRAGMA temp_store = MEMORY');
    if (mode === 'read') return;
    this.execute(`PRAGMA page_size = ${PAGE_BYTES}`);
    this.execute('PRAGMA journal_mode = WAL');
    // The owner syncs the log itself, beside its work, before it answers (sync-queue.ts).
    this.execute('PRAGMA synchronous = NORMAL');
    this.execute('PRAGMA wal_autocheckpoint = 0');
    this.execute('PRAGMA foreign_keys = OFF');
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Runs SQL that has neither parameters nor an answer. */
  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Prepared once, kept as long as it is among the last used. */
  statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = this.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MAX_STATEMENTS) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return statement;
  }

  /** Prepared for a caller that keeps it. */
  prepare(sql: string): Statement {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  rows(sql: string, parameters: readonly Value[] = []): SqlRow[] {
    return this.statement(sql).all(...bindable(parameters)) as SqlRow[];
  }

  firstRow(sql: string, parameters: readonly Value[] = []): SqlRow | undefined {
    return this.statement(sql).get(...bindable(parameters)) as SqlRow | undefined;
  }

  /** Runs `work` in one write transaction; an error undoes it. */
  transaction<T>(work: () => T): T {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      if (this.isInTransaction) this.execute('ROLLBACK');
      throw error;
    }
  }

  /** Runs `work` with a connection that waits for others no longer than this. */
  waitingAtMost<T>(ms: number, work: () => T): T {
    this.execute(`PRAGMA busy_timeout = ${ms}`);
    try {
      return work();
    } finally {
      this.execute(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}
