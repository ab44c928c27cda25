/** Redis behind a line that breaks, and with processes that die: what was confirmed is processed or dead. */
import { describe, expect, it } from 'vitest';
import type { RedisBrokerOptions } from '../../src/adapters/redis/redis-broker.ts';
import type { Broker } from '../../src/bus/broker.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { aMessage, record, signal, upTo, within } from '../../src/testing/broker-conformance/parts.ts';
import { type FreshRedis, freshRedis, redisUrl, withoutRedis } from '../fresh-redis.ts';
import { proxyTo, type TcpProxy } from './tcp-proxy.ts';

/** Pauses before the next try are as short as they can be. */
const impatient = (): number => 0.999;

type Line = TcpProxy & { readonly url: string };
type Proof = (parts: { readonly place: FreshRedis; readonly line: Line; readonly broker: Broker }) => Promise<void>;

async function withLine(prove: Proof, options: Partial<RedisBrokerOptions> = {}): Promise<void> {
  await using place = await freshRedis();
  await using line = await proxyTo(redisUrl);
  const broker = await place.open({ url: line.url, random: impatient, ...options });
  await prove({ place, line, broker });
  await broker.close();
}

/** Asks until it is so. */
async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const asking = async (): Promise<void> => {
    while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
  };
  await within(asking(), what);
}

