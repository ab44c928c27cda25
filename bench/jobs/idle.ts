/** What an idle server and an idle worker of it hold in memory: processes of their own, as people run them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/kernel/clock.ts';
import { ServerProcess } from '../../test/server-process.ts';
import { print } from '../figure.ts';

const MAIN = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url));
const HANDLERS = 'export const noop = () => ({});\n';
/** Until both have started, said so, and collected their garbage. */
const SETTLE_MS = 15_000;

export async function idle(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'millrace-bench-idle-'));
  const server = new ServerProcess({ data });
  await server.start();
  writeFileSync(join(data, 'handlers.mjs'), HANDLERS);
  const options = ['worker', 'run', '--id', 'bench', '--handlers', 'handlers.mjs', '--url', server.url];
  const worker = spawn(process.execPath, [MAIN, ...options], {
    cwd: data,
    env: { ...process.env, MILLRACE_TOKEN: server.token },
    stdio: 'ignore',
  });
  try {
    await systemClock.sleep(SETTLE_MS);
    const setup = `resident memory of the whole process after ${SETTLE_MS / 1_000} s without work`;
    print({ name: 'jobs.idle.rss.server', value: rssOf(server.pid), unit: 'B', setup: `serve on sqlite, ${setup}` });
    const kind = 'worker over HTTP, its handlers in threads, one a core';
    print({ name: 'jobs.idle.rss.worker', value: rssOf(worker.pid ?? 0), unit: 'B', setup: `${kind}, ${setup}` });
  } finally {
    worker.kill('SIGKILL');
    await server.kill();
    rmSync(data, { recursive: true, force: true });
  }
}

function rssOf(pid: number): number {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1_024;
}
