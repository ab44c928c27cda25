/**
 * `process.definitions`: what a server costs on which many definitions are deployed – to deploy them, to start on them, to find one –
 * against the same with a thousand. Each server is a process of its own.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { note, print } from '../figure.ts';
import type { Deployed, Opened } from './definitions-child.ts';
import { inFolder } from './stores.ts';

const FEW = 1_000;
export const MANY = 100_000;
const LIMIT_MS = 600_000;

type Measured = Deployed & Opened;

export async function definitions(count = MANY): Promise<void> {
  const few = await measured(FEW);
  const many = await measured(count);
  const figure = (what: keyof Measured, unit: '1/s' | 'ms' | 's' | 'B') =>
    print({ name: `process.definitions.${NAMES[what]}`, value: many[what], unit, setup: setupOf(count, few[what]) });
  figure('deployedPerSecond', '1/s');
  figure('startSeconds', 's');
  figure('rssBytes', 'B');
  figure('coldLookupMs', 'ms');
  figure('warmLookupMs', 'ms');
}

const NAMES: Readonly<Record<keyof Measured, string>> = {
  deployedPerSecond: 'deploy',
  startSeconds: 'start',
  rssBytes: 'rss',
  coldLookupMs: 'cold-lookup.p50',
  warmLookupMs: 'warm-lookup.p50',
};

const setupOf = (count: number, few: number) =>
  `sqlite, ${count} definitions of three nodes; with ${FEW} it is ${Number(few.toPrecision(3))}`;

async function measured(count: number): Promise<Measured> {
  let result: Measured | undefined;
  await inFolder(async (directory) => {
    const deployed = await child<Deployed>('deploy', directory, count);
    note(`  ${count} definitions deployed at ${Math.round(deployed.deployedPerSecond)}/s`);
    result = { ...deployed, ...(await child<Opened>('open', directory, count)) };
  });
  return result as unknown as Measured;
}

async function child<Result>(mode: 'deploy' | 'open', directory: string, count: number): Promise<Result> {
  const file = fileURLToPath(new URL('./definitions-child.ts', import.meta.url));
  const args = ['--max-semi-space-size=64', '--import', import.meta.resolve('tsx'), file, mode, directory, `${count}`];
  // Not in the clone, whose .env is the developer's own.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: directory, timeout: LIMIT_MS });
  return JSON.parse(stdout) as Result;
}
