/** RabbitMQ behind a line that breaks: what was confirmed is processed or dead, and everything sets itself up again. */
import { connect } from 'amqplib';
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../src/bus/broker.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { aMessage, deadLettersOf, record, signal, upTo, within } from '../../src/testing/broker-conformance/parts.ts';
import { type FreshRabbit, freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { proxyTo, type TcpProxy } from './tcp-proxy.ts';

/** Pauses before the next try are as short as they can be. */
const impatient = (): number => 0.999;

type Line = TcpProxy & { readonly url: string };

async function withLine(
  prove: (parts: { readonly place: FreshRabbit; readonly line: Line; readonly broker: Broker }) => Promise<void>,
  query = '',
): Promise<void> {
  await using place = freshRabbit();
  await using line = await proxyTo(rabbitUrl + query);
  const broker = await place.open({ url: line.url, random: impatient });
  await prove({ place, line, broker });
  await broker.close();
}

/** Asks until it is so; a server may take a moment to notice. */
async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const asking = async (): Promise<void> => {
    while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
  };
  await within(asking(), what);
}

/** connection.blocked and connection.unblocked, as the server sends them. */
const frame = (method: number, payload: Buffer): Buffer => {
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 4 + payload.length, 0, 10, 0, method]);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
};
const blocked = frame(60, Buffer.from('\u000alow memory'));
const unblocked = frame(61, Buffer.alloc(0));

