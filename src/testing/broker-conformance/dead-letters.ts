/** Dead letters: what a queue gave up waits with its reason until a person replays or drops it. */
import assert from 'node:assert/strict';
import type { DeadLetter } from '../../bus/broker.ts';
import { systemClock } from '../../kernel/clock.ts';
import {
  aMessage,
  assertDrained,
  type BrokerCase,
  bodyOf,
  deadLettersOf,
  declare,
  record,
  rejectsWith,
  whole,
} from './parts.ts';

export const deadLetterCases: readonly BrokerCase[] = [
  {
    name: 'keeps a rejected message as a dead letter of its queue, with the reason',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder, subscription } = await record(broker, { queue: 'strict' });
      const { recorder: lenient } = await record(broker, { queue: 'lenient' });
      const message = aMessage({ body: { limit: 'x' }, headers: { a: 'b' } });
      await broker.publish(message);
      (await recorder.next()).delivery.reject({ reason: 'limit is not a number' });
      (await lenient.next()).delivery.ack();
      const letters = await deadLettersOf(broker, 'strict', 1);
      assert.deepEqual(letters[0] && whole(letters[0].message), whole(message));
      assert.equal(letters[0]?.reason, 'limit is not a number');
      assert.equal(letters[0]?.deliveries, 1);
      assert.deepEqual(await broker.deadLetters('lenient'), []);
      const state = (await broker.queues()).find(({ name }) => name === 'strict');
      assert.deepEqual([state?.ready, state?.dead, state?.consumers], [0, 1, 1]);
      await subscription.close();
      await assertDrained(broker, 'strict');
    },
  },
  {
    name: 'gives up a message that came back too often, with the last reason',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'poisoned', maxDeliveries: 3, prefetch: 1 });
      await broker.publish(aMessage({ body: 'poison' }));
      for (const count of [1, 2, 3]) {
        const { body, delivery } = await recorder.next();
        assert.deepEqual([body, delivery.count], ['poison', count]);
        delivery.reject({ reason: `failure ${count}`, requeue: true });
      }
      await broker.publish(aMessage({ body: 'good' }));
      assert.equal((await recorder.next()).body, 'good');
      const [letter] = await deadLettersOf(broker, 'poisoned', 1);
      assert.deepEqual([letter?.reason, letter?.deliveries], ['failure 3', 3]);
    },
  },
  {
    name: 'counts what closing consumers returned, so that a message that stops its consumers is given up too',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await declare(broker, { queue: 'deadly', maxDeliveries: 2 });
      await broker.publish(aMessage({ body: 'deadly' }));
      for (const count of [1, 2]) {
        const { recorder, subscription } = await record(broker, { queue: 'deadly', maxDeliveries: 2 });
        assert.equal((await recorder.next()).delivery.count, count);
        await subscription.close();
      }
      const [letter] = await deadLettersOf(broker, 'deadly', 1);
      assert.deepEqual(bodiesOf(letter === undefined ? [] : [letter]), ['deadly']);
    },
  },
  {
    name: 'replays chosen dead letters as if they were new, into their own queue only',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'repaired' });
      const { recorder: bystander, subscription } = await record(broker, { queue: 'bystander' });
      const messages = ['a', 'b', 'c'].map((body) => aMessage({ body }));
      for (const message of messages) await broker.publish(message);
      for (const { delivery } of await recorder.take(3)) delivery.reject({ reason: 'broken' });
      for (const { delivery } of await bystander.take(3)) delivery.ack();
      await deadLettersOf(broker, 'repaired', 3);
      const ids = [messages[2]?.id ?? '', messages[0]?.id ?? '', 'unheard-of'];
      assert.equal(await broker.replay('repaired', ids), 2);
      const again = await recorder.take(2);
      assert.deepEqual(again.map(({ body }) => body).sort(), ['a', 'c']);
      assert.deepEqual(
        again.map(({ delivery }) => delivery.count),
        [1, 1],
      );
      assert.deepEqual(bodiesOf(await broker.deadLetters('repaired')), ['b']);
      await subscription.close();
      await assertDrained(broker, 'bystander');
    },
  },
  {
    name: 'drops chosen dead letters for good, and lists the oldest first, no more than asked for',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'sorted', prefetch: 1 });
      const messages = ['a', 'b', 'c', 'd'].map((body) => aMessage({ body }));
      for (const message of messages) await broker.publish(message);
      for (const _ of messages) (await recorder.next()).delivery.reject({ reason: 'broken' });
      await deadLettersOf(broker, 'sorted', 4);
      assert.equal(await broker.drop('sorted', [messages[1]?.id ?? '']), 1);
      assert.equal(await broker.drop('sorted', [messages[1]?.id ?? '']), 0);
      assert.deepEqual(bodiesOf(await broker.deadLetters('sorted')), ['a', 'c', 'd']);
      assert.deepEqual(bodiesOf(await broker.deadLetters('sorted', { limit: 2 })), ['a', 'c']);
    },
  },
  {
    name: 'knows the dead letters of its own queues only',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await rejectsWith('bus.unknown-queue', () => broker.deadLetters('nowhere'));
      await rejectsWith('bus.unknown-queue', () => broker.replay('nowhere', ['1']));
      await rejectsWith('bus.unknown-queue', () => broker.drop('nowhere', ['1']));
    },
  },
];

const bodiesOf = (letters: readonly DeadLetter[]): unknown[] => letters.map(({ message }) => bodyOf(message));
