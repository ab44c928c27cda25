/** The same load in Millrace, as it is built: a service and its typed client, with their safe defaults. */

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openMemoryBroker } from '../../../dist/adapters/memory/memory-broker.js';
import { client, defineService, openBroker, rpc, startApp } from '../../../dist/index.js';
import { systemClock } from '../../../dist/kernel/clock.js';
import { silentLog } from '../../../dist/kernel/log.js';
import {
  assertEchoes,
  BATCH,
  BODY_BYTES,
  batches,
  body,
  FILLED,
  IN_FLIGHT,
  latency,
  oneByOne,
  PREFETCH,
  Tally,
  throughput,
  WINDOW,
} from './load.mjs';
import { url as rabbitUrl, remove } from './rabbitmq.mjs';
import { redisUrl } from './redis.mjs';
import { present } from './rounds.mjs';
import { serveUntilLetGo, startServer } from './server.mjs';

const messages = `${BODY_BYTES}-byte JSON`;
const many = { load: throughput, unit: '1/s', pace: `${IN_FLIGHT} in flight` };
const one = { load: latency, unit: 'ms', pace: 'one at a time' };
const safely = 'confirmed and mandatory, acked after the answer, validated, with deadline';
const Echo = z.object({ device: z.string(), at: z.number(), value: z.number(), note: z.string() });
const bench = defineService(
  'bench',
  { echo: rpc('echo', { body: Echo }, (m) => m.body) },
  { concurrency: PREFETCH / 2 },
);

const urls = { memory: 'memory', rabbitmq: rabbitUrl, redis: redisUrl };
/** In memory with room for everything that is filled in before it is consumed. */
const open = (name, prefix) =>
  name === 'memory'
    ? openMemoryBroker({ clock: systemClock, log: silentLog, maxQueueLength: FILLED })
    : openBroker(urls[name], { prefix });
const prefix = process.argv[3] ?? `bench-${process.pid}.`;

/** Caller and server are processes of their own. */
async function between(name, { load, unit, pace }) {
  const server = await startServer(fileURLToPath(import.meta.url), 'serve', prefix, name);
  const broker = await open(name, prefix);
  const app = await startApp({ broker });
  const { echo } = client(app, 'bench');
  const call = (message) => echo({ body: message });
  await assertEchoes(call);
  return {
    unit,
    setup: `millrace over ${name}, ${safely}, prefetch ${PREFETCH}, ${messages}, ${pace}`,
    round: load(call),
    close: async () => {
      await app.close();
      await broker.close();
      await server.close();
    },
  };
}

async function serve(name) {
  const broker = await open(name, prefix);
  const app = await startApp({ broker, services: [bench] });
  serveUntilLetGo(async () => {
    await app.close();
    await broker.close();
    if (name === 'rabbitmq') await remove(leftovers(['bench.rpc']));
  });
}

async function inMemory(options, { load, unit, pace }, how) {
  const broker = await open('memory');
  const app = await startApp({ broker, services: [bench], ...options });
  const { echo } = client(app, 'bench');
  const call = (message) => echo({ body: message });
  await assertEchoes(call);
  return {
    unit,
    setup: `millrace in one process, ${how}, ${messages}, ${pace}`,
    round: load(call),
    close: async () => {
      await app.close();
      await broker.close();
    },
  };
}

async function publishing(name) {
  const broker = await open(name, prefix);
  await (await broker.subscribe(readings(() => {}))).close();
  let published = 0;
  const publish = throughput((value) => {
    published += 1;
    return broker.publish(messageOf(published, value));
  }, WINDOW);
  return {
    unit: '1/s',
    setup: `millrace over ${name}, each awaits its confirm, persistent, mandatory, durable replicated queue, ${messages}, ${WINDOW} in flight`,
    round: async (ms) => {
      published = 0;
      const result = await publish(ms);
      await take(broker, published);
      return result;
    },
    close: () => closing(broker, name),
  };
}

async function consuming(name) {
  const broker = await open(name, prefix);
  await (await broker.subscribe(readings(() => {}))).close();
  return {
    unit: '1/s',
    setup: `millrace over ${name}, ${FILLED} messages from one queue, one ack each, prefetch ${PREFETCH}, ${messages}`,
    round: async () => {
      await fill(broker);
      const tally = new Tally();
      const consumer = await broker.subscribe(readings(() => tally.count()));
      const value = await tally.rate;
      await consumer.close();
      return { value };
    },
    close: () => closing(broker, name),
  };
}

const ROUTING_KEY = 'bench.reading';
const QUEUE = 'bench.readings';

const messageOf = (serial, value) => ({
  id: String(serial),
  routingKey: ROUTING_KEY,
  body: JSON.stringify(value),
  headers: {},
  at: systemClock.now(),
});

const readings = (count) => ({
  queue: QUEUE,
  patterns: [ROUTING_KEY],
  prefetch: PREFETCH,
  onMessage: (message, delivery) => {
    JSON.parse(message.body);
    delivery.ack();
    count();
  },
});

async function fill(broker) {
  let filled = 0;
  const publisher = async () => {
    while (filled < FILLED) {
      filled += 1;
      await broker.publish(messageOf(filled, body));
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, publisher));
}

/** Empties the queue of so many. */
async function take(broker, count) {
  let left = count;
  let done = () => {};
  const emptied = new Promise((resolve) => {
    done = resolve;
  });
  const consumer = await broker.subscribe(
    readings(() => {
      left -= 1;
      if (left === 0) done();
    }),
  );
  await emptied;
  await consumer.close();
}

async function closing(broker, name) {
  await broker.close();
  if (name === 'rabbitmq') await remove(leftovers([QUEUE]));
}

/** What the broker leaves on the server. */
function leftovers(queues) {
  const exchanges = [
    'millrace.rpc',
    'millrace.commands',
    'millrace.events',
    'millrace.control',
    'millrace.dead',
    'millrace.return',
    'millrace.unrouted',
  ];
  return {
    queues: queues.flatMap((queue) => [queue, `${queue}.dead`, `${queue}.urgent`]).map((queue) => `${prefix}${queue}`),
    exchanges: exchanges.map((exchange) => `${prefix}${exchange}`),
  };
}

if (process.argv[2] === 'serve') await serve(process.argv[4]);
else {
  await present({
    'rpc.rabbitmq': () => between('rabbitmq', many),
    'rpc.rabbitmq.p50': () => between('rabbitmq', one),
    'rpc.redis': () => between('redis', many),
    'rpc.redis.p50': () => between('redis', one),
    'rpc.memory': () => inMemory({}, many, `bodies through JSON, ${safely}`),
    'rpc.memory.direct': () =>
      inMemory(
        { local: 'direct' },
        { ...many, load: batches, pace: `batches of ${BATCH} awaited together` },
        'in place, validated, not copied',
      ),
    'rpc.memory.direct.sequential': () =>
      inMemory(
        { local: 'direct' },
        { ...many, load: oneByOne, pace: 'one at a time' },
        'in place, validated, not copied',
      ),
    'publish.rabbitmq': () => publishing('rabbitmq'),
    'consume.rabbitmq': () => consuming('rabbitmq'),
    'consume.memory': () => consuming('memory'),
  });
}
