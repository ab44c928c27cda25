/** Statements of one transaction each, on any connection of the pool; what fails gets a code of ours. */
import type { Pool, QueryResultRow } from 'pg';
import { MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Statement, StatementNames } from './driver.ts';
import { isTimeout } from './failure.ts';

export class PoolRows {
  readonly #pool: Pool;
  readonly #names = new StatementNames();
  readonly #timeoutMs: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(pool: Pool, timeoutMs: number) {
    this.#pool = pool;
    this.#timeoutMs = timeoutMs;
  }

  read(statement: Statement): Promise<QueryResultRow[]> {
    return this.#run(statement, 'store.read-failed');
  }

  change(statement: Statement): Promise<QueryResultRow[]> {
    return this.#run(statement, 'store.write-failed');
  }

  /** Answers what was asked, then ends the pool, which would forget those who still wait for a connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
    await this.#pool.end();
  }

  async #run(statement: Statement, code: 'store.read-failed' | 'store.write-failed'): Promise<QueryResultRow[]> {
    if (this.#isClosed) throw new MillraceError('store.closed');
    const answer = this.#pool.query(this.#names.prepared(statement));
    this.#underWay.add(answer);
    try {
      return (await answer).rows;
    } catch (error) {
      if (isTimeout(error))
        throw new MillraceError('store.query-too-slow', { limitMs: this.#timeoutMs }, { cause: error });
      throw new MillraceError(code, { reason: messageOf(error) }, { cause: error });
    } finally {
      this.#underWay.delete(answer);
    }
  }
}
