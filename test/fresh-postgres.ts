/** PostgreSQL for tests: where it is, whether it answers, and a schema of one's own that is dropped afterwards. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Never the MILLRACE_… address: tests drop what they made. */
export const postgresUrl = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

/** Runs statements on a connection of its own, for what the store itself must not offer. */
export async function runSql(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: postgresUrl, connectionTimeoutMillis: 2_000 });
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

export const someSchema = (): string => `millrace_test_${randomBytes(6).toString('hex')}`;

export async function removeSchema(schema: string): Promise<void> {
  await runSql(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
}
