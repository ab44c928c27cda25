/** The example tells what its page of output says, on a server of its own and on one that runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ServerProcess } from '../../test/server-process.ts';

const TIMEOUT_MS = 120_000;
const RUN = fileURLToPath(new URL('./run.ts', import.meta.url));
const expected = readFileSync(new URL('./stdout.txt', import.meta.url), 'utf8');

function scratch() {
  const path = mkdtempSync(join(tmpdir(), 'millrace-example-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

async function run(environment: Readonly<Record<string, string>>): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const args = ['--import', 'tsx', RUN];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH, HOME, ...environment } });
  return stdout;
}

it('runs on a server of its own, and leaves nothing behind', { timeout: TIMEOUT_MS }, async () => {
  using folder = scratch();
  expect(await run({ TMPDIR: folder.path })).toBe(expected);
  // tsx keeps what it has compiled there.
  expect(readdirSync(folder.path).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
});

it('runs on the server that is named, as often as one likes', { timeout: TIMEOUT_MS }, async () => {
  using folder = scratch();
  await using server = new ServerProcess({ data: folder.path });
  await server.start();
  const named = { MILLRACE_URL: server.url, MILLRACE_TOKEN: server.token };
  expect(await run(named)).toBe(expected);
  expect(await run(named)).toBe(expected);
});
