/**
 * The PostgreSQL store: any number of Millrace processes on one database. Batches go through one connection (batch-writer),
 * everything else through a pool. Listeners hear of this process's commits at once, and of those of others by
 * notifications (commit-news).
 */
import type { Pool } from 'pg';
import type { Clock } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Family, Key, Row, RowOf } from '../../store/family.ts';
import { GroupCommit, unitLists } from '../../store/group-commit.ts';
import { type StoreMetrics, storeMetrics } from '../../store/metrics.ts';
import { type Claim, MAX_ROWS, type Query } from '../../store/query.ts';
import { type Cursor, LOG_START, type Store } from '../../store/store.ts';
import type { Unit } from '../../store/unit.ts';
import type { View } from '../../store/view.ts';
import { BatchWriter } from './batch-writer.ts';
import { startCommitListener } from './commit-listener.ts';
import { type CommitNews, type CommitNewsParts, openCommitNews } from './commit-news.ts';
import { startDatabaseClock } from './database-clock.ts';
import { loadDriver, newPool, type Statement } from './driver.ts';
import { KeyReads, type ReadRows } from './key-reads.ts';
import { cursorBehind, endStatement, TRANSACTION_COLUMN, tailStatement } from './log-sql.ts';
import { PartitionKeeper } from './partition-keeper.ts';
import { PoolRows } from './pool-rows.ts';
import { DEFAULT_POOL_SIZE } from './pool-size.ts';
import { claimStatement, PICKED_COLUMN, selectStatement } from './query-sql.ts';
import { migrate, type SchemaNeeds } from './schema.ts';
import { quoted, type Table, type Tables, tableNamed, tableOf } from './table.ts';
import { keyArrays, places, sameKey, unnest } from './unnest.ts';
import { WriterConnection } from './writer-connection.ts';

export type PostgresStoreOptions = {
  readonly url: string;
  readonly families: readonly Family[];
  /** Questions kept in the schema, for those who read it by SQL. */
  readonly views?: readonly View[];
  /** The schema that holds the tables; it is created when it is missing. */
  readonly schema?: string;
  /** Connections for reads and claims, besides the one that writes. Default: {@link DEFAULT_POOL_SIZE}. */
  readonly poolSize?: number;
  /** A read or claim that takes longer is given up with `store.query-too-slow`. */
  readonly readTimeoutMs?: number;
  /** A test's clock. Without it the database's clock decides. */
  readonly clock?: Clock;
  readonly log?: Log;
  readonly metrics?: Metrics | undefined;
};

export const DEFAULT_SCHEMA = 'millrace';
export const DEFAULT_READ_TIMEOUT_MS = 10_000;
/** One batch is written while the next is prepared and its guards are on their way. */
const BATCHES_IN_FLIGHT = 2;

