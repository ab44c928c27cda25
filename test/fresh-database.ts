/** A PostgreSQL database of one's own, dropped afterwards: for whole servers, which lock the database they use. */
import { randomBytes } from 'node:crypto';
import { postgresUrl, runSql } from './fresh-postgres.ts';

export async function freshDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const name = `millrace_test_${randomBytes(6).toString('hex')}`;
  await runSql(`CREATE DATABASE "${name}"`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await runSql(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
  };
}
