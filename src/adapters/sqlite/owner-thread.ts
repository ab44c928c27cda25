/** The thread that owns one file: the only place that writes it. */
import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { workerData } from 'node:worker_threads';
import type { Family } from '../../store/family.ts';
import { type Batch, type Memory, memoryOf } from './batch.ts';
import type { ClaimOrder } from './claim-order.ts';
import { Connection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { type BatchResult, Owner } from './owner.ts';
import { migrate, reserveIds } from './schema.ts';
import { SyncQueue } from './sync-queue.ts';
import { tableOf } from './table.ts';
import { Handed, serveThread } from './thread-link.ts';
import type { SqliteView } from './views.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

export type OwnerData = {
  readonly path: string;
  readonly families: readonly Family[];
  readonly views: readonly SqliteView[];
  readonly cacheKib: number;
  /** One number: how many requests have taken effect, whether or not the disk has them yet. */
  readonly performed: Int32Array;
};

export type OwnerRequest =
  | { readonly kind: 'commit'; readonly batch: Batch }
  | { readonly kind: 'claim'; readonly order: ClaimOrder }
  | { readonly kind: 'reserve-ids'; readonly size: number }
  | { readonly kind: 'rewind-log' };

/** What became of a batch, and the memory that it lay in. */
export type CommitAnswer = BatchResult & { readonly memory: Memory };

await serveThread<OwnerRequest>(async () => {
  const { path, families, views, cacheKib, performed } = workerData as OwnerData;
  const connection = new Connection(await loadDriver(), { path, mode: 'write', cacheKib });
  const tables = families.map(tableOf);
  migrate(connection, tables, views);
  const owner = new Owner(connection, tables);
  const logBytes = () => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const log = new WriteAheadLog(connection, logBytes);
  let logFile: FileHandle | undefined;
  const syncs = new SyncQueue(async () => {
    // SQLite makes the log with the first change and keeps it as long as the connection is open.
    logFile ??= await open(`${path}-wal`, 'r+');
    await logFile.datasync();
  });
  const commit = (batch: Batch): Handed => {
    const memory = memoryOf(batch);
    const answer: CommitAnswer = { ...owner.commit(batch), memory };
    return new Handed(answer, memory);
  };
  const answer = (request: OwnerRequest): unknown => {
    switch (request.kind) {
      case 'commit':
        return commit(request.batch);
      case 'claim':
        return owner.claim(request.order);
      case 'reserve-ids':
        return reserveIds(connection, request.size);
      case 'rewind-log':
        return log.rewind();
      default:
        return request satisfies never;
    }
  };
  return {
    answer: async (request) => {
      let result: unknown;
      try {
        result = answer(request);
        log.limit();
      } finally {
        Atomics.add(performed, 0, 1);
      }
      await syncs.synced();
      return result;
    },
    close: async () => {
      await logFile?.close();
      log.empty();
      connection.close();
    },
  };
});
