/** A real server process on empty data with sign-in on: what somebody gets who starts Millrace for the first time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '../../src/client/client.ts';

export type Product = AsyncDisposable & {
  readonly url: string;
  /** As it was printed at the start. */
  readonly signInLink: string;
  /** With the administrator's token that the server leaves for the command line. */
  readonly client: Client;
};

const MAIN = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const SIGN_IN_LINK = /http\S+\/sign-in\?code=\S+/;

export async function startProduct(): Promise<Product> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
  const { PATH = '', HOME = '' } = process.env;
  const server = spawn(process.execPath, [MAIN, 'serve', '--plant', 'none'], {
    cwd: data, // so that no .env of this clone is read
    env: { PATH, HOME, MILLRACE_DATA: data, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (server.exitCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
    await rm(data, { recursive: true, force: true });
  };
  try {
    const signInLink = await printedBy(server, SIGN_IN_LINK);
    // Written before the link is printed.
    const { url, token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as Record<string, string>;
    const client = createClient({ url: url ?? '', token: token ?? '' });
    return { url: url ?? '', signInLink, client, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function printedBy(server: ReturnType<typeof spawn>, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (problem: string) => reject(new Error(`the server ${problem}:\n${output}`));
    const late = setTimeout(fail, START_TIMEOUT_MS, `printed no link within ${START_TIMEOUT_MS} ms`);
    for (const stream of [server.stdout, server.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = pattern.exec(output)?.[0];
        if (found === undefined) return;
        clearTimeout(late);
        resolve(found);
      });
    }
    server.once('exit', (code) => {
      clearTimeout(late);
      fail(`ended with ${code} (is it built? npm run build)`);
    });
  });
}
