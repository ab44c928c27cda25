/** The examples that tell a story of a process say what their page of output says, on a server of their own and on one that runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ServerProcess } from '../test/server-process.ts';

const TIMEOUT_MS = 120_000;
const STORIES = ['equipment-defect', 'purchase-approval', 'incident-response', 'nightly-report', 'measurements'];

function scratch() {
  const path = mkdtempSync(join(tmpdir(), 'millrace-example-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const said = (story: string) => readFileSync(new URL(`./${story}/stdout.txt`, import.meta.url), 'utf8');

async function run(story: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const args = ['--import', 'tsx', fileURLToPath(new URL(`./${story}/run.ts`, import.meta.url))];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH, HOME, ...environment } });
  return stdout;
}

describe.each(STORIES)('the story of %s', (story) => {
  it('is told on a server of its own, and leaves nothing behind', { timeout: TIMEOUT_MS }, async () => {
    using folder = scratch();
    expect(await run(story, { TMPDIR: folder.path })).toBe(said(story));
    // tsx keeps what it has compiled there.
    expect(readdirSync(folder.path).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  });
});

it('all are told on the server that is named, as often as one likes', { timeout: 2 * TIMEOUT_MS }, async () => {
  using folder = scratch();
  await using server = new ServerProcess({ data: folder.path });
  await server.start();
  const named = { MILLRACE_URL: server.url, MILLRACE_TOKEN: server.token };
  for (const story of [...STORIES, ...STORIES]) expect(await run(story, named)).toBe(said(story));
});
