/**
 * The same load in NestJS microservices, over RabbitMQ and Redis. It asks the broker for confirms of all that a client sends,
 * but awaits them for events only; its server acks nothing unless told so, and `-acked` tells it.
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Controller, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, Ctx, EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import {
  assertEchoes,
  BODY_BYTES,
  body,
  FILLED,
  IN_FLIGHT,
  latency,
  PREFETCH,
  Tally,
  throughput,
  WINDOW,
} from './load.mjs';
import { CLASSIC, declare, fill, purge, QUORUM, queueName, remove, url } from './rabbitmq.mjs';
import { redis } from './redis.mjs';
import { present } from './rounds.mjs';
import { serveUntilLetGo, startServer } from './server.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const version = dependencies['@nestjs/microservices'];
const overRabbit = `nestjs ${version} on amqplib ${dependencies.amqplib}`;
const overRedis = `nestjs ${version} on ioredis ${dependencies.ioredis}`;
const messages = `${BODY_BYTES}-byte JSON`;
Logger.overrideLogger(['error']);
const many = { load: throughput, unit: '1/s', pace: `${IN_FLIGHT} in flight` };
const one = { load: latency, unit: 'ms', pace: 'one at a time' };

if (process.argv[2] === 'serve') await serve(JSON.parse(process.argv[3]));
else {
  await present({
    rpc: () => rpc(many),
    'rpc-acked': () => rpc({ ...many, isAcked: true, isNoDelay: true }),
    'rpc-sequential': () => rpc(one),
    'rpc-acked-sequential': () => rpc({ ...one, isAcked: true, isNoDelay: true }),
    'redis-rpc': () => redisRpc(many),
    'redis-rpc-sequential': () => redisRpc(one),
    publish,
    consume,
  });
}

async function rpc({ load, unit, pace, isAcked = false, isNoDelay = false }) {
  const queue = queueName('nestjs');
  const socketOptions = { connectionOptions: { noDelay: isNoDelay } };
  const shared = { urls: [url], queue, queueOptions: CLASSIC, prefetchCount: PREFETCH, socketOptions };
  const safety = isAcked ? 'acked by the handler' : 'nothing acked';
  const delay = isNoDelay ? 'noDelay' : 'Nagle on as by default';
  return ask({
    server: { transport: Transport.RMQ, options: { ...shared, noAck: !isAcked } },
    client: { transport: Transport.RMQ, options: shared },
    load,
    unit,
    setup: `${overRabbit}, direct reply-to, ${safety}, confirms not awaited, body not validated, prefetch ${PREFETCH}, durable classic queue, transient ${messages}, ${pace}, ${delay}`,
  });
}

async function redisRpc({ load, unit, pace }) {
  const options = { host: redis.hostname, port: Number(redis.port || 6379) };
  const transport = { transport: Transport.REDIS, options };
  const setup = `${overRedis}, publish/subscribe, nothing kept, body not validated, ${messages}, ${pace}`;
  return ask({ server: transport, client: transport, load, unit, setup });
}

async function ask({ server: serverOptions, client: clientOptions, load, unit, setup }) {
  const server = await startServer(fileURLToPath(import.meta.url), 'serve', JSON.stringify(serverOptions));
  const client = ClientProxyFactory.create(clientOptions);
  await client.connect();
  const call = (message) => firstValueFrom(client.send('echo', message));
  await assertEchoes(call);
  return {
    unit,
    setup,
    round: load(call),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function serve({ transport, options }) {
  class Echo {
    echo(data, context) {
      if (options.noAck === false) context.getChannelRef().ack(context.getMessage());
      return data;
    }
  }
  const app = await listen(Echo, { transport, options, pattern: MessagePattern('echo'), method: 'echo' });
  serveUntilLetGo(async () => {
    await app.close();
    if (transport === Transport.RMQ) await remove({ queues: [options.queue] });
  });
}

/** What the decorators of TypeScript would do, done by hand. */
async function listen(controller, { transport, options, pattern, method }) {
  const { prototype } = controller;
  pattern(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
  Payload()(prototype, method, 0);
  Ctx()(prototype, method, 1);
  Controller()(controller);
  class App {}
  Module({ controllers: [controller] })(App);
  const app = await NestFactory.createMicroservice(App, { transport, options, logger: ['error'] });
  await app.listen();
  return app;
}

async function publish() {
  const queue = queueName('nestjs.publish');
  const socketOptions = { connectionOptions: { noDelay: true } };
  const options = { urls: [url], queue, queueOptions: QUORUM, persistent: true, socketOptions };
  const client = ClientProxyFactory.create({ transport: Transport.RMQ, options });
  await client.connect();
  const run = throughput((message) => lastValueFrom(client.emit('reading', message), { defaultValue: 0 }), WINDOW);
  return {
    unit: '1/s',
    setup: `${overRabbit}, emit awaits its confirm, one durable quorum queue, persistent ${messages}, ${WINDOW} in flight, noDelay`,
    round: async (ms) => {
      await purge(queue);
      return run(ms);
    },
    close: async () => {
      await client.close();
      await remove({ queues: [queue] });
    },
  };
}

async function consume() {
  const queue = queueName('nestjs.consume');
  const socketOptions = { connectionOptions: { noDelay: true } };
  const options = { urls: [url], queue, queueOptions: QUORUM, noAck: false, prefetchCount: PREFETCH, socketOptions };
  const content = Buffer.from(JSON.stringify({ pattern: 'reading', data: body }));
  const oneRound = async () => {
    await fill(queue, content);
    const tally = new Tally();
    class Readings {
      take(_data, context) {
        context.getChannelRef().ack(context.getMessage());
        tally.count();
      }
    }
    const pattern = EventPattern('reading');
    const app = await listen(Readings, { transport: Transport.RMQ, options, pattern, method: 'take' });
    const value = await tally.rate;
    await app.close();
    return { value };
  };
  await declare(queue, QUORUM);
  return {
    unit: '1/s',
    setup: `${overRabbit}, ${FILLED} messages from one durable quorum queue, one ack each, prefetch ${PREFETCH}, persistent ${messages}, noDelay`,
    round: oneRound,
    close: () => remove({ queues: [queue] }),
  };
}
