/** A real server is killed (`kill -9`) in the middle of an operation: it goes on where it was, and each instance is done once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Operation } from '../../src/client/wire-operations.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ServerProcess } from '../server-process.ts';

const TIMEOUT_MS = 120_000;
const BATCHES = 6;
const BATCH = 1_000;

const version = (role: string) => ({
  key: 'repair',
  nodes: [
    { id: 'begin', type: 'start', next: 'look' },
    { id: 'look', type: 'userTask', role, next: 'over' },
    { id: 'over', type: 'end' },
  ],
});

it('an operation survives kill -9, and neither leaves an instance out nor does it twice', {
  timeout: TIMEOUT_MS,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-operation-'));
  const server = new ServerProcess({ data, plant: 'none', environment: { MILLRACE_AUTH: 'off' } });
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const look = async (id: string) => (await ask('GET', `/operations/${id}`)) as Operation;
  try {
    await server.start();
    await ask('POST', '/definitions', version('operator'));
    const items = Array.from({ length: BATCH }, () => ({ definition: 'repair' }));
    for (let batch = 0; batch < BATCHES; batch++) await ask('POST', '/instances/batch', { items });
    await ask('POST', '/definitions', version('engineer'));
    const request = { what: 'migrate', filter: { definition: 'repair' } };
    const { id } = (await ask('POST', '/operations', request)) as Operation;
    for (let kills = 1; kills <= 2; kills++) {
      while ((await look(id)).done < kills * BATCH) await systemClock.sleep(5);
      await server.kill();
      await server.start();
    }
    let operation = await look(id);
    for (; operation.endedAt === null; operation = await look(id)) await systemClock.sleep(50);
    const all = BATCHES * BATCH;
    expect(operation).toMatchObject({ state: 'done', matched: all, done: all, skipped: 0, failed: 0 });
    const versions: Record<string, number> = {};
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await ask('GET', `/instances?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
      for (const each of page.items as { version: number }[])
        versions[each.version] = (versions[each.version] ?? 0) + 1;
      cursor = page.next as string | null;
    }
    expect(versions).toEqual({ 2: all });
  } finally {
    await server.kill();
    rmSync(data, { recursive: true, force: true });
  }
});