/** Connects, brings the tables up to what the families need, and opens the store. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, families, schema = DEFAULT_SCHEMA, poolSize = DEFAULT_POOL_SIZE, log = silentLog } = options;
  const { readTimeoutMs = DEFAULT_READ_TIMEOUT_MS, views = [] } = options;
  const driver = await loadDriver();
  const pool = newPool(driver, { url, poolSize, readTimeoutMs });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to PostgreSQL broke and is replaced'));
  const tables: Tables = new Map(families.map((family) => [family.name, tableOf(family, schema)]));
  const connection = new WriterConnection(driver, url, log);
  try {
    await prepareSchema(pool, schema, { tables: [...tables.values()], views });
    await connection.open();
    const clock = options.clock ?? (await startDatabaseClock(pool, log));
    const writer = new BatchWriter({ connection, tables, schema, log });
    const metrics = options.metrics && storeMetrics(options.metrics);
    const rows = new PoolRows(pool, readTimeoutMs);
    const openNews = (onNews: CommitNewsParts['onNews']): CommitNews => {
      const startListener: CommitNewsParts['startListener'] = (ears) =>
        startCommitListener({ driver, url, log, ...ears });
      return openCommitNews({ schema, log, run: (statement) => rows.change(statement), startListener, onNews });
    };
    const partitions = new PartitionKeeper({ pool, tables, schema, log });
    return storeOf({ rows, tables, schema, clock, connection, writer, partitions, metrics, openNews });
  } catch (error) {
    await connection.close();
    await pool.end();
    if (isMillraceError(error)) throw error;
    throw new MillraceError('store.unreachable', { reason: messageOf(error) }, { cause: error });
  }
}

async function prepareSchema(pool: Pool, schema: string, needs: SchemaNeeds): Promise<void> {
  const client = await pool.connect();
  try {
    await migrate(client, schema, needs);
  } finally {
    client.release();
  }
}

type Parts = {
  readonly rows: PoolRows;
  readonly tables: Tables;
  readonly schema: string;
  readonly clock: Pick<Clock, 'now'> & Partial<Service>;
  readonly connection: WriterConnection;
  readonly writer: BatchWriter;
  readonly partitions: PartitionKeeper;
  readonly metrics: StoreMetrics | undefined;
  readonly openNews: (onNews: CommitNewsParts['onNews']) => CommitNews;
};

function storeOf(parts: Parts): Store {
  const { rows, tables, schema, clock, connection, writer, partitions, metrics, openNews } = parts;
  const news = openNews((families) => group.tell(families));
  const group: GroupCommit<Unit[]> = new GroupCommit(
    unitLists((units) => partitions.write(units, (ready) => writer.write(ready))),
    { batchesInFlight: BATCHES_IN_FLIGHT, metrics, onWritten: news.tell, onFirstListener: news.listen },
  );
  const tableFor = (family: Family): Table => tableNamed(tables, family);
  const reads = new Map(Array.from(tables.values(), (table) => [table, new KeyReads(table, rowsByKey(rows))]));
  const getMany = <F extends Family>(family: F, keys: readonly Key[]) =>
    (reads.get(tableFor(family)) as KeyReads).rows(keys) as Promise<(RowOf<F> | undefined)[]>;
  const store: Omit<Store, keyof Service> = {
    capabilities: { name: 'postgres', sharedByProcesses: true },
    now: () => clock.now(),
    commit: (units) => group.commit(units),
    onCommit: (family, listener) => group.onCommit(family, listener),
    claim: async (family, claim) => {
      const claimed = await rows.change(claimStatement(tableFor(family), claim as Claim));
      claimed.sort((a, b) => Number(a[PICKED_COLUMN]) - Number(b[PICKED_COLUMN]));
      return claimed.map(({ [PICKED_COLUMN]: _, ...row }) => row) as never;
    },
    get: async <F extends Family>(family: F, key: Key) => (await getMany(family, [key]))[0],
    getMany,
    select: async <F extends Family>(family: F, query: Query<F>) =>
      (await rows.read(selectStatement(tableFor(family), query as Query))) as RowOf<F>[],
    tail: async <F extends Family>(family: F, after: Cursor, limit: number) => {
      const answer = await rows.read(tailStatement(tableFor(family), after, Math.min(limit, MAX_ROWS)));
      const cursor = cursorBehind(answer.at(-1), after);
      return { rows: answer.map(({ [TRANSACTION_COLUMN]: _, ...row }) => row as RowOf<F>), cursor };
    },
    end: async (family) => cursorBehind((await rows.read(endStatement(tableFor(family))))[0], LOG_START),
    dropBefore: (family, before) => partitions.dropBefore(tableFor(family).family.name, before),
    reserveIds: async (size) => {
      const counter = `${quoted(schema)}.millrace_id`;
      const text = `UPDATE ${counter} SET next = next + $1::bigint RETURNING next - $1::bigint AS first`;
      return Number((await rows.change({ text, values: [size] }))[0]?.first);
    },
  };
  return service(store, async () => {
    await group.close();
    await news.close();
    await clock.close?.();
    for (const reading of reads.values()) await reading.end();
    await Promise.all([connection.close(), rows.close()]);
  });
}

const rowsByKey =
  (rows: PoolRows): ReadRows =>
  async (table, keys) => {
    const found = new Array<Row | undefined>(keys.length).fill(undefined);
    for (const { millrace_place: place, ...row } of await rows.read(getStatement(table, keys)))
      found[Number(place) - 1] = row;
    return found;
  };

/** Each key with its place, so that the answer can follow the question. */
function getStatement(table: Table, keys: readonly Key[]): Statement {
  return {
    text: `SELECT ${table.selected}, u.place AS millrace_place
      FROM ${unnest(table.key)} WITH ORDINALITY AS u(${places(table.key)}, place) JOIN ${table.sql} AS t ON ${sameKey(table)}`,
    values: keyArrays(table, keys),
  };
}
