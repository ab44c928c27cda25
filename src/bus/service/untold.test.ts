import { expect, it } from 'vitest';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { startApp } from './app.ts';
import { client } from './client.ts';
import { defineService } from './define-service.ts';
import { command } from './rpc.ts';

it('carries a message out again whose end could not be told, instead of holding it for ever', async () => {
  const clock = new VirtualClock(0);
  // The topic of the results has one place, it is taken, and nobody may wait for it.
  await using broker = openMemoryBroker({ clock, log: silentLog, maxQueueLength: 1, maxWaitingPublishers: 0 });
  const told: string[] = [];
  const results = { queue: 'results', patterns: ['press.#'], prefetch: 1 };
  const listening = await broker.subscribe({ ...results, onMessage: () => {} });
  await listening.close();
  let runs = 0;
  const press = defineService('press', {
    start: command('start', { to: 'press.started', retry: { attempts: 1 } }, () => ++runs),
  });
  await using app = await startApp({ broker, clock, services: [press] });
  await app.emit('press.taken', { body: null });
  await client(app, press).start();
  await expect.poll(() => runs).toBe(1);
  await expect.poll(() => app.load().map(({ running }) => running)).toEqual([0]);

  await broker.subscribe({
    ...results,
    onMessage: ({ routingKey, body }, delivery) => {
      told.push(`${routingKey} ${body}`);
      delivery.ack();
    },
  });
  await expect.poll(() => told).toEqual(['press.taken null']);
  await clock.advance(10_000);
  await expect.poll(() => told.length).toBe(2);
  expect(runs).toBeGreaterThan(1);
  expect(told[1]).toBe(`press.started ${runs}`);
});
