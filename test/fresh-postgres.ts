/** PostgreSQL for tests: where it is, whether it answers, and a schema of one's own that is dropped afterwards. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openPostgresStore, type PostgresStoreOptions } from '../src/adapters/postgres/postgres-store.ts';
import type { Store } from '../src/store/store.ts';
import { conformanceFamilies } from '../src/testing/store-conformance/parts.ts';

/** Never the MILLRACE_… address: tests drop what they made. */
export const postgresUrl = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

/** Runs statements on a connection of its own, for what the store itself must not offer. */
export async function runSql(sql: string, url = postgresUrl): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export const postgresAnswers: boolean = await runSql('SELECT 1').then(
  () => true,
  () => false,
);

/** In CI a missing PostgreSQL is a failure, not a reason to leave a test out. */
export const withoutPostgres: boolean = !postgresAnswers && process.env.CI !== 'true';

const someSchema = (): string => `millrace_test_${randomBytes(6).toString('hex')}`;

async function removeSchema(schema: string): Promise<void> {
  await runSql(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
}

export type FreshSchema = {
  readonly schema: string;
  /** A store on the schema, as one more process would open it. */
  open(options?: Partial<PostgresStoreOptions>): Promise<Store>;
  /** A connection of somebody else, whose transactions stay open as long as a test likes. */
  someoneElse(): Promise<Client>;
  /** Waits until a store waits for a lock; answers the process id of its connection. */
  blockedBackend(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A schema of one's own; leaving the scope ends everything that was opened on it and drops it. */
export function freshSchema(): FreshSchema {
  const schema = someSchema();
  const ends: (() => Promise<unknown>)[] = [];
  return {
    schema,
    open: async (options) => {
      const families = conformanceFamilies;
      const store = await openPostgresStore({ url: postgresUrl, schema, families, poolSize: 3, ...options });
      ends.push(() => store.close());
      return store;
    },
    someoneElse: async () => {
      const client = new Client({ connectionString: postgresUrl });
      await client.connect();
      ends.push(() => client.end());
      return client;
    },
    blockedBackend: async () => {
      for (;;) {
        const [row] = await runSql(
          `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'millrace' AND query LIKE '%"${schema}"%'`,
        );
        if (row !== undefined) return Number(row.pid);
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const end of ends.reverse()) await end();
      await removeSchema(schema);
    },
  };
}
