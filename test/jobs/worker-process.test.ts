/** The built worker in a process of its own: signals, kill -9, handlers that kill or block, and what a machine sees of it. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testDesk } from '../../src/testing/test-desk.ts';
import { WorkerProcess } from './worker-process.ts';

const CHILD = fileURLToPath(new URL('./worker-child.mjs', import.meta.url));

/** A handler that says that it has begun, and ends when its file is there. */
const WAITING = `
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
export async function wait(job, { signal }) {
  writeFileSync(job.payload.file + '.begun', '');
  while (!existsSync(job.payload.file)) await pause(10, undefined, { signal });
  return { waited: true };
}
`;

function health(folder: string): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, MILLRACE_DATA: folder };
    execFile(process.execPath, [CHILD, 'worker', 'health', '--id', 'worker-1'], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out: out + err }),
    );
  });
}

/** Resolves when the file says so; it is looked at whenever its folder changes. */
function untilFile(folder: string, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => look());
    const look = () => {
      if (!isTrue()) return;
      watcher.close();
      resolve();
    };
    look();
  });
}

describe('a worker process', () => {
  it('ends what runs when it is told to stop, and exits with 0', async () => {
    const desk = testDesk();
    await using worker = new WorkerProcess({ desk, handlers: WAITING });
    const file = join(worker.folder, 'go');
    const id = desk.add({ kind: 'wait', payload: { file } });
    // What is leased and has not begun is given back; this one has.
    await untilFile(worker.folder, () => existsSync(`${file}.begun`));
    worker.signal('SIGTERM');
    await desk.until(() => desk.workers.get('worker-1')?.state === 'draining');
    const left = desk.add({ kind: 'wait', payload: { file } });
    writeFileSync(file, '');
    expect(await worker.ended()).toBe(0);
    expect(desk.job(id).state).toBe('done');
    expect(desk.job(left)).toMatchObject({ state: 'ready', attempts: 0, lost: 0 });
    expect(desk.workers.size).toBe(0);
    const lines = worker.output.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { worker: string }).worker)).toEqual(lines.map(() => 'worker-1'));
  });

  it('gives everything back at once when it is told twice', async () => {
    const desk = testDesk();
    await using worker = new WorkerProcess({ desk, handlers: WAITING, args: ['--drain', '10m'] });
    const id = desk.add({ kind: 'wait', payload: { file: join(worker.folder, 'never') } });
    await desk.until(() => desk.job(id).state === 'leased');
    worker.signal('SIGTERM');
    await desk.until(() => desk.workers.get('worker-1')?.state === 'draining');
    worker.signal('SIGINT');
    expect(await worker.ended()).toBe(0);
    expect(desk.job(id)).toMatchObject({ state: 'ready', attempts: 0, released: 1, lost: 0 });
  });

  it('loses nothing when it is killed: another one has the job when its lease is over', async () => {
    const desk = testDesk();
    const id = desk.add({ kind: 'wait', leaseMs: 1_000, payload: { file: '/' } });
    await using first = new WorkerProcess({
      desk,
      handlers: 'export const wait = () => new Promise(() => {});',
      args: ['--isolation', 'process'],
    });
    await desk.until(() => desk.job(id).state === 'leased');
    first.signal('SIGKILL');
    await first.ended();
    await using _second = new WorkerProcess({ desk, handlers: WAITING });
    await desk.until(() => desk.job(id).state === 'done');
    expect(desk.job(id)).toMatchObject({ lost: 1, attempts: 1 });
  });

  it.each(['thread', 'process'])('renews leases while a handler blocks its %s', async (isolation) => {
    const desk = testDesk();
    const id = desk.add({ kind: 'block', leaseMs: 1_000 });
    await using _ = new WorkerProcess({
      desk,
      handlers: `export function block() {
        const end = Date.now() + 3_000;
        while (Date.now() < end);
        return { blocked: true };
      }`,
      args: ['--isolation', isolation],
    });
    await desk.until(() => desk.settled.length === 1);
    expect(desk.job(id)).toMatchObject({ state: 'done', lost: 0, attempts: 1 });
    expect(desk.calls.heartbeat).toBeGreaterThanOrEqual(6);
  });

  it('fails to start with handlers that cannot be used, and says why', async () => {
    const desk = testDesk();
    await using worker = new WorkerProcess({ desk, handlers: 'export const limit = 3;' });
    expect(await worker.ended()).toBe(1);
    expect(worker.output).toContain('"code":"worker.unusable-handlers"');
    expect(worker.output).toContain('it exports no handler');
    await using other = new WorkerProcess({ desk, handlers: WAITING, args: ['--kinds', 'wait,print'] });
    expect(await other.ended()).toBe(1);
    expect(other.output).toContain('There is no handler for print; there are handlers for wait.');
    await using wrong = new WorkerProcess({ desk, handlers: WAITING, args: ['--concurrency', 'many'] });
    expect(await wrong.ended()).toBe(2);
  });

  it('is healthy while its loop comes round, whatever its server does, and not when it is gone', async () => {
    const desk = testDesk();
    desk.away(true);
    expect((await health(mkdtempSync(join(tmpdir(), 'millrace-nobody-')))).code).toBe(1);
    await using worker = new WorkerProcess({ desk, handlers: WAITING });
    const file = join(worker.folder, 'millrace-worker-worker-1.json');
    await untilFile(worker.folder, () => existsSync(file));
    expect(await health(worker.folder)).toEqual({ code: 0, out: 'The worker "worker-1" is healthy: 0 jobs run.\n' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), beatenAt: 0, lagMs: 60_000 }));
    const sick = await health(worker.folder);
    // The worker may have written it anew meanwhile.
    if (sick.code !== 0) expect(sick.out).toMatch(/its last round of heartbeats was .+; its loop lags 1m behind/);
    desk.away(false);
    worker.signal('SIGTERM');
    expect(await worker.ended()).toBe(0);
    expect((await health(worker.folder)).out).toContain('it has written no status down');
  });

  it('tells systemd when it is ready, that it lives, and that it stops', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'millrace-notify-'));
    const said = join(bin, 'said');
    const words = () => (existsSync(said) ? readFileSync(said, 'utf8') : '');
    writeFileSync(join(bin, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${said}\n`);
    chmodSync(join(bin, 'systemd-notify'), 0o755);
    const desk = testDesk();
    desk.away(true);
    await using worker = new WorkerProcess({
      ...{ desk, handlers: WAITING },
      environment: {
        NOTIFY_SOCKET: '/run/nobody',
        WATCHDOG_USEC: '400000',
        PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
      },
    });
    await untilFile(bin, () => words().includes('WATCHDOG=1'));
    expect(words()).not.toContain('READY=1');
    desk.away(false);
    await untilFile(bin, () => words().includes('READY=1'));
    const id = desk.add({ kind: 'wait', payload: { file: join(worker.folder, 'go') } });
    await desk.until(() => desk.job(id).state === 'leased');
    worker.signal('SIGTERM');
    await untilFile(bin, () => words().includes('STOPPING=1'));
    expect(words()).toContain('EXTEND_TIMEOUT_USEC=15000000');
    writeFileSync(join(worker.folder, 'go'), '');
    expect(await worker.ended()).toBe(0);
    rmSync(bin, { recursive: true });
  });
});
