/** Which queue gets which message, and what arrives of it. */
import assert from 'node:assert/strict';
import { MAX_BODY_BYTES, MAX_ROUTING_KEY_BYTES } from '../../bus/broker.ts';
import { systemClock } from '../../kernel/clock.ts';
import { aMessage, assertDrained, type BrokerCase, declare, record, rejectsWith, whole } from './parts.ts';

/** [pattern, key that matches, key that does not] */
const topics: readonly (readonly [string, string, string])[] = [
  ['plant.line-1.alarm', 'plant.line-1.alarm', 'plant.line-1.alarms'],
  ['plant.*.alarm', 'plant.line-2.alarm', 'plant.line-2.press.alarm'],
  ['plant.*', 'plant.line-1', 'plant'],
  ['plant.#', 'plant', 'plants.line-1'],
  ['plant.#.alarm', 'plant.a.b.c.alarm', 'plant.a.alarm.cleared'],
  ['#.alarm.#', 'alarm', 'alar.m'],
  ['*.*', 'a.b', 'a.b.c'],
];

export const routingCases: readonly BrokerCase[] = [
  {
    name: 'routes by words, * for one of them and # for any number',
    run: async (open) => {
      for (const [pattern, matching, other] of topics) {
        await using opened = await open({ clock: systemClock });
        const { recorder } = await record(opened.broker, { queue: 'topic', patterns: [pattern] });
        const unrouted = await opened.broker.publish(aMessage({ routingKey: other }));
        assert.equal(unrouted.routed, false, `${pattern} must not match ${other}`);
        const { routed } = await opened.broker.publish(aMessage({ routingKey: matching }));
        assert.equal(routed, true, `${pattern} must match ${matching}`);
        assert.equal((await recorder.next()).message.routingKey, matching);
      }
    },
  },
  {
    name: 'gives a message to every matching queue, and once to a queue with several matching patterns',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: alarms } = await record(broker, { queue: 'alarms', patterns: ['plant.*.alarm', 'plant.#'] });
      const { recorder: audit } = await record(broker, { queue: 'audit' });
      await broker.publish(aMessage({ body: 1 }));
      await broker.publish(aMessage({ body: 2 }));
      await audit.take(2);
      await alarms.take(2);
      assert.deepEqual(alarms.bodies, [1, 2]);
      assert.deepEqual(audit.bodies, [1, 2]);
    },
  },
  {
    name: 'adds the patterns of every subscriber to the queue',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: first } = await record(broker, { queue: 'alarms', patterns: ['plant.line-1.alarm'] });
      await declare(broker, { queue: 'alarms', patterns: ['plant.line-2.alarm'] });
      await broker.publish(aMessage({ routingKey: 'plant.line-2.alarm' }));
      assert.equal((await first.next()).message.routingKey, 'plant.line-2.alarm');
    },
  },
  {
    name: 'carries id, key, body, headers and time as they were',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { recorder } = await record(opened.broker, { queue: 'all' });
      const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', note: 'Zähler 7 µm' };
      const { body: _, ...message } = aMessage({
        headers,
        at: 1_767_592_800_123,
        correlationId: 'call-1',
        replyTo: 'inbox',
      });
      const bodies = [null, true, 0, -1.5e300, '', 'Prüfstand 😀\u0000', [], [1, [2, {}]], { a: { b: null }, '': '.' }];
      for (const body of bodies) {
        const sent = aMessage({ ...message, body });
        await opened.broker.publish(sent);
        const received = await recorder.next();
        assert.deepEqual(whole(received.message), whole(sent));
        assert.deepEqual(received.body, body);
      }
    },
  },
  {
    name: 'shares no headers: what a publisher or consumer changes, nobody else sees',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder: first } = await record(broker, { queue: 'first' });
      const { recorder: second } = await record(broker, { queue: 'second' });
      const headers: Record<string, string> = { a: 'b' };
      const published = broker.publish(aMessage({ headers }));
      headers.a = 'changed';
      await published;
      const one = await first.next();
      (one.message.headers as typeof headers).a = 'changed';
      one.delivery.reject({ reason: 'again', requeue: true });
      for (const { message } of [await first.next(), await second.next()]) {
        assert.deepEqual(message.headers, { a: 'b' });
      }
    },
  },
  {
    name: 'keeps the messages of a queue whose consumers are gone, and forgets a temporary queue with its subscriber',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await declare(broker, { queue: 'lasting', patterns: ['plant.#'] });
      assert.equal((await broker.publish(aMessage({ body: 'kept' }))).routed, true);
      const { recorder, subscription } = await record(broker, { queue: 'lasting', patterns: ['plant.#'] });
      assert.equal((await recorder.next()).body, 'kept');
      recorder.received[0]?.delivery.ack();
      await subscription.close();

      const view = await record(broker, { queue: 'view', patterns: ['view.#'], kind: 'temporary' });
      const { settled } = await broker.publish(aMessage({ routingKey: 'view.1' }));
      await view.recorder.next();
      await view.subscription.close();
      await settled;
      assert.equal((await broker.publish(aMessage({ routingKey: 'view.2' }))).routed, false);
      assert.deepEqual(
        (await broker.queues()).map(({ name }) => name),
        ['lasting'],
      );
    },
  },
  {
    name: 'refuses messages that no broker can carry',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const wrong = [
        { routingKey: '' },
        { routingKey: 'plant.*' },
        { routingKey: 'x'.repeat(MAX_ROUTING_KEY_BYTES + 1) },
        { exchange: '' },
        { exchange: 'x'.repeat(MAX_ROUTING_KEY_BYTES + 1) },
        { expiresInMs: 0 },
      ];
      for (const parts of wrong) {
        await rejectsWith('bus.invalid-message', () => broker.publish(aMessage(parts)));
      }
      const long = 'x'.repeat(MAX_BODY_BYTES - 2);
      await rejectsWith('bus.message-too-large', () => broker.publish(aMessage({ body: `${long}x` })));
      await declare(broker, { queue: 'all' });
      await broker.publish(aMessage({ routingKey: 'x'.repeat(MAX_ROUTING_KEY_BYTES), body: long }));
      const { recorder, subscription } = await record(broker, { queue: 'all' });
      const { body, delivery } = await recorder.next();
      assert.equal(body, long);
      delivery.ack();
      await subscription.close();
      await assertDrained(broker, 'all');
    },
  },
  {
    name: 'refuses subscriptions that no broker can serve',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const wrong = [
        { queue: '' },
        { patterns: [] },
        { exchange: '' },
        { patterns: [''] },
        { patterns: ['plant.#', 'plant.line*'] },
        { prefetch: 0 },
        { prefetch: 1.5 },
        { maxDeliveries: 0 },
      ];
      for (const parts of wrong) {
        await rejectsWith('bus.invalid-subscription', () => record(broker, { queue: 'wrong', ...parts }));
      }
      await record(broker, { queue: 'alarms', maxDeliveries: 3 });
      await rejectsWith('bus.queue-differs', () => record(broker, { queue: 'alarms', maxDeliveries: 4 }));
      await rejectsWith('bus.queue-differs', () =>
        record(broker, { queue: 'alarms', kind: 'temporary', maxDeliveries: 3 }),
      );
      await record(broker, { queue: 'view', kind: 'temporary' });
      await rejectsWith('bus.queue-differs', () => record(broker, { queue: 'view', kind: 'temporary' }));
      assert.deepEqual((await broker.queues()).map(({ name }) => name).sort(), ['alarms', 'view']);
    },
  },
];
