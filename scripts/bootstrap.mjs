/**
 * Makes a clone ready to run: packages installed, src compiled to dist, web built to web/dist. Plain JavaScript without
 * packages, because an empty clone has none. Each part leaves a stamp, so that a second run only compares hashes.
 * Everything is said on stderr: stdout belongs to the program that runs afterwards.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
export const root = fileURLToPath(new URL('..', import.meta.url));

const installStamp = 'node_modules/.millrace-stamp.json';
const peersStamp = 'bench/peers/node_modules/.millrace-stamp.json';
const serverStamp = 'dist/.stamp.json';
const webStamp = 'web/dist/.stamp.json';

/** A stage that did not work; its own output has already been shown. */
export class BootstrapError extends Error {}

/** Installs what is missing: always the product, `web` to build the user interface, `tools` to check and test. */
export async function ensureInstalled({ web = true, tools = false } = {}) {
  const wanted = [...(web ? ['web'] : []), ...(tools ? ['tools'] : [])];
  const lock = hashOf(['package-lock.json']);
  const stamp = readStamp(installStamp);
  if (stamp?.lock === lock && wanted.every((name) => stamp.workspaces.includes(name))) return;
  if (isAlreadyInstalled()) return writeStamp(installStamp, { lock, workspaces: ['web', 'tools'] });

  if (!existsSync(join(root, 'node_modules'))) say('first run, installing packages');
  else
    say(stamp?.lock === lock ? `installing packages for ${wanted.join(' and ')}` : 'packages have changed, installing');
  const startedAt = Date.now();
  // The lockfile names the native binaries of Linux only; elsewhere npm has to look for its own.
  const verb = process.platform === 'linux' ? ['ci'] : ['install', '--no-package-lock'];
  const scope = wanted.length > 0 ? wanted.map((name) => `--workspace=${name}`) : ['--workspaces=false'];
  const flags = ['--include-workspace-root', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await stage('npm could not install the packages', npm, [...verb, ...scope, ...flags, '--loglevel=error']);
  writeStamp(installStamp, { lock, workspaces: wanted });
  say(`installed in ${secondsSince(startedAt)}`);
}

/** The benchmarks' peers are a project of their own: neither the product's lockfile nor a clone that measures nothing has them. */
export async function ensurePeersInstalled() {
  const lock = hashOf(['bench/peers/package-lock.json']);
  if (readStamp(peersStamp)?.lock === lock) return;
  say('installing the peers of the benchmarks');
  const startedAt = Date.now();
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // A benchmark goes on without them, so npm must not spend its usual minute on finding out that there is no network.
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
  await stage('npm could not install the peers', npm, ['ci', '--prefix', 'bench/peers', ...flags, ...patience]);
  writeStamp(peersStamp, { lock });
  say(`installed in ${secondsSince(startedAt)}`);
}

/** Compiles the server, and the user interface when `web` is set, each only if its sources have changed. */
export async function ensureBuilt({ web = true } = {}) {
  const outcomes = await Promise.allSettled([buildServer(), ...(web ? [buildWeb()] : [])]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Runs one program as part of this one: same terminal, same signals. Answers its exit code, 128 + n for signal n. */
export function run(command, args, { env = process.env, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const settle = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Runs a script's main function; a failed stage ends the process with its exit code and without a stack. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

export function say(line) {
  process.stderr.write(`millrace: ${line}\n`);
}

export function secondsSince(startedAt) {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** A package's program, run by this Node directly: npx would cost half a second. */
export function program(path) {
  return [process.execPath, join(root, 'node_modules', path)];
}

async function buildServer() {
  const isProduct = (path) => !path.endsWith('.test.ts');
  const sources = hashOf([
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    ...filesIn('src').filter(isProduct),
  ]);
  if (readStamp(serverStamp)?.sources === sources) return;
  const startedAt = Date.now();
  await stage('the server does not compile', ...program('typescript/bin/tsc'), ['-p', 'tsconfig.build.json']);
  copyAssets();
  removeOrphans();
  writeStamp(serverStamp, { sources });
  say(`built the server in ${secondsSince(startedAt)}`);
}

async function buildWeb() {
  const isSource = (path) => !path.startsWith('web/dist/');
  // The user interface talks through the client, which may use the kernel.
  const files = [
    'package-lock.json',
    ...filesIn('web').filter(isSource),
    ...filesIn('src/client'),
    ...filesIn('src/kernel'),
  ];
  const sources = hashOf(files);
  if (readStamp(webStamp)?.sources === sources) return;
  const startedAt = Date.now();
  const args = ['build', 'web', '--logLevel', 'warn'];
  await stage('the user interface does not build', ...program('vite/bin/vite.js'), args);
  writeStamp(webStamp, { sources });
  say(`built the user interface in ${secondsSince(startedAt)}`);
}

async function stage(complaint, command, ...rest) {
  const args = rest.flat();
  const code = await run(command, args, { stdio: ['ignore', 2, 2] });
  if (code >= 128) process.exit(code);
  if (code !== 0) throw new BootstrapError(complaint);
}

/** `npm install` by hand is fine too: nothing is installed again if every package of the lockfile is there. */
function isAlreadyInstalled() {
  const hidden = readStamp('node_modules/.package-lock.json');
  if (hidden === undefined) return false;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(
    ([path, { version, optional, link }]) =>
      !path.startsWith('node_modules/') || optional || link || hidden.packages[path]?.version === version,
  );
}

/** tsc copies nothing but what it compiles; a .proto or .bpmn beside a module belongs to the product as well. */
function copyAssets() {
  for (const path of filesIn('src').filter((file) => !file.endsWith('.ts'))) {
    const copy = join(root, path.replace(/^src\//, 'dist/'));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, path), copy);
  }
}

/** tsc never deletes: compiled files whose source is gone would stay importable. */
function removeOrphans() {
  for (const path of filesIn('dist').filter((file) => !file.startsWith('dist/.'))) {
    const asset = path.replace(/^dist\//, 'src/');
    const source = asset.replace(/(\.d\.ts|\.js\.map|\.js)$/, '.ts');
    if (!existsSync(join(root, source)) && !existsSync(join(root, asset))) rmSync(join(root, path));
  }
}

export function filesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(path) : [path];
    })
    .sort();
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

function readStamp(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch {
    return undefined; // absent, or cut short by a crash: do the work again
  }
}

function writeStamp(path, stamp) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(stamp)}\n`);
}
