/** What the broker offers for queues that exist with other settings, by the names and kinds of subscriptions. */
import { expect, it } from 'vitest';
import { freshRabbit, withoutRabbit } from '../fresh-rabbitmq.ts';

const orders = { queue: 'orders', patterns: ['orders.#'] };
const requests = { queue: 'focus.rpc', kind: 'requests', exchange: 'millrace.rpc', patterns: ['focus'] } as const;

it.skipIf(withoutRabbit)('a RabbitMQ plans and changes queues of subscriptions', { timeout: 60_000 }, async () => {
  await using place = freshRabbit();
  const { names } = place;
  const [name, urgent, rpc] = [names.queue('orders'), names.urgentQueue('orders'), names.queue('focus.rpc')];
  place.remember([`${name}.2`, `${urgent}.2`]);
  const old = await place.open({ maxQueueLength: 500 });
  expect(await old.topology?.plan([orders, requests])).toEqual([
    { queue: 'orders', name, state: 'missing' },
    { queue: 'orders', name: urgent, state: 'missing' },
    { queue: 'focus.rpc', name: rpc, state: 'missing' },
  ]);
  await (await old.subscribe({ ...orders, prefetch: 1, onMessage: () => {} })).close();
  await old.publish({ id: '1', routingKey: 'orders.1', body: '{}', headers: {}, at: 0 });

  const { topology } = await place.open({ maxQueueLength: 600 });
  const differs = { state: 'differs', setting: 'x-max-length', existing: '500', wanted: '600' };
  expect(await topology?.plan([orders])).toEqual([
    { queue: 'orders', name, ...differs },
    { queue: 'orders', name: urgent, ...differs },
  ]);
  expect(await topology?.apply([orders])).toEqual([
    { name, became: `${name}.2`, moved: 1, isDeleted: true },
    { name: urgent, became: `${urgent}.2`, moved: 0, isDeleted: true },
  ]);
  expect((await topology?.plan([orders]))?.map(({ state }) => state)).toEqual(['same', 'same']);
  expect(await topology?.apply([orders])).toEqual([]);
});
