/** The port alone, without services: what the layers above it can reach at most on that broker. */
import type { Broker, Message, Subscription } from '../../src/bus/broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { service } from '../../src/kernel/lifecycle.ts';
import { BODY_BYTES, body, FILLED, PREFETCH, Tally, throughput, WINDOW } from '../peers/bus/load.mjs';
import type { Contestant } from './measurement.ts';

const QUEUE = `bench.${process.pid}`;
const ROUTING_KEY = `bench.${process.pid}.reading`;

/**
 * Publishes that each await their confirm. What piles up is taken by a consumer `meanwhile`, on a broker whose queues are
 * short, or `afterwards`, outside of the measured time. Closing closes the broker.
 */
export async function publishing(broker: Broker, consumed: 'meanwhile' | 'afterwards'): Promise<Contestant> {
  let published = 0;
  const publish = throughput((message) => {
    published += 1;
    return broker.publish(messageOf(published, message));
  }, WINDOW);
  // Declares the queue.
  await (await broker.subscribe(readings(() => {}))).close();
  const consumer = consumed === 'meanwhile' ? await broker.subscribe(readings(() => {})) : undefined;
  const when = consumer === undefined ? '' : ', consumed and acked meanwhile';
  return service(
    {
      setup: `${broker.capabilities.name} through the port, each awaits its confirm${when}, ${BODY_BYTES}-byte JSON, ${WINDOW} in flight`,
      run: async (ms: number) => {
        published = 0;
        const result = await publish(ms);
        if (consumer === undefined) await take(broker, published);
        return result;
      },
    },
    async () => {
      await consumer?.close();
      await broker.close();
    },
  );
}

/** One ack each. Closing closes the broker. */
export async function consuming(broker: Broker): Promise<Contestant> {
  await (await broker.subscribe(readings(() => {}))).close();
  return service(
    {
      setup: `${broker.capabilities.name} through the port, ${FILLED} messages from one queue, one ack each, prefetch ${PREFETCH}, ${BODY_BYTES}-byte JSON`,
      run: async () => {
        await fill(broker);
        const tally = new Tally();
        const consumer = await broker.subscribe(readings(() => tally.count()));
        const value = await tally.rate;
        await consumer.close();
        return { value };
      },
    },
    () => broker.close(),
  );
}

const messageOf = (serial: number, value: typeof body): Message => ({
  id: String(serial),
  routingKey: ROUTING_KEY,
  body: JSON.stringify(value),
  headers: {},
  at: systemClock.now(),
});

const readings = (count: () => void): Subscription => ({
  queue: QUEUE,
  patterns: [ROUTING_KEY],
  prefetch: PREFETCH,
  onMessage: (message, delivery) => {
    JSON.parse(message.body);
    delivery.ack();
    count();
  },
});

/** Fills the empty queue. */
async function fill(broker: Broker): Promise<void> {
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
async function take(broker: Broker, count: number): Promise<void> {
  let left = count;
  let done = () => {};
  const emptied = new Promise<void>((resolve) => {
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
