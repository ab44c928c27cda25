/** A thread that only reads one file, so that a long query never holds up a commit. Knows SQL and no families. */
import { workerData } from 'node:worker_threads';
import { messageOf } from '../../kernel/errors.ts';
import type { Value } from '../../store/family.ts';
import { Connection, type SqlRow } from './connection.ts';
import { loadDriver } from './driver.ts';
import { serveThread } from './thread-link.ts';

export type ReaderData = {
  readonly path: string;
  readonly cacheKib: number;
  /** One number: which read is running now; zero between reads. */
  readonly running: Int32Array;
};
/** One statement, run once for each list of parameters. */
export type Read = { readonly number: number; readonly sql: string; readonly calls: readonly (readonly Value[])[] };
/** The rows of each call. */
export type ReadAnswer = { readonly rows: SqlRow[][] } | { readonly failure: string };

await serveThread<readonly Read[]>(async () => {
  const { path, cacheKib, running } = workerData as ReaderData;
  const connection = new Connection(await loadDriver(), { path, mode: 'read', cacheKib });
  const answerOne = ({ number, sql, calls }: Read): ReadAnswer => {
    Atomics.store(running, 0, number);
    try {
      return { rows: calls.map((parameters) => connection.rows(sql, parameters)) };
    } catch (error) {
      return { failure: messageOf(error) };
    }
  };
  return {
    // Reads that were asked together see the same moment, and take SQLite's read lock once.
    answer: (reads) => {
      connection.execute('BEGIN');
      try {
        return reads.map(answerOne);
      } finally {
        connection.execute('COMMIT');
        Atomics.store(running, 0, 0);
      }
    },
    close: () => connection.close(),
  };
});