describe.skipIf(withoutRedis)('Redis behind a line that breaks', { timeout: 60_000 }, () => {
  it('processes or gives up everything that was confirmed, wherever the line breaks', async () => {
    await withLine(async ({ place, line, broker }) => {
      const random = seededRandom(7);
      const processed = new Set<string>();
      await broker.subscribe({
        queue: 'work',
        patterns: ['#'],
        prefetch: 20,
        onMessage: ({ id }, delivery) => {
          if (random() < 0.1) delivery.reject({ reason: 'no', requeue: random() < 0.5 });
          else {
            processed.add(id);
            delivery.ack();
          }
        },
      });
      const confirmed: string[] = [];
      for (const round of upTo(15)) {
        const sent = upTo(40).map(async (place) => {
          const message = aMessage({ id: `${round}-${place}` });
          await broker.publish(message);
          confirmed.push(message.id);
          if (place === 10 + round) line.cut();
        });
        await within(Promise.all(sent), 'the confirms');
      }
      expect(new Set(confirmed).size).toBe(600);
      expect(broker.state().reconnects).toBeGreaterThan(10);
      const direct = await place.open();
      await until(async () => {
        const letters = await direct.deadLetters('work', { limit: 1_000 });
        const gone = new Set([...processed, ...letters.map(({ message }) => message.id)]);
        return confirmed.every((id) => gone.has(id));
      }, 'every message');
    });
  });

  it('has one consumer for each subscription, and one inbox, after fifty new connections', async () => {
    await withLine(async ({ place, line, broker }) => {
      const { recorder } = await record(broker, { queue: 'watched', prefetch: 1 });
      let lost = 0;
      const answers: string[] = [];
      const inbox = await broker.openInbox({ onMessage: ({ id }) => answers.push(id), onLost: () => lost++ });
      const { address } = inbox;
      const direct = await place.open();
      for (const round of upTo(50)) {
        line.cut();
        const { routingKey: _, ...answer } = aMessage({ id: `answer-${round}` });
        await direct.reply(address, answer);
        await broker.publish(aMessage({ body: round }));
        for (;;) {
          const { body, delivery } = await recorder.next(); // a confirm that the cut swallowed brings a message again
          delivery.ack();
          if (body === round) break;
        }
      }
      await until(() => answers.length === 50, 'the answers, which wait while the line is broken');
      expect([answers, lost, inbox.address]).toEqual([upTo(50).map((round) => `answer-${round}`), 0, address]);
      expect(broker.state().reconnects).toBeGreaterThanOrEqual(50);
      expect((await direct.queues(['watched']))[0]?.consumers).toBe(1);
      await broker.close();
      expect((await direct.queues(['watched']))[0]?.consumers).toBe(0);
    });
  });

  it('sends again what was under way when the line broke, in its order and under the same id', async () => {
    await withLine(async ({ line, broker, place }) => {
      const direct = await place.open();
      const { recorder } = await record(direct, { queue: 'retried', prefetch: 400 });
      await broker.publish(aMessage({ body: 'first' }));
      line.stall();
      const publishing = upTo(300).map((body) => broker.publish(aMessage({ id: `kept-${body}`, body })));
      expect(broker.state().publishing).toBe(300);
      line.heal();
      const receipts = await within(Promise.all(publishing), 'the confirms');
      expect(receipts.every(({ routed }) => routed)).toBe(true);
      const received = (await recorder.take(301)).slice(1);
      expect(received.map(({ message }) => message.id)).toEqual(upTo(300).map((body) => `kept-${body}`));
      expect(broker.state().publishing).toBe(0);
    }, { maxUnconfirmed: 200, maxWaitingPublishers: 200 }); // biome-ignore format: options at the end
  });

  it('notices a line that is dead without a word', async () => {
    await withLine(
      async ({ line, broker }) => {
        const { recorder } = await record(broker, { queue: 'silent' });
        line.stall();
        const publishing = broker.publish(aMessage({ body: 'late' }));
        await until(() => !broker.state().isConnected, 'the heartbeats to be missed');
        line.heal();
        await within(publishing, 'the confirm');
        expect((await recorder.next()).body).toBe('late');
      },
      { heartbeatMs: 200 },
    );
  });

  it('closes while the server is away, and what it could not say comes again', async () => {
    await using place = await freshRedis();
    const direct = await place.open({ leaseMs: 300 });
    const line = await proxyTo(redisUrl);
    const broker = await place.open({ url: line.url, leaseMs: 300, closingMs: 200 });
    const { recorder } = await record(broker, { queue: 'left', prefetch: 1 });
    await direct.publish(aMessage());
    const { delivery } = await recorder.next();
    await line[Symbol.asyncDispose]();
    await until(() => !broker.state().isConnected, 'the news');
    delivery.reject({ reason: 'again', requeue: true });
    const publishing = broker.publish(aMessage());
    const refused = expect(publishing).rejects.toMatchObject({ code: 'bus.closed' });
    await within(broker.close(), 'the end');
    await refused;
    const { recorder: other } = await record(direct, { queue: 'left' });
    expect((await other.next()).delivery.count).toBe(2);
  });

  it('works on a slow line', async () => {
    await withLine(async ({ line, broker }) => {
      line.slow(20);
      const { recorder } = await record(broker, { queue: 'slow', prefetch: 200 });
      await Promise.all(upTo(200).map((body) => broker.publish(aMessage({ body }))));
      expect((await recorder.take(200)).map(({ body }) => body)).toEqual(upTo(200));
      for (const { delivery } of recorder.received) delivery.ack();
    });
  });

  it('holds what it held when its connection broke, and takes the answer', async () => {
    await withLine(async ({ line, broker }) => {
      const { recorder } = await record(broker, { queue: 'held', prefetch: 1 });
      await broker.publish(aMessage({ body: 1 }));
      const { delivery } = await recorder.next();
      line.cut();
      await broker.publish(aMessage({ body: 2 }));
      delivery.ack();
      const next = await recorder.next();
      expect([next.body, next.delivery.count]).toEqual([2, 1]);
      next.delivery.ack();
    });
  });

  it('waits while a queue is full, stops waiting when told so, and refuses more than may wait', async () => {
    await withLine(
      async ({ broker }) => {
        const { subscription } = await record(broker, { queue: 'small' });
        await subscription.close();
        const publishing = upTo(8).map((body) => broker.publish(aMessage({ body })));
        await until(() => broker.state().publishing === 3, 'the queue to be full');
        await expect(broker.publish(aMessage())).rejects.toMatchObject({ code: 'bus.queue-full' });
        const { recorder } = await record(broker, { queue: 'small', prefetch: 1 });
        const bodies = new Set<unknown>();
        while (bodies.size < 8) {
          const { body, delivery } = await recorder.next();
          bodies.add(body);
          delivery.ack();
        }
        await within(Promise.all(publishing), 'the confirms');
      },
      { maxQueueLength: 5, maxWaitingPublishers: 3 },
    );
  });

  it('makes room in a full queue by what has expired', async () => {
    await withLine(
      async ({ broker }) => {
        const { subscription } = await record(broker, { queue: 'stale' });
        await subscription.close();
        await Promise.all(upTo(5).map((body) => broker.publish(aMessage({ body, expiresInMs: 1 }))));
        await within(broker.publish(aMessage({ body: 'fresh' })), 'the confirm');
        const { recorder } = await record(broker, { queue: 'stale' });
        expect((await recorder.next()).body).toBe('fresh');
        const letters = await broker.deadLetters('stale');
        expect(letters.map(({ reason }) => /expired/.test(reason))).toEqual([true, true, true, true, true]);
      },
      { maxQueueLength: 5 },
    );
  });
});

