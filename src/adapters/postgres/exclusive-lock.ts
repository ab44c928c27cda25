/**
 * While the broker reaches one process only, one server uses a database: an advisory lock on a connection of its own says
 * so, and PostgreSQL gives it back when the process is gone.
 */
import type { Client } from 'pg';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service } from '../../kernel/lifecycle.ts';
import { loadDriver } from './driver.ts';

/** Any number; the same for every server. */
const LOCK = 'millrace.server';

/** Throws `config.memory-broker-is-single-process` while another process has the database, and `store.unreachable`. */
export async function lockDatabase(url: string): Promise<Service> {
  const { Client } = await loadDriver();
  const client = new Client({
    connectionString: url,
    application_name: `millrace server ${process.pid}`,
    keepAlive: true,
  });
  client.on('error', () => {}); // a lost connection shows in the store's own; the lock is then free, as it should be
  try {
    await client.connect();
    const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtext($1)) AS mine', [LOCK]);
    if (rows[0]?.mine === true) return service({}, () => client.end());
    const holder = await holderOf(client);
    throw new MillraceError('config.memory-broker-is-single-process', { holder, data: 'the database' });
  } catch (error) {
    await client.end().catch(() => {});
    if (isMillraceError(error)) throw error;
    throw new MillraceError('store.unreachable', { reason: messageOf(error) }, { cause: error });
  }
}

/** The name of the process that has the lock of this database; servers of other databases have locks of their own. */
async function holderOf(client: Client): Promise<string> {
  const { rows } = await client.query(
    `SELECT a.application_name AS name FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
        AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtext($1)::bigint`,
    [LOCK],
  );
  return String(rows[0]?.name ?? 'unknown');
}
