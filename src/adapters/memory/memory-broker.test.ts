import { describe, expect, it } from 'vitest';
import type { Broker, Receipt } from '../../bus/broker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { createLog, silentLog } from '../../kernel/log.ts';
import { aMessage, declare, publishAll, record, signal, upTo, within } from '../../testing/broker-conformance/parts.ts';
import { type MemoryBrokerOptions, openMemoryBroker } from './memory-broker.ts';

const open = (options: Partial<MemoryBrokerOptions> = {}): Broker =>
  openMemoryBroker({ clock: new VirtualClock(0), log: silentLog, ...options });

/** Lets everything run that is ready to run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What has been confirmed so far, in order. */
function confirmations(broker: Broker): { readonly confirmed: unknown[]; publish(body: unknown, key?: string): void } {
  const confirmed: unknown[] = [];
  const publish = (body: unknown, routingKey = 'plant.a'): void => {
    const refused = (): void => {}; // when the broker closes at the end of a test
    void broker.publish(aMessage({ body, routingKey })).then(() => confirmed.push(body), refused);
  };
  return { confirmed, publish };
}

describe('memory broker', () => {
  it('says what it guarantees', async () => {
    await using broker = open();
    const guarantees = {
      name: 'memory',
      survivesRestart: false,
      ordering: true,
      delay: true,
      priority: true,
      unroutable: true,
    };
    expect(broker.capabilities).toEqual(guarantees);
  });

  it('delivers later, never inside a call', async () => {
    await using broker = open();
    const { recorder } = await record(broker, { queue: 'all' });
    const publishing = broker.publish(aMessage());
    expect(recorder.received).toHaveLength(0);
    await publishing;
    await turn();
    expect(recorder.received).toHaveLength(1);
  });

  it('gives consumers their turn one after the other', async () => {
    await using broker = open();
    const { recorder: one } = await record(broker, { queue: 'shared' });
    const { recorder: two } = await record(broker, { queue: 'shared' });
    for (const body of upTo(6)) {
      await broker.publish(aMessage({ body }));
      await turn();
    }
    expect([one.bodies, two.bodies]).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
  });

  it('puts what comes back where it stood', async () => {
    await using broker = open();
    const { recorder, subscription } = await record(broker, { queue: 'ordered', prefetch: 3 });
    await publishAll(broker, upTo(6));
    const [, one] = await recorder.take(3);
    one?.delivery.reject({ reason: 'again', requeue: true });
    await recorder.next();
    expect(recorder.bodies).toEqual([0, 1, 2, 1]);
    await subscription.close();
    const { recorder: other } = await record(broker, { queue: 'ordered' });
    await other.take(6);
    expect(other.bodies).toEqual(upTo(6));
  });

  it('holds a message back on the clock it was given', async () => {
    const clock = new VirtualClock(0);
    await using broker = open({ clock });
    const { recorder } = await record(broker, { queue: 'later' });
    await broker.publish(aMessage());
    (await recorder.next()).delivery.reject({ reason: 'busy', requeue: true, afterMs: 60_000 });
    await clock.advance(59_999);
    expect(recorder.received).toHaveLength(1);
    expect(await broker.queues()).toMatchObject([{ ready: 1, unacked: 0 }]);
    await clock.advance(1);
    expect((await recorder.next()).delivery.count).toBe(2);
  });

  it('lets publishers wait while a matching queue is full, and serves them in order', async () => {
    await using broker = open({ maxQueueLength: 2 });
    await declare(broker, { queue: 'narrow', patterns: ['plant.a'] });
    const { confirmed, publish } = confirmations(broker);
    for (const body of upTo(6)) publish(body);
    await turn();
    expect(confirmed).toEqual([0, 1]);
    const { recorder } = await record(broker, { queue: 'narrow', patterns: ['plant.a'], prefetch: 1 });
    await turn();
    await turn();
    expect(confirmed).toEqual([0, 1, 2]);
    for (const _ of upTo(6)) (await recorder.next()).delivery.ack();
    expect(recorder.bodies).toEqual(upTo(6));
    expect(confirmed).toEqual(upTo(6));
  });

  it('lets nobody wait for a queue that is full but does not match', async () => {
    await using broker = open({ maxQueueLength: 1, maxWaitingPublishers: 2 });
    await declare(broker, { queue: 'narrow', patterns: ['plant.a', 'plant.both'] });
    await declare(broker, { queue: 'free', patterns: ['plant.b', 'plant.both'] });
    const { confirmed, publish } = confirmations(broker);
    const { recorder } = await record(broker, { queue: 'other', patterns: ['plant.c'] });
    publish('fills narrow');
    publish('waits', 'plant.both');
    publish('must not overtake into free', 'plant.b');
    publish('unrouted', 'plant.d');
    publish('goes elsewhere', 'plant.c');
    await recorder.next();
    await turn();
    expect(confirmed).toEqual(['fills narrow', 'unrouted', 'goes elsewhere']);
  });

  it('refuses more waiting publishers than it was told, and names the queue', async () => {
    await using broker = open({ maxQueueLength: 1, maxWaitingPublishers: 2 });
    await declare(broker, { queue: 'narrow' });
    const { publish } = confirmations(broker);
    const fourth = async (): Promise<Receipt> => {
      for (const body of upTo(3)) publish(body);
      return broker.publish(aMessage());
    };
    await expect(fourth()).rejects.toMatchObject({ code: 'bus.queue-full', details: { queue: 'narrow', waiting: 2 } });
  });

  it('forgets a waiting publisher that gives up, and lets others pass', async () => {
    await using broker = open({ maxQueueLength: 1 });
    await declare(broker, { queue: 'narrow', patterns: ['plant.a', 'plant.both'] });
    const { recorder } = await record(broker, { queue: 'free', patterns: ['plant.b', 'plant.both'] });
    await broker.publish(aMessage({ routingKey: 'plant.a' }));
    const patience = new AbortController();
    const impatient = broker.publish(aMessage({ routingKey: 'plant.both' }), { signal: patience.signal });
    const next = broker.publish(aMessage({ routingKey: 'plant.b', body: 'next' }));
    const reason = new Error('no longer needed');
    patience.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    await within(next, 'the publisher behind it');
    expect((await recorder.next()).body).toBe('next');
  });

  it('goes on with waiting publishers when the full queue was temporary and is gone', async () => {
    await using broker = open({ maxQueueLength: 1 });
    const { recorder, subscription } = await record(broker, { queue: 'view', kind: 'temporary', prefetch: 1 });
    const { confirmed, publish } = confirmations(broker);
    for (const body of upTo(4)) publish(body);
    await recorder.next();
    await subscription.close();
    await turn();
    expect(confirmed).toEqual(upTo(4));
    expect(await broker.queues()).toEqual([]);
  });

  it('refuses those who wait when it closes', async () => {
    const broker = open({ maxQueueLength: 1 });
    await declare(broker, { queue: 'narrow' });
    await broker.publish(aMessage());
    const waiting = broker.publish(aMessage());
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'bus.closed' }), broker.close()]);
  });

  it('ends its delays when it closes', async () => {
    const clock = new VirtualClock(0);
    const broker = open({ clock });
    const { recorder } = await record(broker, { queue: 'later' });
    await broker.publish(aMessage());
    (await recorder.next()).delivery.reject({ reason: 'busy', requeue: true, afterMs: 60_000 });
    await broker.close();
    expect(clock.nextDue()).toBeUndefined();
  });

  it('keeps as many dead letters as it was told, and says which had to go', async () => {
    const lines: string[] = [];
    await using broker = open({
      maxDeadLetters: 2,
      log: createLog({ level: 'error', write: (line) => lines.push(line) }),
    });
    const { recorder } = await record(broker, { queue: 'broken' });
    const receipt = await broker.publish(aMessage({ id: 'oldest' }));
    await publishAll(broker, [1, 2]);
    for (const { delivery } of await recorder.take(3)) delivery.reject({ reason: 'broken' });
    const letters = await broker.deadLetters('broken');
    expect(letters.map(({ message }) => message.body)).toEqual(['1', '2']);
    expect(lines).toEqual([expect.stringContaining('"messageId":"oldest"')]);
    const settled = await Promise.race([receipt.settled.then(() => true), turn().then(() => false)]);
    expect(settled, 'the outbox still has it').toBe(false);
  });

  it('settles nothing by closing, nor by an answer that comes after it', async () => {
    const broker = open();
    const { recorder, subscription } = await record(broker, { queue: 'all', prefetch: 1 });
    const receipts = [await broker.publish(aMessage()), await broker.publish(aMessage())];
    const { delivery } = await recorder.next();
    await subscription.close();
    delivery.ack();
    await broker.close();
    const settled = receipts.map((receipt) => receipt.settled.then(() => 'settled'));
    expect(await Promise.race([...settled, turn().then(() => 'open')])).toBe('open');
  });

  it('stamps dead letters with the time of its clock', async () => {
    await using broker = open({ clock: new VirtualClock(1_767_592_800_000) });
    const { recorder } = await record(broker, { queue: 'broken' });
    await broker.publish(aMessage());
    (await recorder.next()).delivery.reject({ reason: 'broken' });
    expect(await broker.deadLetters('broken')).toMatchObject([{ at: 1_767_592_800_000 }]);
  });

  it('hands out any number of messages in the end', async () => {
    await using broker = open();
    let count = 0;
    const all = signal();
    await record(broker, {
      queue: 'all',
      prefetch: 1,
      onMessage: (_, delivery) => {
        delivery.ack();
        count += 1;
        if (count === 3_500) all.give();
      },
    });
    await Promise.all(upTo(3_500).map((body) => broker.publish(aMessage({ body }))));
    await within(all.given, 'the last message');
  });

  it('leaves the process time for other work, however busy a queue is', async () => {
    await using broker = open();
    let deliveries = 0;
    await broker.subscribe({
      queue: 'endless',
      patterns: ['#'],
      prefetch: 10,
      onMessage: async (_, delivery) => {
        deliveries += 1;
        await broker.publish(aMessage());
        delivery.ack();
      },
    });
    await broker.publish(aMessage());
    const timer = signal();
    setTimeout(timer.give, 5);
    await within(timer.given, 'a timer beside an endless chain of messages');
    expect(deliveries).toBeGreaterThan(1);
  });
});
