/**
 * Python with the client library pika, a foreigner on the bus. Where Debian's python3-pika is not installed its package is
 * downloaded and unpacked, once, beside the other things that tests keep in node_modules.
 */
import { execFile, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's own; another one in the PATH does not know Debian's packages. */
const PYTHON = '/usr/bin/python3';
const SCRIPTS = fileURLToPath(new URL('./pika/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.millrace/python3-pika/', import.meta.url));
const UNPACKED = join(CACHE, 'usr/lib/python3/dist-packages');

const hasPika = (environment: NodeJS.ProcessEnv): boolean =>
  isFine(spawnSync(PYTHON, ['-c', 'import pika'], { env: environment }));
const isFine = ({ status }: SpawnSyncReturns<Buffer>): boolean => status === 0;

/** What Python needs in its environment, or undefined where pika cannot be had. */
function environmentWithPika(): NodeJS.ProcessEnv | undefined {
  const { PATH = '' } = process.env;
  if (hasPika({ PATH })) return { PATH };
  const unpacked = { PATH, PYTHONPATH: UNPACKED };
  if (hasPika(unpacked)) return unpacked;
  mkdirSync(CACHE, { recursive: true });
  if (!isFine(spawnSync('apt-get', ['download', 'python3-pika'], { cwd: CACHE, timeout: 60_000 }))) return undefined;
  const archive = readdirSync(CACHE).find((name) => name.endsWith('.deb')) ?? '';
  if (!isFine(spawnSync('dpkg', ['-x', archive, '.'], { cwd: CACHE }))) return undefined;
  return hasPika(unpacked) ? unpacked : undefined;
}

const environment = environmentWithPika();

/** In CI a missing pika is a failure, not a reason to leave a test out. */
export const withoutPika: boolean = environment === undefined && process.env.CI !== 'true';
export const PIKA_IS_MISSING =
  'python3-pika is neither installed nor can be downloaded: the tests with a foreign language are left out';

export type Where = { readonly url: string; readonly prefix: string };
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const variables = ({ url, prefix }: Where): NodeJS.ProcessEnv => ({
  ...environment,
  AMQP_URL: url,
  BROKER_PREFIX: prefix,
});

/** Runs a script to its end. */
export function python(where: Where, script: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(PYTHON, [join(SCRIPTS, script), ...args], { env: variables(where) }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Starts a script that serves; resolves when it has said so. */
export async function pythonServing(where: Where, script: string): Promise<AsyncDisposable> {
  const child = spawn(PYTHON, [join(SCRIPTS, script)], { env: variables(where), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  if (typeof line !== 'string') throw new Error(`${script} ended before it served`);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}
