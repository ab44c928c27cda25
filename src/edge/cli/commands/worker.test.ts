import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../testing/command-line.ts';
import type { WorkerOptions } from './worker.ts';

async function asked(...argv: string[]): Promise<WorkerOptions | undefined> {
  let options: WorkerOptions | undefined;
  const worker = async (given: WorkerOptions) => {
    options = given;
  };
  await runCommand(['worker', ...argv], { data: '.' }, { worker });
  return options;
}

describe('millrace worker', () => {
  it('has a default for all but its name and its handlers', async () => {
    expect(await asked('--id', 'worker-1', '--handlers', './h.js')).toMatchObject({
      ...{ id: 'worker-1', handlers: './h.js', kinds: undefined, concurrency: 8, isolation: 'thread' },
      ...{ drainMs: 30_000, fetchWaitMs: 5_000, everyMs: 30_000 },
      ...{ maxRetries: undefined, leaseMs: undefined, url: undefined, redisUrl: undefined, isJson: false },
    });
  });

  it('takes the names that other workers use', async () => {
    const words =
      '--worker-id w --redis-url redis://localhost:6379/0 --max-retries 3 --health-check-interval 15 --handlers h';
    expect(await asked(...words.split(' '))).toMatchObject({
      ...{ id: 'w', redisUrl: 'redis://localhost:6379/0', maxRetries: 3, everyMs: 15_000 },
    });
  });

  it('takes kinds, durations and sizes', async () => {
    const words =
      'run --id w --handlers h --kinds a,b.c --drain 1m30s --lease 10s --isolation process --hosts 2 --memory 64 --json';
    expect(await asked(...words.split(' '))).toMatchObject({
      ...{ kinds: ['a', 'b.c'], drainMs: 90_000, leaseMs: 10_000, isolation: 'process', hosts: 2, memoryMb: 64 },
      isJson: true,
    });
  });

  it.each([
    ['no name', ['--handlers', 'h']],
    ['no handlers', ['--id', 'w']],
    ['two names', ['--id', 'a', '--worker-id', 'b', '--handlers', 'h']],
    ['a name that is no file name', ['--id', '../w', '--handlers', 'h']],
    ['a drain that is no duration', ['--id', 'w', '--handlers', 'h', '--drain', 'long']],
    ['an isolation that is none', ['--id', 'w', '--handlers', 'h', '--isolation', 'container']],
    ['two places of jobs', ['--id', 'w', '--handlers', 'h', '--url', 'http://a', '--redis-url', 'redis://a']],
  ])('refuses %s as wrong usage', async (_, argv) => {
    expect((await runCommand(['worker', ...argv], { data: '.' })).code).toBe(2);
  });
});
