/**
 * A million live instances: activities per second among them, memory, disk, and how long after a `kill -9` the first
 * completion is done. The engine runs in a process of its own, which can be killed and measured.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { note, print } from './figure.ts';

export const MILLION = 1_000_000;

export async function million(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-million-'));
  try {
    const first = child('run', directory);
    await until(first, 'done');
    await end(first);
    const bytes = readdirSync(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
    note(
      `  ${Math.round(bytes / MILLION)} B on disk for each live instance, its ended predecessors and the write-ahead log included`,
    );
    const began = performance.now();
    const second = child('restart', directory);
    await until(second, 'completed');
    print({
      name: 'process.restart',
      value: (performance.now() - began) / 1_000,
      unit: 's',
      setup: `sqlite, ${MILLION} live instances, from starting the process after a kill -9 under load to the first completed task`,
    });
    await end(second);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function child(mode: 'run' | 'restart', directory: string): ChildProcess {
  const file = fileURLToPath(new URL('./million-child.ts', import.meta.url));
  return spawn(
    process.execPath,
    [
      '--max-semi-space-size=64',
      '--import',
      import.meta.resolve('tsx'),
      file,
      mode,
      directory,
      ...process.argv.slice(2),
    ],
    // Not in the clone, whose .env is the developer's own.
    { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** Hands figures on until the child says the word. */
async function until({ stdout, exitCode }: ChildProcess, word: string): Promise<void> {
  if (stdout === null || exitCode !== null) throw new Error('the benchmark process did not start');
  for await (const line of createInterface({ input: stdout })) {
    if (line === word) return;
    process.stdout.write(`${line}\n`);
  }
  throw new Error(`the benchmark process ended without "${word}"`);
}

async function end(process: ChildProcess): Promise<void> {
  const exited = once(process, 'exit');
  process.kill('SIGKILL');
  await exited;
}
