/** The driver `pg`, loaded when a PostgreSQL store is opened, and how its connections are set up. */
import type { Client, ClientConfig, CustomTypesConfig, Pool } from 'pg';
import { MillraceError } from '../../kernel/errors.ts';

export type Driver = Pick<typeof import('pg'), 'Client' | 'Pool' | 'types'>;

/** Loads the driver; without the package, says which one to install. */
export async function loadDriver(importDriver: () => Promise<Driver> = () => import('pg')): Promise<Driver> {
  try {
    return await importDriver();
  } catch (cause) {
    throw new MillraceError('config.driver-missing', { name: 'pg', purpose: 'the PostgreSQL store' }, { cause });
  }
}

/** A batch of a thousand units takes some tens of milliseconds; one that takes this long waits for a lock that nobody releases. */
const WRITE_TIMEOUT_MS = 60_000;
/**
 * A process that stands still within a transaction (a paused machine, a debugger) holds locks that others wait for. Between
 * two statements of a batch lie some milliseconds; after so long it is given up, well within the shortest lease by default.
 */
const IDLE_TIMEOUT_MS = 5_000;
/** A server that is not there for longer than this counts as down. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Every statement here reaches its rows by key or by an index in order. Hash and merge joins, chosen while a table is
 * still small and kept with the prepared statement, would read a grown table from end to end; compiling costs more than it gives.
 */
const PLANNING = '-c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';
/** The writer's statements are planned once, for any number of rows. */
const WRITER_PLANNING = `${PLANNING} -c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c synchronous_commit=on`;

const INT8 = 20;
const JSONB = 3_802;

/**
 * bigint as a number: the store keeps whole numbers below 2^53 only. JSON as its text: who asked reads it. Set for these
 * connections, not for the whole process.
 */
const numberTypes = ({ types }: Driver): CustomTypesConfig => ({
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === INT8) return Number;
    return format !== 'binary' && oid === JSONB ? String : types.getTypeParser(oid, format as 'text');
  }) as never,
});

const baseConfig = (driver: Driver, url: string): ClientConfig => ({
  connectionString: url,
  application_name: 'millrace',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  types: numberTypes(driver),
});

/** Connections whose statements are given up after a time, so that a careless question cannot hold one for ever. */
export function newPool(
  driver: Driver,
  { url, poolSize, readTimeoutMs }: { readonly url: string; readonly poolSize: number; readonly readTimeoutMs: number },
): Pool {
  return new driver.Pool({
    ...baseConfig(driver, url),
    options: PLANNING,
    max: poolSize,
    statement_timeout: readTimeoutMs,
  });
}

/** The writer's own connection: queries are sent without waiting for the answers of those before. */
export function newWriterClient(driver: Driver, url: string): Client {
  return new driver.Client({
    ...baseConfig(driver, url),
    options: WRITER_PLANNING,
    pipeline: true,
    statement_timeout: WRITE_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TIMEOUT_MS,
  });
}

/** A connection that only listens: nothing it asks takes long. */
export function newListenerClient(driver: Driver, url: string): Client {
  return new driver.Client({ ...baseConfig(driver, url), application_name: 'millrace listener' });
}

/** A statement with its parameters. */
export type Statement = { readonly text: string; readonly values: readonly unknown[] };

/** Prepared statements a connection keeps; queries of more shapes than that are planned each time. */
const MAX_PREPARED = 500;

/** Gives equal texts equal names, so that a connection prepares each once. */
export class StatementNames {
  readonly #names = new Map<string, string>();

  prepared({ text, values }: Statement): { name?: string; text: string; values: unknown[] } {
    let name = this.#names.get(text);
    if (name === undefined && this.#names.size < MAX_PREPARED) {
      name = `millrace_${this.#names.size}`;
      this.#names.set(text, name);
    }
    return { ...(name !== undefined && { name }), text, values: values as unknown[] };
  }
}
