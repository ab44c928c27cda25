/** A worker in another language, over plain HTTP: examples/python-worker does jobs of a real server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type EdgeServer, openEdgeServer } from '../../src/testing/edge-server.ts';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../examples/python-worker/worker.py', import.meta.url));
const KIND = 'python.sum';
/** In CI a missing Python is a failure, not a reason to leave a test out. */
const isMissing = spawnSync(PYTHON, ['--version']).status !== 0 && process.env.CI !== 'true';

type PythonWorker = AsyncDisposable & { readonly child: ChildProcess; readonly nextLine: () => Promise<string> };

async function startPython(server: EdgeServer): Promise<PythonWorker> {
  const url = await server.http.listen({ port: 0, host: '127.0.0.1' });
  const { PATH = '' } = process.env;
  const child = spawn(PYTHON, [SCRIPT], {
    env: { PATH, MILLRACE_URL: url, MILLRACE_TOKEN: server.tokens.worker },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    nextLine: async () => String((await lines.next()).value),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe.skipIf(isMissing)('a worker in Python', () => {
  it('does jobs, fails those it cannot do, and ends when it is told to', async () => {
    await using server = await openEdgeServer();
    const { jobs } = server.services;
    const good = await jobs.enqueue({ kind: KIND, payload: { numbers: [1, 2, 39] } });
    const bad = await jobs.enqueue({ kind: KIND, payload: { numbers: 'none' }, maxAttempts: 1 });
    await using python = await startPython(server);
    expect(await python.nextLine()).toMatch(/^job_\w+ done ok$/);
    expect(await python.nextLine()).toMatch(/^job_\w+ fail ok$/);
    expect(await jobs.get(good)).toMatchObject({ state: 'done', output: '{"sum":42}' });
    expect(await jobs.get(bad)).toMatchObject({ state: 'dead', error: expect.stringContaining('TypeError') });
    expect(jobs.kinds.isKnown(KIND)).toBe(true);
    const exit = once(python.child, 'exit');
    python.child.kill('SIGTERM');
    await jobs.enqueue({ kind: KIND, payload: { numbers: [] } });
    expect((await exit)[0]).toBe(0);
  });
});
