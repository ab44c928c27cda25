/** A Redis of one's own that is killed: with every write on disk before the confirm, what was confirmed outlives it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRedisBroker } from '../../src/adapters/redis/redis-broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { aMessage, record, upTo, within } from '../../src/testing/broker-conformance/parts.ts';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

type OwnRedis = AsyncDisposable & { readonly url: string; readonly restart: () => Promise<void> };

async function ownRedis(...settings: string[]): Promise<OwnRedis> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-redis-'));
  const start = async (): Promise<ChildProcess> => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', ...settings];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
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

describe.skipIf(!isInstalled)('a Redis that is killed and started again', { timeout: 60_000 }, () => {
  for (const [survives, settings] of [
    [true, ['--appendonly', 'yes', '--appendfsync', 'always']],
    [false, ['--appendonly', 'no']],
  ] as const) {
    it(`loses nothing confirmed ${survives ? 'by itself' : 'while the publisher lives'}, and everyone goes on`, async () => {
      await using redis = await ownRedis(...settings);
      const options = { url: redis.url, clock: systemClock, log: silentLog, random: () => 0.999 };
      await using publisher = await openRedisBroker({ ...options, leaseMs: 600 });
      await using consumer = await openRedisBroker({ ...options, leaseMs: 600 });
      expect(publisher.capabilities.survivesRestart).toBe(survives);
      const { recorder } = await record(consumer, { queue: 'lasting', prefetch: 3 });
      const receipts = await Promise.all(
        upTo(10).map((body) => publisher.publish(aMessage({ id: `lasting-${body}`, body }))),
      );
      await recorder.take(3);
      await redis.restart();
      const seen = new Set<unknown>();
      for (const { body, delivery } of recorder.received.slice()) {
        seen.add(body);
        delivery.ack();
      }
      while (seen.size < 10) {
        const { body, delivery } = await recorder.next();
        seen.add(body);
        delivery.ack();
      }
      await within(Promise.all(receipts.map(({ settled }) => settled)), 'the settlements');
    });
  }
});
