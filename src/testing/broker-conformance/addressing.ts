/** Exchanges keep what has nothing to do with each other apart; inboxes bring answers back. */
import assert from 'node:assert/strict';
import type { Message } from '../../bus/broker.ts';
import { systemClock } from '../../kernel/clock.ts';
import { aMessage, assertDrained, type BrokerCase, bodyOf, declare, record, upTo, within } from './parts.ts';

/** An inbox that keeps what comes, and says when `count` messages have come. */
function letterbox(count: number): {
  readonly letters: Message[];
  readonly onMessage: (message: Message) => void;
  readonly full: Promise<void>;
} {
  const letters: Message[] = [];
  let fill = (): void => {};
  const full = new Promise<void>((resolve) => {
    fill = resolve;
  });
  const onMessage = (message: Message): void => {
    if (letters.push(message) === count) fill();
  };
  return { letters, onMessage, full };
}

const nothing = (): void => {};

export const addressingCases: readonly BrokerCase[] = [
  {
    name: 'gives a queue what goes to its exchange, and nothing that goes to another',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const { recorder } = await record(broker, { queue: 'lines', exchange: 'plant.lines' });
      await declare(broker, { queue: 'events' });
      const elsewhere = await broker.publish(aMessage({ exchange: 'plant.other', body: 'elsewhere' }));
      if (broker.capabilities.unroutable) assert.equal(elsewhere.routed, false);
      assert.equal((await broker.publish(aMessage({ exchange: 'plant.lines', body: 'here' }))).routed, true);
      const { message, body, delivery } = await recorder.next();
      assert.deepEqual([message.exchange, body], ['plant.lines', 'here']);
      delivery.ack();
      await assertDrained(broker, 'events');
      assert.equal(recorder.received.length, 1);
    },
  },
  {
    name: 'carries any text as a body, and says of what type it is',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const received: Message[] = [];
      const all = letterbox(2);
      await broker.subscribe({
        queue: 'texts',
        patterns: ['#'],
        prefetch: 10,
        onMessage: (message, delivery) => {
          received.push(message);
          delivery.ack();
          all.onMessage(message);
        },
      });
      await broker.publish({ ...aMessage(), body: 'press,line=1 speed=3.5', contentType: 'text/plain; charset=utf-8' });
      await broker.publish({ ...aMessage(), body: '{"broken' });
      await within(all.full, 'both texts');
      assert.deepEqual(
        received.map(({ body, contentType = 'application/json' }) => [body, contentType]),
        [
          ['press,line=1 speed=3.5', 'text/plain; charset=utf-8'],
          ['{"broken', 'application/json'],
        ],
      );
    },
  },
  {
    name: 'brings an answer to the inbox of the one who asked, and to nobody else',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const mine = letterbox(3);
      const other = letterbox(1);
      const inbox = await broker.openInbox({ onMessage: mine.onMessage, onLost: nothing });
      await broker.openInbox({ onMessage: other.onMessage, onLost: nothing });
      const { recorder } = await record(broker, { queue: 'asked', kind: 'requests', exchange: 'plant.calls' });
      for (const place of upTo(3)) {
        const question = { exchange: 'plant.calls', replyTo: inbox.address, correlationId: `call-${place}` };
        await broker.publish(aMessage({ ...question, body: place }));
      }
      for (const { message, body, delivery } of await recorder.take(3)) {
        const { replyTo = '', correlationId = '' } = message;
        const { routingKey: _, ...answer } = aMessage({ body: Number(body) * 2, headers: { served: 'yes' } });
        await broker.reply(replyTo, { ...answer, correlationId });
        delivery.ack();
      }
      await within(mine.full, 'the answers');
      const answers = mine.letters.map((letter) => [letter.correlationId, bodyOf(letter), letter.headers.served]);
      assert.deepEqual(
        answers.sort(),
        upTo(3).map((place) => [`call-${place}`, place * 2, 'yes']),
      );
      assert.equal(other.letters.length, 0);
    },
  },
  {
    name: 'lets an answer vanish whose inbox is gone',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const gone = letterbox(1);
      const inbox = await broker.openInbox({ onMessage: gone.onMessage, onLost: nothing });
      const { recorder } = await record(broker, { queue: 'asked', kind: 'requests' });
      await broker.publish(aMessage({ replyTo: inbox.address }));
      const { message } = await recorder.next();
      await inbox.close();
      const { routingKey: _, ...answer } = aMessage();
      await broker.reply(message.replyTo ?? '', answer);
      await broker.publish(aMessage({ body: 'still there' }));
      assert.equal((await recorder.next()).body, 'still there');
      assert.equal(gone.letters.length, 0);
    },
  },
  {
    name: 'keeps requests while nobody serves them, and makes no dead letters of them',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await declare(broker, { queue: 'served', kind: 'requests' });
      await broker.publish(aMessage({ body: 'waits' }));
      const { recorder, subscription } = await record(broker, { queue: 'served', kind: 'requests' });
      const { body, delivery } = await recorder.next();
      assert.equal(body, 'waits');
      delivery.reject({ reason: 'nonsense' });
      await broker.publish(aMessage({ body: 'next' }));
      (await recorder.next()).delivery.ack();
      await subscription.close();
      const [state] = await broker.queues(['served']);
      assert.deepEqual([state?.ready, state?.dead], [0, 0]);
    },
  },
  {
    name: 'says of what queues it knows, and of those asked for',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      await declare(broker, { queue: 'one' });
      await declare(broker, { queue: 'two' });
      const named = await broker.queues(['two', 'unheard-of']);
      assert.deepEqual(
        named.map(({ name }) => name),
        ['two'],
      );
      const { isConnected, publishing, blocked } = broker.state();
      assert.deepEqual([isConnected, publishing, blocked], [true, 0, undefined]);
    },
  },
];
