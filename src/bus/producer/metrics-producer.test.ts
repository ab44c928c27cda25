import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { within } from '../../testing/broker-conformance/parts.ts';
import { parseLines } from '../../testing/line-parser.ts';
import { openTelegraf } from '../../testing/telegraf.ts';
import type { Message } from '../broker.ts';
import { metric } from './metric.ts';
import { METRICS_EXPIRE_MS, type MetricsProducerOptions, openMetricsProducer } from './metrics-producer.ts';

const AT = Date.UTC(2026, 0, 1);

function plant(options: MetricsProducerOptions = {}) {
  const clock = new VirtualClock(AT);
  const broker = openMemoryBroker({ clock, log: silentLog });
  let messages = 0;
  const producer = openMetricsProducer(broker, { clock, newMessageId: () => `metrics-${++messages}`, ...options });
  return {
    clock,
    broker,
    producer,
    /** What comes to the exchange, acked at once. */
    listen: async (exchange = 'telegraf'): Promise<Message[]> => {
      const received: Message[] = [];
      await broker.subscribe({
        queue: `all of ${exchange}`,
        exchange,
        patterns: ['#'],
        prefetch: 1_000,
        onMessage: (message, delivery) => {
          received.push(message);
          delivery.ack();
        },
      });
      return received;
    },
    async [Symbol.asyncDispose]() {
      await producer.close();
      await broker.close();
    },
  };
}

