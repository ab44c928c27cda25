/**
 * RabbitMQ by its bare driver: the floor under every framework. RPC in two ways: as most programs do it (nothing confirmed,
 * nothing acked), and `-safe`: requests confirmed and mandatory, acked after their answer has been sent.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assertEchoes, BODY_BYTES, FILLED, IN_FLIGHT, latency, PREFETCH, Tally, throughput, WINDOW } from './load.mjs';
import { CLASSIC, connect, fill, purge, QUORUM, queueName, remove } from './rabbitmq.mjs';
import { present } from './rounds.mjs';
import { serveUntilLetGo, startServer } from './server.mjs';

const REPLIES = 'amq.rabbitmq.reply-to';
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const product = `amqplib ${dependencies.amqplib}`;
const messages = `${BODY_BYTES}-byte JSON`;

const pack = (value) => Buffer.from(JSON.stringify(value));
const unpack = ({ content }) => JSON.parse(content.toString());

const LIMITED = {
  durable: true,
  arguments: {
    ...QUORUM.arguments,
    'x-max-length': 100_000,
    'x-overflow': 'reject-publish',
    'x-dead-letter-exchange': 'amq.direct',
    'x-dead-letter-strategy': 'at-least-once',
  },
};

if (process.argv[2] === 'serve') await serve(process.argv[3], process.argv[4] === 'safe');
else {
  await present({
    rpc: () => rpc({ isSafe: false, load: throughput, pace: `${IN_FLIGHT} in flight` }),
    'rpc-safe': () => rpc({ isSafe: true, load: throughput, pace: `${IN_FLIGHT} in flight` }),
    'rpc-sequential': () => rpc({ isSafe: false, load: latency, pace: 'one at a time', unit: 'ms' }),
    'rpc-safe-sequential': () => rpc({ isSafe: true, load: latency, pace: 'one at a time', unit: 'ms' }),
    publish: () => publish({ isSafe: false }),
    'publish-safe': () => publish({ isSafe: true }),
    consume,
  });
}

async function rpc({ isSafe, load, pace, unit = '1/s' }) {
  const queue = queueName('rpc');
  const server = await startServer(fileURLToPath(import.meta.url), 'serve', queue, isSafe ? 'safe' : 'usual');
  const connection = await connect();
  const call = isSafe ? await safeCaller(connection, queue) : await usualCaller(connection, queue);
  await assertEchoes(call);
  const safety = isSafe
    ? 'confirmed mandatory requests acked after the answer'
    : 'nothing confirmed, nothing acked, nothing returned';
  return {
    unit,
    setup: `${product}, direct reply-to, ${safety}, prefetch ${PREFETCH}, durable classic queue, transient ${messages}, ${pace}, noDelay`,
    round: load(call),
    close: async () => {
      await connection.close();
      await server.close();
    },
  };
}

async function usualCaller(connection, queue) {
  const channel = await connection.createChannel();
  const waiting = new Map();
  let serial = 0;
  const onReply = (reply) => {
    const id = reply.properties.correlationId;
    waiting.get(id)?.(unpack(reply));
    waiting.delete(id);
  };
  await channel.consume(REPLIES, onReply, { noAck: true });
  return (request) =>
    new Promise((resolve) => {
      serial += 1;
      const correlationId = String(serial);
      waiting.set(correlationId, resolve);
      channel.sendToQueue(queue, pack(request), { correlationId, replyTo: REPLIES });
    });
}

/** A call fails when the broker refuses the request or finds no queue for it. */
async function safeCaller(connection, queue) {
  const channel = await connection.createConfirmChannel();
  const waiting = new Map();
  let serial = 0;
  const fail = (id, why) => {
    waiting.get(id)?.reject(new Error(why));
    waiting.delete(id);
  };
  const onReply = (reply) => {
    const id = reply.properties.correlationId;
    waiting.get(id)?.resolve(unpack(reply));
    waiting.delete(id);
  };
  channel.on('return', ({ properties }) => fail(properties.correlationId, 'nobody serves'));
  await channel.consume(REPLIES, onReply, { noAck: true });
  return (request) =>
    new Promise((resolve, reject) => {
      serial += 1;
      const correlationId = String(serial);
      waiting.set(correlationId, { resolve, reject });
      const options = { correlationId, replyTo: REPLIES, mandatory: true };
      channel.sendToQueue(queue, pack(request), options, (error) => {
        if (error) fail(correlationId, 'the broker refused the request');
      });
    });
}

async function serve(queue, isSafe) {
  const connection = await connect();
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, CLASSIC);
  await channel.prefetch(PREFETCH);
  const onRequest = (request) => {
    const { replyTo, correlationId } = request.properties;
    channel.sendToQueue(replyTo, pack(unpack(request)), { correlationId });
    if (isSafe) channel.ack(request);
  };
  await channel.consume(queue, onRequest, { noAck: !isSafe });
  serveUntilLetGo(async () => {
    await connection.close();
    await remove({ queues: [queue] });
  });
}

/** Safe: as Millrace publishes, by a topic to a queue with a limit and dead letters, with an id and the time in milliseconds. */
async function publish({ isSafe }) {
  const queue = queueName('publish');
  const connection = await connect();
  const channel = await connection.createConfirmChannel();
  const exchange = isSafe ? queueName('topics') : '';
  await channel.assertQueue(queue, isSafe ? LIMITED : QUORUM);
  if (isSafe) {
    await channel.assertExchange(exchange, 'topic', { durable: true });
    await channel.bindQueue(queue, exchange, queue);
  }
  const usual = { persistent: true, mandatory: true, contentType: 'application/json' };
  let serial = 0;
  const options = () => {
    if (!isSafe) return usual;
    const at = Date.now();
    serial += 1;
    return { ...usual, messageId: String(serial), timestamp: Math.floor(at / 1_000), headers: { timestamp_in_ms: at } };
  };
  const send = (message) =>
    new Promise((resolve, reject) => {
      channel.publish(exchange, queue, pack(message), options(), (error) => (error ? reject(error) : resolve()));
    });
  const run = throughput(send, WINDOW);
  return {
    unit: '1/s',
    setup: `${product}, each awaits its confirm, mandatory, one durable quorum queue${isSafe ? ' with a limit and dead letters, by a topic, with id and time' : ''}, persistent ${messages}, ${WINDOW} in flight, noDelay`,
    round: async (ms) => {
      await purge(queue);
      return run(ms);
    },
    close: async () => {
      await channel.deleteQueue(queue);
      if (isSafe) await channel.deleteExchange(exchange);
      await connection.close();
    },
  };
}

async function consume() {
  const queue = queueName('consume');
  const connection = await connect();
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, QUORUM);
  await channel.prefetch(PREFETCH);
  return {
    unit: '1/s',
    setup: `${product}, ${FILLED} messages from one durable quorum queue, one ack each, prefetch ${PREFETCH}, persistent ${messages}, noDelay`,
    round: async () => {
      await fill(queue);
      const tally = new Tally();
      const onMessage = (message) => {
        unpack(message);
        channel.ack(message);
        tally.count();
      };
      const { consumerTag } = await channel.consume(queue, onMessage);
      const value = await tally.rate;
      await channel.cancel(consumerTag);
      return { value };
    },
    close: async () => {
      await connection.close();
      await remove({ queues: [queue] });
    },
  };
}
