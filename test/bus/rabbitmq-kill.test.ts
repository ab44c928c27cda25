/** A RabbitMQ server that is killed under load: what it confirmed is there after its restart. */
import { describe, expect, it } from 'vitest';
import { aMessage, declare, record, signal, upTo, within } from '../../src/testing/broker-conformance/parts.ts';
import { freshRabbit } from '../fresh-rabbitmq.ts';
import { cannotRunRabbit, ownRabbit } from './own-rabbitmq.ts';

const TIMEOUT_MS = 60_000;

describe.skipIf(cannotRunRabbit)('a RabbitMQ that is killed under load', { timeout: TIMEOUT_MS }, () => {
  it('has everything that it confirmed when it is back, and gets the rest', async () => {
    await using server = await ownRabbit();
    await using place = freshRabbit(server.url);
    const broker = await place.open({ random: () => 0.9 });
    const { recorder, subscription } = await record(broker, { queue: 'work', prefetch: 10 });
    await declare(broker, { queue: 'last' }); // RabbitMQ 3.10 leaves the queue that was declared last without a leader
    const held = recorder.take(10);
    const confirmed: string[] = [];
    const enough = signal();
    const publish = async (id: string): Promise<void> => {
      await broker.publish(aMessage({ id }));
      if (confirmed.push(id) === 500) enough.give();
    };
    const publishing = upTo(2_000).map((number) => publish(`m-${number}`));
    const [first] = await held;
    first?.delivery.reject({ reason: 'broken' });
    await within(enough.given, 'the first confirms');
    const confirmedBefore = [...confirmed];
    expect(confirmedBefore.length).toBeLessThan(2_000);
    await server.kill();
    expect(broker.state().isConnected).toBe(false);
    await server.start();
    await within(Promise.all(publishing), 'all confirms');
    await subscription.close();

    const letters = await broker.deadLetters('work');
    const found = new Set(letters.map(({ message }) => message.id));
    await within(
      new Promise<void>((resolve, reject) => {
        broker
          .subscribe({
            queue: 'work',
            patterns: ['#'],
            prefetch: 200,
            onMessage: ({ id }, delivery) => {
              found.add(id);
              delivery.ack();
              if (found.size === 2_000) resolve();
            },
          })
          .catch(reject);
      }),
      'every message',
    );
    expect(confirmedBefore.every((id) => found.has(id))).toBe(true);
  });
});