describe.skipIf(withoutRedis)('Redis that loses its memory', { timeout: 60_000 }, () => {
  it('gets queues, consumers and everything unsettled anew, and the inbox says that answers are lost', async () => {
    await using place = await freshRedis();
    const broker = await place.open({ leaseMs: 300, heartbeatMs: 100, random: impatient });
    if (broker.capabilities.survivesRestart) return;
    const { recorder } = await record(broker, { queue: 'forgotten', prefetch: 1 });
    const lost = signal();
    const inbox = await broker.openInbox({ onMessage: () => {}, onLost: lost.give });
    const receipts = await Promise.all(upTo(3).map((body) => broker.publish(aMessage({ id: `m${body}`, body }))));
    const first = await recorder.next();
    await place.forget();
    await within(lost.given, 'the news');
    first.delivery.ack();
    const seen = new Set<string>();
    while (seen.size < 3) {
      const { message, delivery } = await recorder.next();
      seen.add(message.id);
      delivery.ack();
    }
    await within(Promise.all(receipts.map(({ settled }) => settled)), 'the settlements');
    await inbox.close();
  });
});

describe.skipIf(withoutRedis)('Redis with other programs', () => {
  it('takes what they add to a stream, with a head or without', async () => {
    await using place = await freshRedis();
    const broker = await place.open();
    const { recorder } = await record(broker, { queue: 'foreign' });
    const stream = `{${place.prefix}millrace}:queue:foreign`;
    await place.command('XADD', stream, '*', 'head', '{"id":"a","routingKey":"x.y"}', 'body', '1');
    await place.command('XADD', stream, '*', 'id', 'b', 'routingKey', 'x.z', 'body', '2');
    await place.command('XADD', stream, '*', 'head', '{broken', 'body', '3');
    const received = await recorder.take(3);
    expect(received.map(({ message, body }) => [message.id, message.routingKey, message.headers, body])).toEqual([
      ['a', 'x.y', {}, 1],
      ['b', 'x.z', {}, 2],
      [expect.stringMatching(/^foreign-/), 'foreign', {}, 3],
    ]);
  });

  it('declares a queue again that somebody deleted', async () => {
    await using place = await freshRedis();
    const broker = await place.open({ heartbeatMs: 100 });
    const { recorder } = await record(broker, { queue: 'deleted' });
    await place.command('DEL', `{${place.prefix}millrace}:queue:deleted`);
    await broker.publish(aMessage({ body: 'after' }));
    expect((await recorder.next()).body).toBe('after');
  });

  it('says which setting of a queue differs', async () => {
    await using place = await freshRedis();
    const [one, two] = [await place.open(), await place.open()];
    await record(one, { queue: 'limited', maxDeliveries: 3 });
    await expect(record(two, { queue: 'limited', maxDeliveries: 4 })).rejects.toMatchObject({
      code: 'bus.queue-differs',
      details: { setting: 'maxDeliveries', existing: '3', wanted: '4' },
    });
    await record(one, { queue: 'view', kind: 'temporary' });
    await expect(record(two, { queue: 'view', kind: 'temporary' })).rejects.toMatchObject({
      code: 'bus.queue-differs',
    });
  });
});

describe('a Redis that is not there', () => {
  it('is a clear error, without the password', async () => {
    await using place = await freshRedis();
    for (const url of ['redis://someone:secret@127.0.0.1:1/3', 'redis://someone:secret@127.0.0.1:99999/3']) {
      const error = await place.open({ url }).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ code: 'bus.unreachable' });
      expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain('secret');
    }
  });
});
