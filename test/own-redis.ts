/** A Redis of a test's own, which the test may kill and start again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { within } from '../src/testing/broker-conformance/parts.ts';

/** Debian's package redis-server has it; without it these tests are left out. */
const program = 'redis-server';
export const isRedisInstalled: boolean = spawnSync(program, ['--version']).status === 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

type OwnRedis = AsyncDisposable & {
  readonly url: string;
  readonly restart: () => Promise<void>;
  readonly command: (...args: string[]) => Promise<unknown>;
};

export async function ownRedis(...settings: string[]): Promise<OwnRedis> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-redis-'));
  const start = async (): Promise<ChildProcess> => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', ...settings];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await within(
      new Promise<void>((resolve) => {
        child.stdout.on('data', (text: Buffer) => text.includes('Ready to accept connections') && resolve());
      }),
      'Redis to start',
    );
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  let running = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    command: async (...args) => {
      const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
      const reply = await client.sendCommand(args);
      client.destroy();
      return reply;
    },
    restart: async () => {
      await kill(running);
      running = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await kill(running);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
