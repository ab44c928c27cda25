import { expect, it } from 'vitest';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Message } from '../broker.ts';
import { startApp } from './app.ts';
import { client } from './client.ts';
import { defineService } from './define-service.ts';
import { command } from './rpc.ts';

it('fills a result topic with the parameters of its route, whatever types it repeats', async () => {
  await using broker = openMemoryBroker({ clock: systemClock, log: silentLog });
  const models = defineService('models', {
    train: command('train/{model:int}', { to: 'models.{model}.trained' }, (m) => m.params.model),
    rename: command('rename/{name}', { to: 'models.{name:int}.renamed' }, (m) => m.params.name),
  });
  await using app = await startApp({ broker, services: [models] });
  const told: Pick<Message, 'routingKey' | 'body'>[] = [];
  await broker.subscribe({
    queue: 'told',
    kind: 'temporary',
    patterns: ['models.#'],
    prefetch: 10,
    onMessage: ({ routingKey, body }, delivery) => {
      told.push({ routingKey, body });
      delivery.ack();
    },
  });
  await client(app, models).train({ params: { model: 17 } });
  await client(app, models).rename({ params: { name: 'no number' } });
  await expect
    .poll(() => told)
    .toEqual([
      { routingKey: 'models.17.trained', body: '17' },
      { routingKey: 'models.no number.renamed', body: '"no number"' },
    ]);
});