/** Lets the broker deliver what it has confirmed. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the metrics producer', () => {
  it('is read by Telegraf, letter by letter', async () => {
    await using parts = plant();
    const telegraf = await openTelegraf(parts.broker);
    const tested = metric('bit-test')
      .addTag('component', 'focus_server')
      .addTag('אתר', 'חיפה, צפון')
      .addValue('passed', 1);
    expect(await parts.producer.publish(tested.addValue('note', 'אמר "כן"\nו\\לא'))).toEqual({
      lines: 1,
      messages: 1,
      routed: true,
    });
    await within(telegraf.has(1), 'the point');
    expect(telegraf.points).toMatchObject([
      {
        measurement: 'bit-test',
        tags: { component: 'focus_server', אתר: 'חיפה, צפון' },
        fields: { passed: { type: 'float', value: 1 }, note: { type: 'string', value: 'אמר "כן" ו\\לא' } },
        nanoseconds: `${AT}000000`,
      },
    ]);
    expect(telegraf.dropped).toEqual([]);
  });

  it('says in each message what it is, where it belongs and how long it is wanted', async () => {
    await using parts = plant();
    const received = await parts.listen();
    await parts.producer.publish([metric('line 1.*#').addValue('v', 1).at(0), metric('oven').addValue('v', 1).at(0)]);
    await turn();
    expect(received).toEqual([
      {
        id: 'metrics-1',
        exchange: 'telegraf',
        routingKey: 'line_1.__',
        body: 'line\\ 1.*# v=1 0',
        contentType: 'text/plain; charset=utf-8',
        headers: {},
        at: AT,
        expiresInMs: METRICS_EXPIRE_MS,
      },
      expect.objectContaining({ id: 'metrics-2', routingKey: 'oven', body: 'oven v=1 0' }),
    ]);
  });

  it('publishes to the exchange and with the expiry that it was told', async () => {
    await using parts = plant({ exchange: 'metrics', expiresInMs: 60_000 });
    const received = await parts.listen('metrics');
    await parts.producer.publish(metric('m').addValue('v', 1));
    await turn();
    expect(received).toMatchObject([{ exchange: 'metrics', expiresInMs: 60_000 }]);
  });

  it('sends many metrics in batches, none lost and none twice', async () => {
    await using parts = plant();
    const telegraf = await openTelegraf(parts.broker);
    const metrics = Array.from({ length: 450 }, (_, n) => metric('m').addInteger('n', n));
    expect(await parts.producer.publish(metrics)).toEqual({ lines: 450, messages: 3, routed: true });
    await within(telegraf.has(450), 'the points');
    expect(telegraf.points.map(({ fields }) => Number(fields.n?.value))).toEqual(metrics.map((_, n) => n));
    expect(await parts.producer.publish([])).toEqual({ lines: 0, messages: 0, routed: true });
  });

  it('gives metrics without a time the time of publishing, and never the same one twice', async () => {
    await using parts = plant();
    const received = await parts.listen();
    const said = () => metric('m').addValue('v', 1);
    await parts.producer.publish([said(), said()]);
    await parts.producer.publish(said());
    await parts.clock.advance(1);
    await parts.producer.publish(said());
    await turn();
    const times = received.flatMap(({ body }) => parseLines(body)).map(({ nanoseconds }) => nanoseconds);
    expect(times).toEqual([`${AT}000000`, `${AT}000001`, `${AT}000002`, `${AT + 1}000000`]);
  });

  it('publishes nothing of a call with a wrong metric in it', async () => {
    await using parts = plant();
    const received = await parts.listen();
    const calls = [
      parts.producer.publish([metric('a').addValue('v', 1), metric('b')]),
      parts.producer.publish([metric('a').addValue('v', 1), metric('a').addInteger('v', 1)]),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'bus.invalid-metric' });
    await turn();
    expect(received).toEqual([]);
    await parts.producer.publish(metric('a').addInteger('v', 1));
  });

  it('sends what a metric says when it is published, whatever is added to it afterwards', async () => {
    await using parts = plant();
    const received = await parts.listen();
    const reused = metric('m').addValue('v', 1).at(0);
    const publishing = parts.producer.publish(reused);
    reused.addValue('v', 2);
    await publishing;
    await turn();
    expect(received).toMatchObject([{ body: 'm v=1 0' }]);
  });

  it('tells when no queue has ever been bound for Telegraf', async () => {
    await using parts = plant();
    expect(await parts.producer.publish(metric('m').addValue('v', 1))).toMatchObject({ routed: false });
  });

  it('spares a Telegraf that was away what nobody wants any more', async () => {
    await using parts = plant({ expiresInMs: 1_000 });
    await (await openTelegraf(parts.broker)).close();
    await parts.producer.publish(metric('old').addValue('v', 1));
    await parts.clock.advance(1_001);
    await parts.producer.publish(metric('new').addValue('v', 1));
    const telegraf = await openTelegraf(parts.broker);
    await within(telegraf.has(1), 'the point');
    expect(telegraf.points).toMatchObject([{ measurement: 'new' }]);
    expect(await parts.broker.queues(['telegraf'])).toMatchObject([{ ready: 0, unacked: 0, dead: 0 }]);
  });

  it('is drained of what Telegraf cannot read and of what its output refuses, as the real one does', async () => {
    await using parts = plant();
    const telegraf = await openTelegraf(parts.broker, async ([point]) => {
      if (point?.measurement === 'refused') throw new Error('no room');
    });
    const foreign = { id: 'foreign', exchange: 'telegraf', routingKey: 'x', headers: {}, at: 0 };
    await parts.broker.publish({ ...foreign, body: 'no line protocol', contentType: 'text/plain' });
    await parts.producer.publish([metric('refused').addValue('v', 1), metric('kept').addValue('v', 1)]);
    await within(telegraf.has(1), 'the point');
    expect(telegraf.dropped).toEqual(['no line protocol']);
    expect(telegraf.refused).toEqual([`refused v=1 ${AT}000000`]);
    expect(await parts.broker.queues(['telegraf'])).toMatchObject([{ ready: 0, unacked: 0, dead: 0 }]);
  });

  it('ends a call whose signal aborts while the broker has no room', async () => {
    const broker = openMemoryBroker({ clock: new VirtualClock(0), log: silentLog, maxQueueLength: 1 });
    await (await openTelegraf(broker)).close();
    await using producer = openMetricsProducer(broker);
    await producer.publish(metric('m').addValue('v', 1));
    const stop = new AbortController();
    const waiting = producer.publish(metric('m').addValue('v', 1), { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await broker.close();
  });

  it('publishes nothing after it was closed', async () => {
    await using parts = plant();
    await parts.producer.close();
    await parts.producer.close();
    await expect(parts.producer.publish(metric('m').addValue('v', 1))).rejects.toMatchObject({ code: 'bus.closed' });
  });
});
