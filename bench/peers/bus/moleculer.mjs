/**
 * The same load in Moleculer: over RabbitMQ, over Redis, between two nodes of one process by its in-memory transporter, and
 * as a local call. Its actions always check their parameters. It confirms nothing; a request is acked after its answer.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServiceBroker } from 'moleculer';
import {
  assertEchoes,
  BATCH,
  BODY_BYTES,
  batches,
  IN_FLIGHT,
  latency,
  oneByOne,
  PREFETCH,
  throughput,
} from './load.mjs';
import { remove, url } from './rabbitmq.mjs';
import { redisUrl } from './redis.mjs';
import { present } from './rounds.mjs';
import { serveUntilLetGo, startServer } from './server.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const product = `moleculer ${dependencies.moleculer}`;
const messages = `${BODY_BYTES}-byte JSON`;
const many = { load: throughput, unit: '1/s', pace: `${IN_FLIGHT} in flight` };
const one = { load: latency, unit: 'ms', pace: 'one at a time' };

const CALLER = 'caller';
const SERVER = 'server';
/** Moleculer would end the process on a signal before its queues are taken away. */
const quiet = { logger: false, skipProcessEventRegistration: true };
const service = {
  name: 'bench',
  actions: {
    echo: {
      params: { device: 'string', at: 'number', value: 'number', note: 'string' },
      handler: ({ params }) => params,
    },
  },
};

if (process.argv[2] === 'serve') await serve(process.argv[3], JSON.parse(process.argv[4]));
else {
  await present({
    rpc: () => overAmqp(many, {}),
    'rpc-nodelay': () => overAmqp(many, { noDelay: true }),
    'rpc-sequential': () => overAmqp(one, {}),
    'rpc-nodelay-sequential': () => overAmqp(one, { noDelay: true }),
    'redis-rpc': () => overRedis(many),
    'redis-rpc-sequential': () => overRedis(one),
    memory: () => inMemory(many),
    local: () => local(batches, `batches of ${BATCH} awaited together`),
    'local-sequential': () => local(oneByOne, 'one at a time'),
  });
}

async function overAmqp({ load, unit, pace }, socketOptions) {
  const namespace = `bench-${process.pid}`;
  const transporter = { type: 'AMQP', options: { url, prefetch: PREFETCH, socketOptions } };
  const delay = socketOptions.noDelay ? 'noDelay' : 'Nagle on as by default';
  return ask({
    namespace,
    transporter,
    load,
    unit,
    setup: `${product} on amqplib ${dependencies.amqplib}, own reply queue, nothing confirmed, acked after the answer, body validated, prefetch ${PREFETCH}, durable classic queue, transient ${messages}, ${pace}, ${delay}`,
  });
}

function overRedis({ load, unit, pace }) {
  return ask({
    namespace: `bench-${process.pid}`,
    transporter: redisUrl,
    load,
    unit,
    setup: `${product} on ioredis ${dependencies.ioredis}, publish/subscribe, nothing kept, body validated, ${messages}, ${pace}`,
  });
}

async function ask({ namespace, transporter, load, unit, setup }) {
  const here = fileURLToPath(import.meta.url);
  const server = await startServer(here, 'serve', namespace, JSON.stringify(transporter));
  const broker = new ServiceBroker({ namespace, nodeID: CALLER, transporter, ...quiet });
  await broker.start();
  await broker.waitForServices('bench');
  const call = (message) => broker.call('bench.echo', message);
  await assertEchoes(call);
  return {
    unit,
    setup,
    round: load(call),
    close: async () => {
      await broker.stop();
      await server.close();
    },
  };
}

async function serve(namespace, transporter) {
  const broker = new ServiceBroker({ namespace, nodeID: SERVER, transporter, ...quiet });
  broker.createService(service);
  await broker.start();
  serveUntilLetGo(async () => {
    await broker.stop();
    if (transporter.type === 'AMQP') await remove(leftovers(`MOL-${namespace}`));
  });
}

async function inMemory({ load, unit, pace }) {
  const options = { namespace: 'bench', transporter: 'Fake', ...quiet };
  const server = new ServiceBroker({ ...options, nodeID: SERVER });
  server.createService(service);
  const caller = new ServiceBroker({ ...options, nodeID: CALLER });
  await Promise.all([server.start(), caller.start()]);
  await caller.waitForServices('bench');
  const call = (message) => caller.call('bench.echo', message);
  await assertEchoes(call);
  return {
    unit,
    setup: `${product}, two nodes in one process by the Fake transporter, bodies through JSON and validated, ${messages}, ${pace}`,
    round: load(call),
    close: async () => {
      await caller.stop();
      await server.stop();
    },
  };
}

async function local(load, pace) {
  const broker = new ServiceBroker(quiet);
  broker.createService(service);
  await broker.start();
  const call = (message) => broker.call('bench.echo', message);
  await assertEchoes(call);
  await assertValidates(call);
  return {
    unit: '1/s',
    setup: `${product}, local action, the body handed on as it is and validated, ${messages}, ${pace}`,
    round: load(call),
    close: () => broker.stop(),
  };
}

async function assertValidates(call) {
  const refusal = await call({ device: 1 }).catch((error) => error);
  if (refusal.type !== 'VALIDATION_ERROR') throw new Error('a wrong body should have been refused');
}

/** Moleculer leaves its queues and exchanges to the broker. */
function leftovers(prefix) {
  const toAll = ['DISCOVER', 'INFO', 'DISCONNECT', 'HEARTBEAT', 'PING'];
  const kinds = ['EVENT', 'REQ', 'RES', 'PONG', ...toAll];
  const nodes = [CALLER, SERVER];
  return {
    queues: nodes.flatMap((node) => kinds.map((kind) => `${prefix}.${kind}.${node}`)),
    exchanges: toAll.map((kind) => `${prefix}.${kind}`),
  };
}
