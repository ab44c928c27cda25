/** Queues that exist with other settings are found, replaced by a later version, and lose nothing. */
import { describe, expect, it } from 'vitest';
import { freshRabbit, withoutRabbit } from '../fresh-rabbitmq.ts';

const orders = { queue: 'orders', patterns: ['orders.#'] };
const message = (id: string, urgent = false) => ({
  ...{ id, routingKey: `orders.${id}`, body: '{}', headers: { colour: 'red' }, at: 0 },
  ...(urgent && { urgent }),
});

describe.skipIf(withoutRabbit)('the topology', { timeout: 60_000 }, () => {
  it('is planned without a change, and made', async () => {
    await using place = freshRabbit();
    const { names } = place;
    place.remember([names.queue('orders'), names.urgentQueue('orders'), names.deadQueue('orders')]);
    const { topology } = await place.open();
    const missing = [
      { queue: 'orders', action: 'create', name: names.queue('orders') },
      { queue: 'orders', action: 'create', name: names.urgentQueue('orders') },
    ];
    expect(await topology?.plan([orders])).toEqual(missing);
    expect(await topology?.plan([orders])).toEqual(missing);
    expect(await topology?.apply([orders])).toEqual(missing.map((step) => ({ ...step, moved: 0 })));
    expect((await topology?.plan([orders]))?.map(({ action }) => action)).toEqual(['keep', 'keep']);
  });

  it('replaces a queue with other settings, and moves what waits in it', async () => {
    await using place = freshRabbit();
    const { names } = place;
    const queues = [names.queue('orders'), names.urgentQueue('orders')];
    place.remember([...queues, ...queues.map((name) => `${name}.2`), names.deadQueue('orders')]);
    const old = await place.open({ maxQueueLength: 500 });
    await (await old.subscribe({ ...orders, prefetch: 1, onMessage: () => {} })).close();
    for (const id of ['1', '2', '3']) await old.publish(message(id));
    await old.publish(message('4', true));

    const next = await place.open();
    const subscription = { ...orders, prefetch: 1, onMessage: () => {} };
    await expect(next.subscribe(subscription)).rejects.toMatchObject({ code: 'bus.queue-differs' });
    const why = 'x-max-length is 500, not 100000';
    const plan = queues.map((name) => ({ queue: 'orders', action: 'replace', name: `${name}.2`, why }));
    expect(await next.topology?.plan([orders])).toEqual(plan);
    expect(await next.topology?.apply([orders])).toEqual([
      { ...plan[0], moved: 3 },
      { ...plan[1], moved: 1 },
    ]);
    expect((await next.topology?.apply([orders]))?.map(({ action, moved }) => [action, moved])).toEqual([
      ['keep', 0],
      ['keep', 0],
    ]);
    await next.publish(message('5'));
    const taken: unknown[] = [];
    await next.subscribe({
      ...subscription,
      onMessage: ({ id, routingKey, headers }, delivery) => {
        taken.push([id, routingKey, headers, delivery.attempt]);
        delivery.ack();
      },
    });
    await expect.poll(() => taken.length).toBe(5);
    expect(taken.toSorted()).toEqual(['1', '2', '3', '4', '5'].map((id) => [id, `orders.${id}`, { colour: 'red' }, 1]));
    expect(await next.queues(['orders'])).toMatchObject([{ ready: 0, consumers: 1 }]);
  });

  it('of requests has no dead letters and no urgent queue', async () => {
    await using place = freshRabbit();
    place.remember([place.names.queue('focus.rpc')]);
    const { topology } = await place.open();
    const requests = { queue: 'focus.rpc', kind: 'requests', exchange: 'millrace.rpc', patterns: ['focus'] } as const;
    place.remember([place.names.exchange('millrace.rpc'), place.names.urgentExchange('millrace.rpc')]);
    expect(await topology?.apply([requests])).toEqual([
      { queue: 'focus.rpc', action: 'create', name: place.names.queue('focus.rpc'), moved: 0 },
    ]);
  });
});
