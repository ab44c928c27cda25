/**
 * While the broker reaches one process only, one server uses a database: an advisory lock on a connection of its own says
 * so, and PostgreSQL gives it back when the process is gone.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { loadDriver } from './driver.ts';

/** Any number; the same for every server. */
const LOCK = 'millrace.server';

/** Throws `config.memory-broker-is-single-process` while another process has the database. */
export async function lockDatabase(url: string): Promise<Service> {
  const { Client } = await loadDriver();
  const client = new Client({
    connectionString: url,
    application_name: `millrace server ${process.pid}`,
    keepAlive: true,
  });
  client.on('error', () => {}); // a lost connection shows in the store's own; the lock is then free, as it should be
  await client.connect();
  const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtext($1)) AS mine', [LOCK]);
  if (rows[0]?.mine !== true) {
    const holder = await client.query(
      "SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'millrace server %' AND pid <> pg_backend_pid() LIMIT 1",
    );
    await client.end();
    throw new MillraceError('config.memory-broker-is-single-process', {
      holder: holder.rows[0]?.name ?? 'unknown',
      data: 'the database',
    });
  }
  return service({}, () => client.end());
}
