/**
 * Who runs on a database: advisory locks on a connection of its own, which PostgreSQL gives back when the process is gone.
 *
 *   use    alone, by a server whose broker lives in its process; shared, by servers whose broker reaches every one of them.
 *          So one that is alone meets no other, and those that share meet each other only.
 *   name   held alone by each server: no two that run have one name.
 *
 * A connection that breaks is made again, and the locks are taken again; until then nobody else is kept away.
 */
import type { Client } from 'pg';
import { systemClock } from '../../kernel/clock.ts';
import { isMillraceError, MillraceError, messageOf } from '../../kernel/errors.ts';
import { type Service, service, startLoop } from '../../kernel/lifecycle.ts';
import type { Log } from '../../kernel/log.ts';
import { loadDriver } from './driver.ts';

/** Any text; the same for every server. */
const USE = 'millrace.server';
const NAME = 'millrace.server-name';
const RETAKE_MS = 2_000;

export type DatabaseUse = {
  readonly url: string;
  readonly name: string;
  readonly use: 'alone' | 'shared';
  readonly log: Log;
};

export type DatabaseLock = Service & {
  /** Which of these names no running process has. */
  missing(names: readonly string[]): Promise<string[]>;
};

/** Throws `config.memory-broker-is-single-process`, `config.name-in-use` and `store.unreachable`. */
export async function lockDatabase(use: DatabaseUse): Promise<DatabaseLock> {
  const { log } = use;
  let held = await take(use);
  const watch = startLoop({
    round: async (signal) => {
      await lostOrStopped(held, signal);
      if (signal.aborted) return;
      held = await take(use);
      log.info('this server has its lock on the database again');
    },
    onError: (error) => log.error({ err: error }, 'this server has lost its lock on the database; it is tried again'),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    pauseAfterErrorMs: RETAKE_MS,
  });
  return service({ missing: (names: readonly string[]) => missingOf(held.client, names) }, async () => {
    await watch.close();
    await held.client.end().catch(() => {});
  });
}

type Held = { readonly client: Client; readonly lost: Promise<void> };

function lostOrStopped({ lost }: Held, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return Promise.race([lost, stopped]);
}

async function take({ url, name, use }: DatabaseUse): Promise<Held> {
  const { Client } = await loadDriver();
  const client = new Client({
    connectionString: url,
    application_name: `millrace server ${process.pid} ${name}`,
    keepAlive: true,
  });
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  try {
    await client.connect();
    const lock = use === 'alone' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared';
    const got = async (text: string, values: string[]) => (await client.query(text, values)).rows[0]?.mine === true;
    if (!(await got(`SELECT ${lock}(hashtext($1)) AS mine`, [USE]))) {
      const whose = use === 'alone' ? 'this process' : 'that process';
      const reason = `the memory broker of ${whose} reaches no other`;
      const facts = { holder: await holdersOf(client), data: 'the database', reason };
      throw new MillraceError('config.memory-broker-is-single-process', facts);
    }
    if (!(await got('SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS mine', [NAME, name])))
      throw new MillraceError('config.name-in-use', { name });
    return { client, lost };
  } catch (error) {
    await client.end().catch(() => {});
    if (isMillraceError(error)) throw error;
    throw new MillraceError('store.unreachable', { reason: messageOf(error) }, { cause: error });
  }
}

async function missingOf(client: Client, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const { rows } = await client.query(
    `SELECT name FROM unnest($2::text[]) AS name WHERE NOT EXISTS (
      SELECT FROM pg_locks AS l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.classid::bigint = (hashtext($1)::bigint & 4294967295)
        AND l.objid::bigint = (hashtext(name)::bigint & 4294967295))`,
    [NAME, [...names]],
  );
  return rows.map(({ name }) => String(name));
}

/** The names of the processes that use this database; servers of other databases have locks of their own. */
async function holdersOf(client: Client): Promise<string> {
  const { rows } = await client.query(
    `SELECT string_agg(a.application_name, ', ') AS names FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
        AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtext($1)::bigint`,
    [USE],
  );
  return String(rows[0]?.names ?? 'unknown');
}
