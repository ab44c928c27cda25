/** What a publisher may rely on: the confirm, the settlement behind it, and the end of a broker. */
import assert from 'node:assert/strict';
import { systemClock } from '../../kernel/clock.ts';
import {
  aMessage,
  type BrokerCase,
  deadLettersOf,
  declare,
  publishAll,
  record,
  rejectsWith,
  upTo,
  within,
} from './parts.ts';

/** Whether a promise has resolved by now. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

export const publishingCases: readonly BrokerCase[] = [
  {
    name: 'confirms when every matching queue has the message, before anyone has consumed it',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await declare(broker, { queue: 'one' });
      await declare(broker, { queue: 'two' });
      await publishAll(broker, [1, 2, 3]);
      const states = await broker.queues();
      assert.deepEqual(states.map(({ name, ready, consumers }) => [name, ready, consumers]).sort(), [
        ['one', 3, 0],
        ['two', 3, 0],
      ]);
    },
  },
  {
    name: 'settles a message nobody wants at once',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { routed, settled } = await opened.broker.publish(aMessage());
      assert.equal(routed, false);
      await within(settled, 'the settlement');
    },
  },
  {
    name: 'settles a message when nothing of it can get lost any more',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: one } = await record(broker, { queue: 'one' });
      const { recorder: two } = await record(broker, { queue: 'two' });
      const message = aMessage();
      const { settled } = await broker.publish(message);
      if (broker.capabilities.survivesRestart) return within(settled, 'the settlement at the confirm');
      (await one.next()).delivery.reject({ reason: 'again', requeue: true });
      (await one.next()).delivery.ack();
      assert.equal(await isResolved(settled), false, 'one queue still has it');
      (await two.next()).delivery.reject({ reason: 'broken' });
      await deadLettersOf(broker, 'two', 1);
      assert.equal(await isResolved(settled), false, 'a dead letter still waits for a person');
      await broker.replay('two', [message.id]);
      const again = await two.next();
      assert.equal(await isResolved(settled), false);
      again.delivery.ack();
      await within(settled, 'the settlement');

      const other = aMessage();
      const receipt = await broker.publish(other);
      (await one.next()).delivery.ack();
      (await two.next()).delivery.reject({ reason: 'broken' });
      await deadLettersOf(broker, 'two', 1);
      await broker.drop('two', [other.id]);
      await within(receipt.settled, 'the settlement by a person');
    },
  },
  {
    name: 'keeps what it says over a restart: everything confirmed, or nothing',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'lasting', prefetch: 1 });
      await publishAll(broker, ['rejected', 'unacked', 'ready']);
      (await recorder.next()).delivery.reject({ reason: 'broken' });
      await recorder.next();
      await deadLettersOf(broker, 'lasting', 1);
      const again = await opened.reopen();
      await subscription.close();
      if (!again.capabilities.survivesRestart) {
        assert.deepEqual(await again.queues(), []);
        return;
      }
      assert.equal((await deadLettersOf(again, 'lasting', 1))[0]?.message.body, '"rejected"');
      const { recorder: other } = await record(again, { queue: 'lasting' });
      assert.deepEqual((await other.take(2)).map(({ body }) => body).sort(), ['ready', 'unacked']);
    },
  },
  {
    name: 'takes nothing more once closed, and closes twice as well as once',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'ended' });
      await broker.publish(aMessage());
      await recorder.next();
      await broker.close();
      await broker.close();
      await subscription.close();
      await rejectsWith('bus.closed', () => broker.publish(aMessage()));
      await rejectsWith('bus.closed', () => record(broker, { queue: 'ended' }));
      assert.equal(recorder.received.length, 1);
    },
  },
  {
    name: 'lets publishers wait while a queue is full, and takes everything when there is room',
    run: async (open) => {
      await using opened = await open({ clock: systemClock, maxQueueLength: 5 });
      const { broker } = opened;
      await declare(broker, { queue: 'narrow' });
      const confirmed = new Set<number>();
      const publish = async (body: number): Promise<void> => {
        await broker.publish(aMessage({ body }));
        confirmed.add(body);
      };
      const publishing: Promise<void>[] = [];
      // One after the other until one has to wait; a server may notice late that its queue is full.
      for (let hasRoom = true; hasRoom && publishing.length < 60; ) {
        const next = publish(publishing.length);
        publishing.push(next);
        hasRoom = await Promise.race([next.then(() => true), systemClock.sleep(200).then(() => false)]);
      }
      const waiting = publishing.length;
      assert.ok(waiting > 5 && waiting < 60, `${waiting} were published before one had to wait`);
      while (publishing.length < 60) publishing.push(publish(publishing.length));
      assert.ok(broker.state().publishing > 0);
      const { recorder } = await record(broker, { queue: 'narrow' });
      const bodies: number[] = [];
      for (const _ of upTo(60)) {
        const { body, delivery } = await recorder.next();
        bodies.push(Number(body));
        delivery.ack();
      }
      await within(Promise.all(publishing), 'every confirm');
      assert.deepEqual(
        bodies.sort((a, b) => a - b),
        upTo(60),
      );
    },
  },
  {
    name: 'publishes nothing for a caller that has already given up',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'all' });
      const reason = new Error('too late');
      await assert.rejects(broker.publish(aMessage({ body: 1 }), { signal: AbortSignal.abort(reason) }), reason);
      await broker.publish(aMessage({ body: 2 }), { signal: new AbortController().signal });
      assert.equal((await recorder.next()).body, 2);
    },
  },
];
