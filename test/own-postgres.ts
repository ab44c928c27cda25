/** A PostgreSQL server of one's own, in a directory of its own, that a program may crash. It is there where Debian's package is. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/kernel/clock.ts';
import { runSql } from './fresh-postgres.ts';

const PROGRAMS = '/usr/lib/postgresql';
const KNOCK_MS = 50;
const START_TIMEOUT_MS = 60_000;
/** Only processes die here, never the machine: what they wrote stays in the cache of its files. */
const SETTINGS = ['fsync=off', 'unix_socket_directories=', 'listen_addresses=127.0.0.1', 'logging_collector=off'];

type User = { readonly uid?: number; readonly gid?: number };

export type OwnPostgres = {
  readonly url: string;
  /** Ends it as a crash would, and starts it again. */
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** The folder of its programs; undefined: it cannot be run here. */
const programs: string | undefined = existsSync(PROGRAMS)
  ? readdirSync(PROGRAMS)
      .map((version) => join(PROGRAMS, version, 'bin'))
      .findLast((folder) => existsSync(join(folder, 'initdb')))
  : undefined;
const user = userToRunAs();
export const cannotRunPostgres: boolean = programs === undefined || user === undefined;

/** PostgreSQL refuses to be run by root. Undefined: there is nobody else. */
function userToRunAs(): User | undefined {
  if (process.getuid?.() !== 0) return {};
  try {
    const idOf = (option: string) =>
      Number(execFileSync('id', [option, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    return undefined;
  }
}

export async function ownPostgres(): Promise<OwnPostgres> {
  if (programs === undefined || user === undefined) throw new Error('PostgreSQL cannot be run here');
  const folder = programs;
  const place = mkdtempSync(join(tmpdir(), 'millrace-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(place, user.uid, user.gid);
  const data = join(place, 'data');
  const options = { ...user, cwd: place, stdio: 'ignore' as const };
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  execFileSync(join(folder, 'initdb'), initdb, options);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const start = async (): Promise<ChildProcess> => {
    const args = ['-D', data, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(folder, 'postgres'), args, options);
    await answering(url, child);
    return child;
  };
  let running = await start();
  const crash = async (): Promise<void> => {
    const ended = once(running, 'exit');
    running.kill('SIGQUIT'); // "immediate": nothing is finished and nothing written down
    await ended;
  };
  return {
    url,
    restart: async () => {
      await crash();
      running = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await crash();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Asks until it answers: while it recovers it refuses. */
async function answering(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  const answers = () =>
    runSql('SELECT 1', url).then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('PostgreSQL did not start');
    await systemClock.sleep(KNOCK_MS);
  }
}
