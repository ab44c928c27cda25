/** Queues whose arguments have changed: planned, moved to their next version, and found there. */
import { describe, expect, it } from 'vitest';
import { applyPlan, planQueues } from '../../src/adapters/rabbitmq/queue-migration.ts';
import type { WantedQueue } from '../../src/adapters/rabbitmq/topology.ts';
import { aMessage, record, upTo } from '../../src/testing/broker-conformance/parts.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';

describe.skipIf(withoutRabbit)('the queues of a RabbitMQ', () => {
  it('move to other arguments with all their messages', async () => {
    await using place = freshRabbit();
    const { prefix, names } = place;
    const target = { url: rabbitUrl, prefix };
    const wanted: WantedQueue[] = [{ queue: 'orders', kind: 'work', patterns: ['#'], maxLength: 50 }];
    expect((await planQueues(target, wanted)).map(({ state }) => state)).toEqual(['missing', 'missing']);

    const old = await place.open({ maxQueueLength: 40 });
    const { recorder, subscription } = await record(old, { queue: 'orders', prefetch: 1 });
    for (const body of upTo(10)) await old.publish(aMessage({ body, urgent: body === 9, headers: { kept: 'yes' } }));
    (await recorder.next()).delivery.giveBack();
    await subscription.close();
    place.remember([`${names.queue('orders')}.2`, `${names.urgentQueue('orders')}.2`]);
    expect(await planQueues(target, wanted)).toEqual([
      { queue: names.queue('orders'), state: 'differs', argument: 'x-max-length', found: '40', wanted: '50' },
      { queue: names.urgentQueue('orders'), state: 'differs', argument: 'x-max-length', found: '40', wanted: '50' },
    ]);

    const changes = await applyPlan(target, wanted);
    expect(changes.map(({ became, moved, isDeleted }) => [became, moved, isDeleted])).toEqual([
      [`${names.queue('orders')}.2`, 9, true],
      [`${names.urgentQueue('orders')}.2`, 1, true],
    ]);
    const again = await place.open({ maxQueueLength: 50 });
    const { recorder: next } = await record(again, { queue: 'orders', prefetch: 20 });
    const received = await next.take(10);
    expect(received.map(({ body }) => Number(body)).sort()).toEqual(upTo(10));
    for (const { message, delivery } of received) {
      expect([message.routingKey, message.exchange, message.headers]).toEqual([
        'plant.line-1.alarm',
        undefined,
        { kept: 'yes' },
      ]);
      delivery.reject({ reason: 'again', requeue: delivery.attempt === 1 });
    }
    for (const { delivery } of await next.take(10)) delivery.ack();
    await again.publish(aMessage({ body: 'new' }));
    expect((await next.next()).body).toBe('new');
    expect((await again.queues(['orders']))[0]?.dead).toBe(0);
  });
});
