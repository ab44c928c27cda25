/** A worker's way to the jobs by a URL: it waits for a broker that is away, and not for one that nobody knows. */
import { describe, expect, it } from 'vitest';
import { freshRedis, redisUrl, withoutRedis } from '../../test/fresh-redis.ts';
import { openQueue } from '../../test/jobs/queue.ts';
import { serveDesk } from '../jobs/bus-desk/serve-desk.ts';
import { silentLog as log } from '../kernel/log.ts';
import { openBrokerDesk } from './open-broker-desk.ts';

describe('a desk by the URL of a broker', () => {
  it('throws at each call while the broker is away, and at once for what is no broker', async () => {
    await using desk = await openBrokerDesk({ url: 'redis://127.0.0.1:1', log });
    await expect(desk.leave('worker-1')).rejects.toMatchObject({ code: 'bus.unreachable' });
    await expect(openBrokerDesk({ url: 'ftp://x', log })).rejects.toMatchObject({ code: 'config.unknown-broker' });
  });

  it.skipIf(withoutRedis)('reaches the servers with the same prefix', async () => {
    await using redis = await freshRedis();
    await using queue = await openQueue();
    await using _server = await serveDesk({ broker: await redis.open(), jobs: queue.jobs, log });
    await using desk = await openBrokerDesk({ url: redisUrl, prefix: redis.prefix, log });
    const id = await queue.jobs.enqueue({ kind: 'k', payload: 1 });
    expect(await desk.claim({ worker: 'worker-1', kinds: ['k'], limit: 1 })).toMatchObject([{ id }]);
  });
});
