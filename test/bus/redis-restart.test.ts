/** A Redis of one's own that is killed: with every write on disk before the confirm, what was confirmed outlives it. */
import { describe, expect, it } from 'vitest';
import { openRedisBroker } from '../../src/adapters/redis/redis-broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { aMessage, record, upTo, within } from '../../src/testing/broker-conformance/parts.ts';
import { isRedisInstalled as isInstalled, ownRedis } from '../own-redis.ts';

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

describe.skipIf(!isInstalled)('a Redis with limits', { timeout: 60_000 }, () => {
  const options = { clock: systemClock, log: silentLog, random: () => 0.999 };

  it('holds up publishers while it is full, says so, and loses nothing of what is answered meanwhile', async () => {
    await using redis = await ownRedis();
    await using broker = await openRedisBroker({ ...options, url: redis.url });
    const { recorder } = await record(broker, { queue: 'crowded' });
    await broker.publish(aMessage({ body: 1 }));
    const { delivery } = await recorder.next();
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const publishing = broker.publish(aMessage({ body: 2 }));
    while (broker.state().blocked === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(broker.state().blocked).toMatch(/^OOM/);
    delivery.reject({ reason: 'again', requeue: true });
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await within(publishing, 'the confirm');
    const bodies = (await recorder.take(2)).map(({ body }) => body);
    expect(bodies.sort()).toEqual([1, 2]);
    expect(broker.state().blocked).toBeUndefined();
  });

  it('says what its user may not do, without the password', async () => {
    await using redis = await ownRedis();
    await redis.command('ACL', 'SETUSER', 'plant', 'on', '>secret', '~*', '&*', '+@all', '-evalsha', '-eval');
    const url = redis.url.replace('//', '//plant:secret@');
    const error: unknown = await openRedisBroker({ ...options, url }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'bus.unreachable' });
    expect(String(error)).toMatch(/permission.*evalsha/);
    expect(String(error)).not.toContain('secret');
  });

  it('sends its scripts again when the server has forgotten them', async () => {
    await using redis = await ownRedis();
    await using broker = await openRedisBroker({ ...options, url: redis.url });
    const { recorder } = await record(broker, { queue: 'scripted' });
    await broker.publish(aMessage({ body: 1 }));
    await redis.command('SCRIPT', 'FLUSH');
    await Promise.all(upTo(300).map((body) => broker.publish(aMessage({ body }))));
    await recorder.take(100);
    for (const { delivery } of recorder.received.slice()) delivery.ack();
    await recorder.take(100);
  });
});
