/** The RabbitMQ that the peers share, and what is done to its queues outside of the measured time. */
import amqplib from 'amqplib';
import { body, FILLED } from './load.mjs';

export const url = process.env.TEST_RABBITMQ_URL ?? 'amqp://guest:guest@localhost:5672';
/** One of a kind for each case under way: several may run at the same time. */
export const queueName = (what) => `bench.${what}.${process.pid}`;

export const CLASSIC = { durable: true, arguments: { 'x-queue-type': 'classic' } };
export const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

export const connect = () => amqplib.connect(url, { noDelay: true });

export async function declare(queue, options) {
  await onChannel((channel) => channel.assertQueue(queue, options));
}

export async function purge(queue) {
  await onChannel((channel) => channel.purgeQueue(queue));
}

/** Fills the empty queue with persistent messages. */
export async function fill(queue, content = Buffer.from(JSON.stringify(body))) {
  await onChannel(async (channel) => {
    for (let count = 0; count < FILLED; count += 1) {
      channel.sendToQueue(queue, content, { persistent: true, contentType: 'application/json' });
      if (count % 1_000 === 999) await channel.waitForConfirms();
    }
  });
}

/** Takes queues and exchanges away; those that do not exist are none the less gone. */
export async function remove({ queues = [], exchanges = [] }) {
  await onChannel(async (channel) => {
    for (const queue of queues) await channel.deleteQueue(queue);
    for (const exchange of exchanges) await channel.deleteExchange(exchange);
  });
}

async function onChannel(use) {
  const connection = await connect();
  try {
    await use(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}
