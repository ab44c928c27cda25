/** The management API of RabbitMQ, from answers that a server 3.10.8 gave. */
import { createServer, type Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { inspectServer } from './management.ts';

const RECORDED: Readonly<Record<string, unknown>> = {
  overview: {
    management_version: '3.10.8',
    rabbitmq_version: '3.10.8',
    product_name: 'RabbitMQ',
    product_version: '3.10.8',
    cluster_name: 'tools@vm',
    node: 'tools@localhost',
  },
  'vhosts/%2F': {
    name: '/',
    messages: 5,
    messages_ready: 5,
    message_stats: {
      publish: 23,
      publish_details: { rate: 3.6 },
      ack: 14,
      ack_details: { rate: 0.0 },
      deliver_get: 18,
      deliver_get_details: { rate: 0.0 },
    },
  },
  'exchanges/%2F': [
    { name: '', type: 'direct', durable: true, vhost: '/' },
    { name: 'amq.topic', type: 'topic', durable: true, vhost: '/' },
    { name: 'millrace.events', type: 'topic', durable: true, vhost: '/' },
  ],
  'bindings/%2F': [
    {
      source: '',
      vhost: '/',
      destination: 'foreign',
      destination_type: 'queue',
      routing_key: 'foreign',
      arguments: {},
      properties_key: 'foreign',
    },
    {
      source: 'millrace.events',
      vhost: '/',
      destination: 'foreign',
      destination_type: 'queue',
      routing_key: 'x.#',
      arguments: {},
      properties_key: 'x.%23',
    },
  ],
  'queues/%2F': [
    {
      name: 'focus.commands',
      type: 'quorum',
      durable: true,
      state: 'running',
      messages: 0,
      messages_ready: 0,
      consumers: 1,
      vhost: '/',
    },
    {
      name: 'foreign',
      type: 'classic',
      durable: true,
      state: 'running',
      messages: 5,
      messages_ready: 5,
      consumers: 0,
      head_message_timestamp: 1795967911,
      message_stats: { publish: 5, publish_details: { rate: 0.0 } },
      vhost: '/',
    },
  ],
  'vhosts/%2F/connections': [
    {
      name: '127.0.0.1:52364 -> 127.0.0.1:5699',
      user: 'guest',
      peer_host: '127.0.0.1',
      peer_port: 52364,
      state: 'running',
      channels: 4,
      client_properties: { connection_name: 'millrace', product: 'amqplib' },
      vhost: '/',
    },
  ],
};

type Place = AsyncDisposable & { readonly url: string; readonly asked: (string | undefined)[] };

async function serve(answers: Readonly<Record<string, unknown>>, status = 200): Promise<Place> {
  const asked: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const answer = answers[(request.url ?? '').replace('/plant/api/', '')];
    response.writeHead(answer === undefined ? 404 : status).end(answer === undefined ? '' : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/plant`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the management API', () => {
  it('says version, queues with the age of the oldest message, exchanges, bindings, connections and rates', async () => {
    await using place = await serve(RECORDED);
    const inspected = await inspectServer({ brokerUrl: 'amqp://mill:s%40cret@127.0.0.1', url: `${place.url}/` });
    expect(inspected).toEqual({
      url: place.url,
      report: {
        product: 'RabbitMQ',
        version: '3.10.8',
        node: 'tools@localhost',
        virtualHost: '/',
        exchanges: [
          { name: 'amq.topic', type: 'topic' },
          { name: 'millrace.events', type: 'topic' },
        ],
        bindings: [{ from: 'millrace.events', to: 'foreign', key: 'x.#' }],
        queues: [
          { name: 'focus.commands', type: 'quorum', messages: 0, consumers: 1, inRate: 0, outRate: 0 },
          {
            name: 'foreign',
            type: 'classic',
            messages: 5,
            consumers: 0,
            oldestAt: 1_795_967_911_000,
            inRate: 0,
            outRate: 0,
          },
        ],
        connections: [
          {
            name: 'millrace',
            user: 'guest',
            peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
            state: 'running',
            channels: 4,
          },
        ],
        rates: { published: 3.6, delivered: expect.any(Number), acked: expect.any(Number) },
      },
    });
    expect(new Set(place.asked)).toEqual(new Set([basic('mill:s@cret')]));
  });

  it('is asked as the one its own address names', async () => {
    await using place = await serve(RECORDED);
    const url = place.url.replace('//', '//watcher:hunter2@');
    const inspected = await inspectServer({ brokerUrl: 'amqp://mill:secret@host', url });
    expect(inspected.url).toBe(place.url);
    expect(new Set(place.asked)).toEqual(new Set([basic('watcher:hunter2')]));
  });

  it.each<[string, [Readonly<Record<string, unknown>>, number], string]>([
    ['refuses the user', [RECORDED, 401], 'it answers 401 Unauthorized'],
    ['is something else', [{ ...RECORDED, overview: { hello: 1 } }, 200], 'it is not the API of RabbitMQ'],
    ['has no such virtual host', [{ overview: RECORDED.overview }, 200], 'it answers 404 Not Found'],
  ])('that %s is absent', async (_, [answers, status], absent) => {
    await using place = await serve(answers, status);
    expect(await inspectServer({ brokerUrl: 'amqp://host', url: place.url })).toEqual({ url: place.url, absent });
  });

  it('that nobody serves is absent, looked for beside the broker', async () => {
    const refuse = (() =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }))) as typeof fetch;
    expect(await inspectServer({ brokerUrl: 'amqp://me:hunter2@staging:5673/plant', fetch: refuse })).toEqual({
      url: 'http://staging:15672',
      absent: 'connect ECONNREFUSED',
    });
  });
});
