/** What npm publishes: packed, installed into an empty folder without install scripts, and run as a user would run it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ServerProcess } from './server-process.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILT = ['dist/app/main.js', 'web/dist/index.html'];
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

it('the published package installs without scripts, serves its pages, and stops in order', {
  timeout: 300_000,
}, async () => {
  if (BUILT.some((path) => !existsSync(join(ROOT, path))))
    await run(process.execPath, ['scripts/run.mjs', 'build'], { cwd: ROOT });
  const folder = await mkdtemp(join(tmpdir(), 'millrace-package-'));
  const home = join(folder, 'home');
  const data = join(folder, 'data');
  await mkdir(home);
  const server = new ServerProcess({ data, command: ['npx', '--no-install', 'millrace'], directory: home });
  try {
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder, ...QUIET], { cwd: ROOT });
    const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
    await run('npm', ['install', '--omit=dev', '--prefer-offline', ...QUIET, join(folder, filename)], { cwd: home });

    await server.start();
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${server.token}` } });
    expect(await me.json()).toMatchObject({ roles: ['administrator'], plant: 'none', simulated: false });
    const page = await fetch(server.url, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
    expect(await server.stop()).toBe(0);
    expect(existsSync(join(data, 'server.json'))).toBe(false);

    const strangers = files
      .map(({ path }) => path)
      .filter((path) => /\.test\.|^(src|test|bench|scripts|tools)\//.test(path));
    expect(strangers).toEqual([]);
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