describe.skipIf(withoutRabbit)('RabbitMQ behind a line that breaks', { timeout: 60_000 }, () => {
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

  it('has one consumer for each subscription, and one inbox, after a hundred new connections', async () => {
    await withLine(async ({ place, line, broker }) => {
      const { recorder } = await record(broker, { queue: 'watched', prefetch: 1 });
      let answered = signal();
      const inbox = await broker.openInbox({ onMessage: () => answered.give(), onLost: () => {} });
      for (const round of upTo(100)) {
        line.cut();
        await broker.publish(aMessage({ body: round }));
        for (;;) {
          const { body, delivery } = await recorder.next(); // an ack that the cut swallowed brings a message again
          delivery.ack();
          if (body === round) break;
        }
      }
      answered = signal();
      await until(async () => {
        const { routingKey: _, ...answer } = aMessage();
        await broker.reply(inbox.address, answer);
        return Promise.race([answered.given.then(() => true), broker.queues([]).then(() => false)]);
      }, 'an answer');
      expect(broker.state().reconnects).toBeGreaterThanOrEqual(100);
      const direct = await place.open();
      await until(
        async () => (await direct.queues(['watched']))[0]?.consumers === 1,
        'the last of the old consumers to go',
      );
      await broker.close();
      await until(async () => (await direct.queues(['watched']))[0]?.consumers === 0, 'the consumer to go');
    });
  });

  it('sends again what was under way when the line broke, under the same id', async () => {
    await withLine(async ({ line, broker, place }) => {
      const direct = await place.open();
      const { recorder } = await record(direct, { queue: 'retried' });
      line.stall();
      const publishing = upTo(50).map((body) => broker.publish(aMessage({ id: `kept-${body}`, body })));
      expect(broker.state().publishing).toBe(50);
      line.heal();
      const receipts = await within(Promise.all(publishing), 'the confirms');
      expect(receipts.every(({ routed }) => routed)).toBe(true);
      const received = await recorder.take(50);
      expect(received.map(({ message }) => message.id)).toEqual(upTo(50).map((body) => `kept-${body}`));
      expect(broker.state().publishing).toBe(0);
    });
  });

  it('notices a line that is dead without a word', async () => {
    await withLine(async ({ line, broker }) => {
      const { recorder } = await record(broker, { queue: 'silent' });
      line.stall();
      const publishing = broker.publish(aMessage({ body: 'late' }));
      await until(async () => !broker.state().isConnected, 'the heartbeats to be missed');
      line.heal();
      await within(publishing, 'the confirm');
      expect((await recorder.next()).body).toBe('late');
    }, '?heartbeat=1');
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

  it('waits while the server takes nothing, and says so', async () => {
    await withLine(async ({ line, broker }) => {
      const { recorder } = await record(broker, { queue: 'blocked' });
      line.say(blocked);
      await until(async () => broker.state().blocked === 'low memory', 'the news');
      const publishing = broker.publish(aMessage({ body: 'patient' }));
      const abort = new AbortController();
      const impatience = broker.publish(aMessage({ body: 'impatient' }), { signal: abort.signal });
      expect(broker.state().publishing).toBe(2);
      abort.abort(new Error('too long'));
      await expect(impatience).rejects.toThrow('too long');
      expect(broker.state().publishing).toBe(1);
      line.say(unblocked);
      await within(publishing, 'the confirm');
      expect(broker.state().blocked).toBeUndefined();
      expect((await recorder.next()).body).toBe('patient');
    });
  });

  it('refuses more publishers than may wait', async () => {
    await using place = freshRabbit();
    await using line = await proxyTo(rabbitUrl);
    const broker = await place.open({ url: line.url, maxUnconfirmed: 2, maxWaitingPublishers: 3, random: impatient });
    await broker.publish(aMessage());
    line.stall();
    const waiting = upTo(5).map(() => broker.publish(aMessage()));
    await expect(broker.publish(aMessage())).rejects.toMatchObject({ code: 'bus.queue-full' });
    line.heal();
    await within(Promise.all(waiting), 'the confirms');
  });

  it('forgets what it held when its connection broke: it comes again, counted, as the same attempt', async () => {
    await withLine(async ({ line, broker }) => {
      const { recorder } = await record(broker, { queue: 'held' });
      await broker.publish(aMessage());
      const { delivery } = await recorder.next();
      expect([delivery.count, delivery.attempt]).toEqual([1, 1]);
      line.cut();
      const again = await recorder.next();
      delivery.ack();
      delivery.reject({ reason: 'of the old connection' });
      expect([again.delivery.count, again.delivery.attempt]).toEqual([2, 1]);
      again.delivery.ack();
      expect(await broker.deadLetters('held')).toEqual([]);
    });
  });

  it('tells the owner of an inbox that the way back broke, and has a new one', async () => {
    await withLine(async ({ line, broker }) => {
      let lost = 0;
      let got = signal();
      const inbox = await broker.openInbox({
        onMessage: () => got.give(),
        onLost: () => {
          lost += 1;
        },
      });
      const { routingKey: _, ...answer } = aMessage();
      await broker.reply(inbox.address, answer);
      await within(got.given, 'the first answer');
      got = signal();
      const old = inbox.address;
      line.cut();
      await until(async () => inbox.address !== old, 'the new address');
      expect(lost).toBe(2);
      await broker.reply(inbox.address, answer);
      await within(got.given, 'the second answer');
    });
  });
});

describe.skipIf(withoutRabbit)('RabbitMQ whose queues and exchanges others change', () => {
  it('consumes again when its queue was deleted, and publishes again when its exchange was', async () => {
    await using place = freshRabbit();
    const broker = await place.open({ random: impatient });
    const { recorder } = await record(broker, { queue: 'deleted', exchange: 'plant.lines' });
    const connection = await connect(rabbitUrl);
    const channel = await connection.createChannel();
    await channel.deleteQueue(place.names.queue('deleted'));
    await until(async () => (await broker.publish(aMessage({ exchange: 'plant.lines', body: 1 }))).routed, 'the queue');
    await recorder.next();
    await channel.deleteExchange(place.names.exchange('plant.lines'));
    const again = await broker.publish(aMessage({ exchange: 'plant.lines', body: 2 }));
    expect(again.routed).toBe(false);
    await connection.close();
  });

  it('does not disturb other publishers when an exchange cannot be used', async () => {
    await using place = freshRabbit();
    const broker = await place.open({ random: impatient });
    const { recorder } = await record(broker, { queue: 'undisturbed' });
    const wrong = expect(broker.publish(aMessage({ exchange: 'amq.nowhere' }))).rejects.toMatchObject({
      code: 'bus.refused',
    });
    await Promise.all(upTo(20).map((body) => broker.publish(aMessage({ body }))));
    await wrong;
    expect((await recorder.take(20)).length).toBe(20);
  });

  it('uses an exchange that is there with another type', async () => {
    await using place = freshRabbit();
    const connection = await connect(rabbitUrl);
    const channel = await connection.createChannel();
    await channel.assertExchange(place.names.exchange('plant.direct'), 'direct');
    const broker = await place.open();
    const { recorder } = await record(broker, { queue: 'direct', exchange: 'plant.direct', patterns: ['one'] });
    await broker.publish(aMessage({ exchange: 'plant.direct', routingKey: 'one', body: 'direct' }));
    expect((await recorder.next()).body).toBe('direct');
    await connection.close();
  });

  it('takes what other programs send: without an id, with any headers, even when it is no text', async () => {
    await using place = freshRabbit();
    const broker = await place.open();
    const seen: unknown[] = [];
    const ids = new Set<string>();
    const full = signal();
    await broker.subscribe({
      queue: 'foreign',
      patterns: ['#'],
      prefetch: 1,
      onMessage: ({ id, body, headers, contentType, at }, delivery) => {
        ids.add(id);
        if (delivery.attempt === 1) return delivery.reject({ reason: 'again', requeue: true });
        seen.push([body, headers, contentType, at]);
        delivery.ack();
        if (seen.length === 2) full.give();
      },
    });
    const connection = await connect(rabbitUrl);
    const channel = await connection.createChannel();
    const headers = { count: 7, ok: true, raw: Buffer.from('bytes'), list: [1, 2], text: 'as it is' };
    const properties = { contentType: 'text/csv', timestamp: 1_767_592_800, headers };
    channel.publish(place.names.exchange(), 'plant.a', Buffer.from('a;b'), properties);
    channel.publish(place.names.exchange(), 'plant.b', Buffer.from([0x66, 0xff, 0xfe]));
    await within(full.given, 'both messages');
    expect(seen).toEqual([
      ['a;b', { count: '7', ok: 'true', raw: 'bytes', list: '[1,2]', text: 'as it is' }, 'text/csv', 1_767_592_800_000],
      ['f\ufffd\ufffd', {}, undefined, 0],
    ]);
    expect(ids.size).toBe(2);
    await connection.close();
  });

  it('says which argument of a queue differs', async () => {
    await using place = freshRabbit();
    const first = await place.open({ maxQueueLength: 10 });
    await record(first, { queue: 'sized' });
    const second = await place.open({ maxQueueLength: 20 });
    await expect(record(second, { queue: 'sized' })).rejects.toMatchObject({
      code: 'bus.queue-differs',
      details: { setting: 'x-max-length', existing: '10', wanted: '20' },
    });
  });

  it('waits while a queue is full', async () => {
    await using place = freshRabbit();
    const broker = await place.open({ maxQueueLength: 5, random: impatient });
    const { subscription } = await record(broker, { queue: 'small', prefetch: 1 });
    await subscription.close();
    let confirmed = 0;
    const publishAll = async (): Promise<void> => {
      for (const body of upTo(50)) {
        await broker.publish(aMessage({ body }));
        confirmed += 1;
      }
    };
    const publishing = publishAll();
    await until(async () => ((await broker.queues(['small']))[0]?.ready ?? 0) >= 5, 'the queue to be full');
    expect(confirmed).toBeLessThan(10);
    const { recorder } = await record(broker, { queue: 'small', prefetch: 1 });
    const bodies = new Set<unknown>();
    while (bodies.size < 50) {
      const { body, delivery } = await recorder.next();
      bodies.add(body);
      delivery.ack();
    }
    await within(publishing, 'the confirms');
  });

  it('loses no dead letter to two who replay at the same time', async () => {
    await using place = freshRabbit();
    const [one, two] = [await place.open(), await place.open()];
    const { recorder } = await record(one, { queue: 'replayed' });
    const messages = upTo(20).map((body) => aMessage({ body }));
    for (const message of messages) await one.publish(message);
    for (const { delivery } of await recorder.take(20)) delivery.reject({ reason: 'broken' });
    await deadLettersOf(one, 'replayed', 20);
    const ids = messages.map(({ id }) => id);
    const counts = await Promise.all([one.replay('replayed', ids), two.replay('replayed', ids)]);
    const left = await two.deadLetters('replayed');
    expect((counts[0] ?? 0) + (counts[1] ?? 0) + left.length).toBe(20);
    const again = await recorder.take(20 - left.length);
    for (const { delivery } of again) expect([delivery.count, delivery.attempt]).toEqual([1, 1]);
  });
});

describe('a RabbitMQ that is not there', () => {
  it('is a clear error, without the password', async () => {
    await using place = freshRabbit();
    const opening = place.open({ url: 'amqp://someone:secret@127.0.0.1:1/plant' });
    await expect(opening).rejects.toMatchObject({ code: 'bus.unreachable' });
    const error = await opening.catch((thrown: Error) => thrown);
    expect(String(error)).toContain('amqp://someone:***@127.0.0.1:1/plant');
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
