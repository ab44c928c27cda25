/** The mirror in a real Redis: what redis-cli shows, that it is never needed, and that it is right again after an outage. */
import { createClient } from 'redis';
import { describe, expect, it } from 'vitest';
import { openRedisMirror } from '../../src/adapters/redis/jobs-mirror.ts';
import { startMirror } from '../../src/jobs/mirror/mirror.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { formatJobId } from '../../src/kernel/ids.ts';
import { silentLog as log } from '../../src/kernel/log.ts';
import { Metrics } from '../../src/kernel/metrics.ts';
import { discard, done } from '../../src/kernel/settlement.ts';
import { isRedisInstalled, ownRedis } from '../own-redis.ts';
import { openQueue } from './queue.ts';

const TTL_MS = 3_600_000;
const EVERY_MS = 10_000;

async function openMirrored() {
  const redis = await ownRedis();
  const queue = await openQueue();
  const { jobs, store } = queue;
  const metrics = new Metrics();
  const server = await openRedisMirror({ url: redis.url, clock: systemClock, log, random: () => 0.5 });
  const mirror = startMirror({ server, jobs, store, clock: systemClock, log, metrics, jobTtlMs: TTL_MS });
  await expect.poll(() => server.isConnected).toBe(true);
  const { command } = redis;
  return {
    ...queue,
    redis,
    server,
    command,
    /** As a hash; empty when there is none. */
    job: async (id: Parameters<typeof formatJobId>[0]): Promise<Record<string, string>> => ({
      ...((await command('HGETALL', `millrace:job:${formatJobId(id)}`)) as Record<string, string>),
    }),
    list: (kind: string) => command('LRANGE', `millrace:jobs:queue:${kind}`, '0', '-1'),
    async [Symbol.asyncDispose]() {
      await mirror.close();
      await server.close();
      await queue[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
const soon = { timeout: 15_000 };

describe.skipIf(!isRedisInstalled)('the mirror in Redis', { timeout: 60_000 }, () => {
  it('shows a job in the words of the source, from its beginning until a while after its end', async () => {
    await using world = await openMirrored();
    const { jobs } = world;
    const id = await jobs.enqueue({ kind: 'k', payload: { token: 'hidden' } });
    const later = await jobs.enqueue({ kind: 'k', payload: 2 });
    await expect.poll(() => world.list('k'), soon).toEqual([formatJobId(id), formatJobId(later)]);
    expect(await world.job(id)).toMatchObject({ status: 'pending', kind: 'k', attempts: '0' });
    const [job] = await world.claim({ kind: 'k', limit: 1, worker: 'worker-1' });
    await expect.poll(() => world.job(id), soon).toMatchObject({ status: 'running', worker: 'worker-1' });
    await expect.poll(() => world.list('k'), soon).toEqual([formatJobId(later)]);
    expect(await world.command('PTTL', `millrace:job:${formatJobId(id)}`)).toBe(-1);
    if (job !== undefined) await world.settle(job, done('sent', { file: 'a.csv', apiKey: 'hidden' }));
    await expect.poll(() => world.job(id), soon).toMatchObject({ status: 'completed', outcome: 'sent' });
    const shown = await world.job(id);
    expect(JSON.parse(shown.result ?? '')).toEqual({ file: 'a.csv', apiKey: '***' });
    expect(JSON.stringify(shown)).not.toContain('hidden');
    const ttl = Number(await world.command('PTTL', `millrace:job:${formatJobId(id)}`));
    expect(ttl > TTL_MS - 60_000 && ttl <= TTL_MS).toBe(true);
    const [next] = await world.claim({ kind: 'k', limit: 1, worker: 'worker-1' });
    if (next !== undefined) await world.settle(next, discard('no valve at http://plant:hidden@valve-12'));
    await expect.poll(() => world.job(later), soon).toMatchObject({ status: 'failed' });
    expect((await world.job(later)).error).toBe('no valve at http://***@valve-12');
    await jobs.replay(later);
    await expect.poll(() => world.job(later), soon).toMatchObject({ status: 'pending' });
    expect((await world.job(later)).error).toBeUndefined();
    expect(await world.command('PTTL', `millrace:job:${formatJobId(later)}`)).toBe(-1);
  });

  it('shows of a kind as much as it allows', async () => {
    await using world = await openMirrored();
    world.jobs.kinds.declare('discreet', { mirror: 'status' });
    world.jobs.kinds.declare('hidden', { mirror: 'off' });
    for (const kind of ['hidden', 'discreet']) {
      const id = await world.jobs.enqueue({ kind, payload: 1 });
      const [job] = await world.claim({ kind, limit: 1, worker: 'worker-1' });
      if (job !== undefined) await world.settle(job, done('done', { code: 'x' }));
      if (kind === 'hidden') continue;
      await expect.poll(() => world.job(id), soon).toMatchObject({ status: 'completed' });
      expect((await world.job(id)).result).toBeUndefined();
    }
    expect(await world.command('KEYS', 'millrace:job:*')).toHaveLength(1);
  });

  it('says each change on the channel, and shows workers as long as they report', async () => {
    await using world = await openMirrored();
    const listener = await createClient({ url: world.redis.url }).connect();
    const told: { readonly topic: string; readonly job: string }[] = [];
    await listener.subscribe('millrace:jobs:events', (text) => told.push(JSON.parse(text) as (typeof told)[number]));
    const id = await world.jobs.enqueue({ kind: 'k', payload: 1 });
    await world.claim({ kind: 'k', limit: 1, worker: 'worker-1' });
    await expect
      .poll(() => told.map(({ topic, job }) => [topic, job]), soon)
      .toEqual(['enqueued', 'started'].map((name) => [`millrace.jobs.job.${name}`, formatJobId(id)]));
    listener.destroy();
    const report = { id: 'worker-1', kinds: ['k'], concurrency: 1, state: 'running', running: 1 } as const;
    const where = { host: 'press-7', pid: 1, version: '1', everyMs: EVERY_MS };
    await world.jobs.report({ ...report, ...where, succeeded: 0, failed: 0 });
    const ttl = async () => Number(await world.command('PTTL', 'millrace:worker:health:worker-1'));
    await expect.poll(ttl, soon).toBeGreaterThan(2 * EVERY_MS);
    expect(await ttl()).toBeLessThanOrEqual(3 * EVERY_MS);
    await world.jobs.leave('worker-1');
    await expect.poll(ttl, soon).toBe(-2);
  });

  it('is right again when Redis was killed and lost everything; the queue did not notice', async () => {
    await using world = await openMirrored();
    const { jobs } = world;
    const before = await jobs.enqueue({ kind: 'k', payload: 1 });
    await expect.poll(() => world.job(before), soon).toMatchObject({ status: 'pending' });
    const restarting = world.redis.restart();
    const [job] = await world.claim({ kind: 'k', limit: 1, worker: 'worker-1' });
    const meanwhile = await jobs.enqueue({ kind: 'k', payload: 2 });
    await restarting;
    await expect.poll(() => world.list('k'), soon).toEqual([formatJobId(meanwhile)]);
    expect(await world.job(before)).toMatchObject({ status: 'running' });
    if (job !== undefined) await world.settle(job, done());
    await expect.poll(() => world.job(before), soon).toMatchObject({ status: 'completed' });
  });

  it('puts right what ended while nobody looked', async () => {
    await using world = await openMirrored();
    const id = await world.jobs.enqueue({ kind: 'k', payload: 1 });
    await expect.poll(() => world.job(id), soon).toMatchObject({ status: 'pending' });
    const text = formatJobId(id);
    const gone = formatJobId(99_999_999 as typeof id);
    await world.command('HSET', `millrace:job:${text}`, 'status', 'running');
    await world.command('HSET', `millrace:job:${gone}`, 'status', 'running');
    await world.command('SADD', 'millrace:jobs:live', gone, 'nonsense');
    await world.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => world.job(id), soon).toMatchObject({ status: 'pending' });
    await expect.poll(() => world.command('EXISTS', `millrace:job:${gone}`), soon).toBe(0);
  });
});
