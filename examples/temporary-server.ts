/** The built product on a data directory of its own, for as long as the example runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../bin/millrace', import.meta.url));

/** Resolves when it takes calls; leaving the scope stops it and removes its data. */
export async function startServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-example-'));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--plant', 'none', '--json'], {
    cwd: data, // not the clone, whose .env may name another store
    env: { PATH, HOME, PORT: '0', MILLRACE_DATA: data, MILLRACE_AUTH: 'off', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  // Its first line says where it listens; what it logs later is read as well, so that it never waits for a reader.
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), ended]);
  if (typeof first[0] === 'string' && first[0].startsWith('{')) {
    const { url } = JSON.parse(first[0]) as { readonly url: string };
    return { url, [Symbol.asyncDispose]: stop };
  }
  await stop();
  throw new Error('the server did not start; its own words stand above');
}
