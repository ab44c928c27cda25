/** How long a message waits, and what goes before what. */
import assert from 'node:assert/strict';
import { systemClock } from '../../kernel/clock.ts';
import { aMessage, assertDrained, type BrokerCase, deadLettersOf, declare, publishAll, record, upTo } from './parts.ts';

export const waitingCases: readonly BrokerCase[] = [
  {
    name: 'hands out an urgent message before those that wait',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      if (!broker.capabilities.priority) return;
      await declare(broker, { queue: 'mixed' });
      await publishAll(broker, upTo(10));
      await broker.publish(aMessage({ body: 'urgent', urgent: true }));
      const { recorder } = await record(broker, { queue: 'mixed', prefetch: 1 });
      const seen: unknown[] = [];
      for (const _ of upTo(11)) {
        const { body, delivery } = await recorder.next();
        seen.push(body);
        delivery.ack();
      }
      assert.ok(seen.indexOf('urgent') <= 1, `it came as number ${seen.indexOf('urgent')}`);
      assert.deepEqual(
        seen.filter((body) => body !== 'urgent'),
        upTo(10),
      );
    },
  },
  {
    name: 'gives up a message that expired in a work queue, and forgets one that expired in any other',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await declare(broker, { queue: 'work' });
      await declare(broker, { queue: 'requests', kind: 'requests' });
      await broker.publish(aMessage({ body: 'late', expiresInMs: 1 }));
      await broker.publish(aMessage({ body: 'in time', expiresInMs: 600_000 }));
      await systemClock.sleep(5);
      const { recorder: work } = await record(broker, { queue: 'work' });
      const { recorder: requests } = await record(broker, { queue: 'requests', kind: 'requests' });
      assert.equal((await work.next()).body, 'in time');
      assert.equal((await requests.next()).body, 'in time');
      const [letter] = await deadLettersOf(broker, 'work', 1);
      assert.equal(letter?.message.body, '"late"');
      assert.match(letter?.reason ?? '', /expired/);
    },
  },
  {
    name: 'counts a rejection with requeue as an attempt, and what was given back or returned as none',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'counted', prefetch: 1 });
      await broker.publish(aMessage());
      const attempts: number[] = [];
      for (const answer of ['requeue', 'give back', 'requeue', 'later'] as const) {
        const { delivery } = await recorder.next();
        attempts.push(delivery.attempt);
        if (answer === 'give back') delivery.giveBack();
        else delivery.reject({ reason: 'again', requeue: true, afterMs: answer === 'later' ? 1 : 0 });
      }
      attempts.push((await recorder.next()).delivery.attempt);
      await subscription.close();
      const { recorder: other } = await record(broker, { queue: 'counted' });
      const { delivery } = await other.next();
      assert.deepEqual([...attempts, delivery.attempt], [1, 2, 2, 3, 4, 4]);
      assert.ok(delivery.count >= 5);
    },
  },
  {
    name: 'holds back what was given back for a while, and takes a request given back as never handed out',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'snoozed' });
      await broker.publish(aMessage());
      const start = performance.now();
      (await recorder.next()).delivery.giveBack({ afterMs: 40 });
      const again = await recorder.next();
      assert.equal(again.delivery.attempt, 1);
      assert.ok(performance.now() - start >= 39, 'it came too early');
      again.delivery.ack();

      const { recorder: requests } = await record(broker, {
        queue: 'requests',
        kind: 'requests',
        patterns: ['call.#'],
      });
      await broker.publish(aMessage({ routingKey: 'call.me' }));
      (await requests.next()).delivery.giveBack();
      assert.equal((await requests.next()).delivery.count, 1);
    },
  },
  {
    name: 'ends the deliveries when a consumer stops, and takes its answers until it closes',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'stopping', prefetch: 2 });
      await publishAll(broker, upTo(4));
      const [first, second] = await recorder.take(2);
      await subscription.stop();
      await subscription.stop();
      first?.delivery.ack();
      second?.delivery.giveBack();
      const { recorder: other, subscription: successor } = await record(broker, { queue: 'stopping' });
      const rest = await other.take(3);
      assert.deepEqual(rest.map(({ body }) => Number(body)).sort(), [1, 2, 3]);
      for (const { delivery } of rest) delivery.ack();
      await subscription.close();
      await successor.close();
      await assertDrained(broker, 'stopping');
      assert.equal(recorder.received.length, 2);
    },
  },
];
