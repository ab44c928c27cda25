/** A process that consumes until it is killed, and says which messages it has seen: node redis-consumer.mjs <url> <prefix> <lease ms>. */
import { openRedisBroker } from '../../dist/adapters/redis/redis-broker.js';
import { systemClock as clock } from '../../dist/kernel/clock.js';
import { silentLog as log } from '../../dist/kernel/log.js';

const [url, prefix, leaseMs] = process.argv.slice(2);
const broker = await openRedisBroker({ url, prefix, clock, log, leaseMs: Number(leaseMs) });
await broker.subscribe({
  queue: 'killed',
  patterns: ['#'],
  prefetch: 20,
  onMessage: async ({ id }, delivery) => {
    await clock.sleep(1);
    process.stdout.write(`${id}\n`, () => delivery.ack());
  },
});
await broker.subscribe({
  queue: `killed.view.${process.pid}`,
  kind: 'temporary',
  patterns: ['view.#'],
  prefetch: 1,
  onMessage: () => {},
});
process.stdout.write('ready\n');
