/** What npm publishes: its versions are exact, and packed, installed without install scripts it runs as a user would run it. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { errorTable } from '../src/kernel/error-table.ts';
import { ServerProcess } from './server-process.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MANIFESTS = ['package.json', 'web/package.json', 'tools/package.json'];
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
/** Its script looks for the prebuilt binary that the package brings along, and compiles where there is none. */
const WITH_IDLE_SCRIPT = ['node_modules/@photostructure/sqlite'];

/** Usually ten seconds; an empty npm cache or a busy machine takes longer. */
const TEST_TIMEOUT_MS = 300_000;
const NPM_TIMEOUT_MS = 120_000;
// npm itself waits five minutes for an answer that does not come.
const PATIENCE = ['--fetch-timeout=20000', '--fetch-retries=2', '--no-update-notifier'];
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

type Manifest = Readonly<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>;
type Packed = readonly [{ readonly filename: string; readonly files: readonly { readonly path: string }[] }];
type Lock = { readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>> };

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

describe('a package of this house', () => {
  for (const path of MANIFESTS) {
    it(`names exact versions only: ${path}`, () => {
      const { dependencies, devDependencies, optionalDependencies } = readJson<Partial<Manifest>>(join(ROOT, path));
      const wanted = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
      expect(wanted.length).toBeGreaterThan(0);
      expect(wanted.filter(([, version]) => !EXACT.test(version))).toEqual([]);
    });
  }
});

describe('the published package', { timeout: TEST_TIMEOUT_MS }, () => {
  it('installs without scripts, serves its pages, and stops in order', async () => {
    await using folders = await emptyFolders();
    const { home, data } = folders;
    const { tarball, files } = await pack(folders.root);
    expect(files.filter((path) => /\.test\.|^(src|test|bench|scripts|tools)\/|\/\.stamp/.test(path))).toEqual([]);
    const named = JSON.stringify(errorTable).match(/docs\/[\w/-]+\.md|\.env\.example/g) ?? [];
    expect(files).toEqual(expect.arrayContaining(named)); // an error sends its reader there
    await npm(['install', '--prefer-offline', tarball], home);
    expect(withInstallScript(join(home, 'package-lock.json'))).toEqual(WITH_IDLE_SCRIPT);

    await using server = new ServerProcess({
      data,
      command: [join(home, 'node_modules/.bin/millrace')],
    });
    await server.start();
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const page = await fetch(server.url, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
    const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${server.token}` } });
    expect(await me.json()).toMatchObject({ roles: ['administrator'], plant: 'none', simulated: false });
    expect(await server.stop()).toBe(0);
    expect(existsSync(join(data, 'server.json'))).toBe(false);
  });
});

async function emptyFolders() {
  const root = await mkdtemp(join(tmpdir(), 'millrace-package-'));
  const home = join(root, 'home');
  await mkdir(home);
  // Without it npm looks for one in the folders above and installs there.
  await writeFile(join(home, 'package.json'), '{ "private": true }\n');
  return {
    root,
    home,
    data: join(root, 'data'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function pack(destination: string) {
  const stdout = await npm(['pack', '--json', '--pack-destination', destination], ROOT);
  const [{ filename, files }] = JSON.parse(stdout) as Packed;
  return { tarball: join(destination, filename), files: files.map(({ path }) => path) };
}

function withInstallScript(lockfile: string): string[] {
  const { packages } = readJson<Lock>(lockfile);
  return Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true);
}

async function npm(args: readonly string[], directory: string): Promise<string> {
  const ended = promisify(execFile)('npm', [...args, ...QUIET, ...PATIENCE], {
    cwd: directory,
    timeout: NPM_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 16_777_216,
  });
  ended.child.stdin?.end(); // nobody is there to answer a question
  return (await ended).stdout;
}
