/** How the consumers of a queue share its messages, and what an answer does. */
import assert from 'node:assert/strict';
import { systemClock } from '../../kernel/clock.ts';
import { aMessage, assertDrained, type BrokerCase, publishAll, record, signal, upTo, within } from './parts.ts';

export const consumingCases: readonly BrokerCase[] = [
  {
    name: 'shares the messages of a queue among its consumers, each to one of them',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: one } = await record(broker, { queue: 'shared', prefetch: 2 });
      const { recorder: two } = await record(broker, { queue: 'shared', prefetch: 2 });
      await publishAll(broker, upTo(40));
      for (const _ of upTo(10)) {
        for (const { delivery } of [...(await one.take(2)), ...(await two.take(2))]) delivery.ack();
      }
      const all = [...one.bodies, ...two.bodies].map(Number).sort((a, b) => a - b);
      assert.deepEqual(all, upTo(40));
    },
  },
  {
    name: 'lets a consumer hold no more than its prefetch',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: one } = await record(broker, { queue: 'held', prefetch: 3 });
      await publishAll(broker, upTo(20));
      const held = await one.take(3);
      const { recorder: two } = await record(broker, { queue: 'held' });
      await two.take(17);
      assert.equal(one.received.length, 3);
      held[0]?.delivery.ack();
      held[1]?.delivery.reject({ reason: 'no' });
      for (const { delivery } of two.received) delivery.ack();
      await publishAll(broker, upTo(150));
      await Promise.all([one.take(2), two.take(100)]);
      assert.equal(one.received.length, 5, 'each answer makes room for one more');
    },
  },
  {
    name: 'keeps the order of a queue with one consumer',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      if (!broker.capabilities.ordering) return;
      const { recorder } = await record(broker, { queue: 'ordered', prefetch: 10 });
      await Promise.all(upTo(200).map((body) => broker.publish(aMessage({ body }))));
      for (const _ of upTo(200)) (await recorder.next()).delivery.ack();
      assert.deepEqual(recorder.bodies, upTo(200));
    },
  },
  {
    name: 'hands out a requeued message again and counts it',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'retried' });
      await broker.publish(aMessage({ body: 'x' }));
      for (const count of [1, 2, 3]) {
        const { body, delivery } = await recorder.next();
        assert.equal(body, 'x');
        assert.equal(delivery.count, count);
        if (count < 3) delivery.reject({ reason: 'not yet', requeue: true });
        else delivery.ack();
      }
      await subscription.close();
      await assertDrained(broker, 'retried');
    },
  },
  {
    name: 'holds a requeued message back as long as the rejection says',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'later' });
      await broker.publish(aMessage({ body: 'late' }));
      const { delivery } = await recorder.next();
      const start = performance.now();
      delivery.reject({ reason: 'busy', requeue: true, afterMs: 40 });
      await broker.publish(aMessage({ body: 'early' }));
      assert.equal((await recorder.next()).body, 'early');
      const again = await recorder.next();
      assert.equal(again.body, 'late');
      assert.equal(again.delivery.count, 2);
      assert.ok(performance.now() - start >= 39, 'it came too early');
    },
  },
  {
    name: 'takes a throwing handler as a rejection, at once or later',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const counts: number[] = [];
      const done = signal();
      const subscription = await broker.subscribe({
        queue: 'throwing',
        patterns: ['#'],
        prefetch: 1,
        onMessage: (_, delivery) => {
          counts.push(delivery.count);
          if (delivery.count === 1) throw new Error('at once');
          if (delivery.count === 2) return Promise.reject(new Error('later'));
          delivery.ack();
          done.give();
          throw new Error('after the answer, which stands');
        },
      });
      await broker.publish(aMessage());
      await within(done.given, 'the third delivery');
      await subscription.close();
      await assertDrained(broker, 'throwing');
      assert.deepEqual(counts, [1, 2, 3]);
    },
  },
  {
    name: 'takes the first answer only',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'answered', prefetch: 1 });
      await publishAll(broker, ['acked', 'requeued']);
      const acked = await recorder.next();
      acked.delivery.ack();
      acked.delivery.reject({ reason: 'too late' });
      const requeued = await recorder.next();
      requeued.delivery.reject({ reason: 'again', requeue: true });
      const again = await recorder.next();
      requeued.delivery.ack();
      assert.equal(again.body, 'requeued');
      await subscription.close();
      const { recorder: other } = await record(broker, { queue: 'answered' });
      assert.equal((await other.next()).body, 'requeued', 'an old delivery does not ack a new one');
      assert.deepEqual(await broker.deadLetters('answered'), []);
    },
  },
  {
    name: 'returns what a closing consumer holds, and ignores its answers afterwards',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: one, subscription } = await record(broker, { queue: 'handed-over', prefetch: 5 });
      await publishAll(broker, upTo(8));
      const held = await one.take(5);
      held[0]?.delivery.ack();
      await one.next();
      await subscription.close();
      for (const { delivery } of held) delivery.ack();
      const { recorder: two } = await record(broker, { queue: 'handed-over' });
      const rest = await two.take(7);
      assert.deepEqual(rest.map(({ body }) => Number(body)).sort(), [1, 2, 3, 4, 5, 6, 7]);
      const again = rest.filter(({ delivery }) => delivery.count === 2);
      assert.deepEqual(again.map(({ body }) => Number(body)).sort(), [1, 2, 3, 4, 5]);
    },
  },
  {
    name: 'waits for running handlers when a consumer closes, and takes their answers',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const started = signal();
      const goOn = signal();
      const subscription = await broker.subscribe({
        queue: 'draining',
        patterns: ['#'],
        prefetch: 1,
        onMessage: async (_, delivery) => {
          started.give();
          await goOn.given;
          delivery.ack();
        },
      });
      await publishAll(broker, ['running', 'waiting']);
      await within(started.given, 'the handler');
      let closed = false;
      const closing = subscription.close().then(() => {
        closed = true;
      });
      await broker.queues();
      assert.equal(closed, false);
      goOn.give();
      await within(closing, 'closing');
      const { recorder } = await record(broker, { queue: 'draining' });
      assert.equal((await recorder.next()).body, 'waiting');
    },
  },
];
