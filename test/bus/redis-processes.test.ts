/** Several brokers on one Redis: they share queues, keep what they work on, and take over from those that die. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../src/bus/broker.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { aMessage, deadLettersOf, record, signal, upTo, within } from '../../src/testing/broker-conformance/parts.ts';
import { type FreshRedis, freshRedis, redisUrl, withoutRedis } from '../fresh-redis.ts';

const LEASE_MS = 300;
const program = fileURLToPath(new URL('redis-consumer.mjs', import.meta.url));

type OtherProcess = AsyncDisposable & {
  readonly child: ChildProcess;
  readonly seen: Set<string>;
  readonly saw: (count: number) => Promise<void>;
  /** Without a chance to say anything. */
  readonly kill: () => Promise<void>;
};

/** A process that consumes the queue `killed`. */
function otherProcess(place: FreshRedis): OtherProcess {
  const child = spawn(process.execPath, [program, redisUrl, place.prefix, String(LEASE_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen = new Set<string>();
  let wake = (): void => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen.add(line);
    wake();
  });
  const saw = async (count: number): Promise<void> => {
    while (seen.size < count)
      await within(
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        `line ${count} of the other process`,
      );
  };
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  return { child, seen, saw, kill, [Symbol.asyncDispose]: kill };
}

/** Publishes until told to stop; answers the ids that were confirmed. */
function load(broker: Broker): { readonly stop: () => Promise<string[]> } {
  const confirmed: string[] = [];
  let isOver = false;
  const publisher = async (lane: number): Promise<void> => {
    for (let number = 0; !isOver; number++) {
      const id = `${lane}-${number}`;
      await broker.publish(aMessage({ id }));
      confirmed.push(id);
      await systemClock.sleep(1);
    }
  };
  const publishing = Promise.all(upTo(4).map(publisher));
  return {
    stop: async () => {
      isOver = true;
      await publishing;
      return confirmed;
    },
  };
}

describe.skipIf(withoutRedis)('several brokers on one Redis', { timeout: 60_000 }, () => {
  it('compete for the messages of a queue, each of which goes to one of them', async () => {
    await using place = await freshRedis();
    const brokers = [await place.open(), await place.open()];
    const bodies: number[][] = [[], []];
    const all = signal();
    for (const [place, broker] of brokers.entries()) {
      await broker.subscribe({
        queue: 'contested',
        patterns: ['#'],
        prefetch: 5,
        onMessage: async ({ body }, delivery) => {
          bodies[place]?.push(Number(body));
          await new Promise((resolve) => setImmediate(resolve));
          delivery.ack();
          if (bodies.flat().length === 400) all.give();
        },
      });
    }
    await Promise.all(upTo(400).map((body) => brokers[body % 2]?.publish(aMessage({ body }))));
    await within(all.given, 'all of them');
    expect(bodies.flat().sort((a, b) => a - b)).toEqual(upTo(400));
    expect(bodies.every((some) => some.length > 0)).toBe(true);
  });

  it('lose nothing confirmed when a consumer is killed under load, and forget its temporary queue', async () => {
    await using place = await freshRedis();
    const broker = await place.open({ leaseMs: LEASE_MS });
    await using one = otherProcess(place);
    await using two = otherProcess(place);
    const victims = [one, two];
    for (const { saw } of victims) await saw(1); // ready
    expect((await broker.publish(aMessage({ routingKey: 'view.1' }))).routed).toBe(true);
    const publishing = load(broker);
    for (const victim of victims) {
      await victim.saw(100);
      await victim.kill();
    }
    const confirmed = await publishing.stop();
    const own = new Set<string>();
    let recounted = 0;
    let wake = (): void => {};
    await broker.subscribe({
      queue: 'killed',
      patterns: ['#'],
      prefetch: 50,
      onMessage: ({ id }, delivery) => {
        own.add(id);
        if (delivery.count > 1) recounted += 1;
        delivery.ack();
        wake();
      },
    });
    const isThrough = (): boolean => confirmed.every((id) => own.has(id) || victims.some(({ seen }) => seen.has(id)));
    while (!isThrough())
      await within(
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        'every confirmed message',
      );
    expect(confirmed.length).toBeGreaterThan(100);
    expect(recounted).toBeGreaterThan(0);
    await systemClock.sleep(LEASE_MS); // after that nobody owns the temporary queue
    await broker.publish(aMessage({ routingKey: 'view.2' }));
    expect(await broker.queues(victims.map(({ child }) => `killed.view.${child.pid}`))).toEqual([]);
  });

  it('leave a long handler its message for as long as it lives', async () => {
    await using place = await freshRedis();
    const [one, two] = [await place.open({ leaseMs: LEASE_MS }), await place.open({ leaseMs: LEASE_MS })];
    const started = signal();
    const done = signal();
    await one.subscribe({
      queue: 'long',
      patterns: ['#'],
      prefetch: 1,
      onMessage: async (_, delivery) => {
        started.give();
        await systemClock.sleep(4 * LEASE_MS);
        delivery.ack();
        done.give();
      },
    });
    await one.publish(aMessage());
    await within(started.given, 'the handler');
    const { recorder } = await record(two, { queue: 'long' });
    await within(done.given, 'the end of the handler');
    await two.publish(aMessage({ routingKey: 'last', body: 'last' }));
    await systemClock.sleep(LEASE_MS);
    expect(recorder.bodies.filter((body) => body !== 'last')).toEqual([]);
  });

  it('hand each other what was given back, in its place', async () => {
    await using place = await freshRedis();
    const [one, two] = [await place.open(), await place.open()];
    const { recorder: first, subscription } = await record(one, { queue: 'passed', prefetch: 2 });
    for (const body of upTo(6)) await one.publish(aMessage({ body }));
    await first.take(2);
    await subscription.close();
    const { recorder: second } = await record(two, { queue: 'passed', prefetch: 1 });
    const seen: unknown[] = [];
    for (const _ of upTo(6)) {
      const { body, delivery } = await second.next();
      seen.push(body);
      delivery.ack();
    }
    expect(seen).toEqual(upTo(6));
  });

  it('keep a pause to the millisecond, also for one who has gone meanwhile', async () => {
    await using place = await freshRedis();
    const [one, two] = [await place.open(), await place.open()];
    const { recorder: first, subscription } = await record(one, { queue: 'paused' });
    await one.publish(aMessage());
    const { delivery } = await first.next();
    const { recorder: second } = await record(two, { queue: 'paused' });
    const began = performance.now();
    delivery.reject({ reason: 'later', requeue: true, afterMs: 150 });
    await subscription.close();
    const again = await second.next();
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThanOrEqual(149);
    expect(waited).toBeLessThan(1_000); // a machine that does something else may be late
    expect(again.delivery.attempt).toBe(2);
  });

  it('lose no dead letter to two who replay at the same time', async () => {
    await using place = await freshRedis();
    const [one, two] = [await place.open(), await place.open()];
    const { recorder } = await record(one, { queue: 'replayed' });
    const messages = upTo(20).map((body) => aMessage({ body }));
    for (const message of messages) await one.publish(message);
    for (const { delivery } of await recorder.take(20)) delivery.reject({ reason: 'broken' });
    await deadLettersOf(one, 'replayed', 20);
    const ids = messages.map(({ id }) => id);
    const counts = await Promise.all([one.replay('replayed', ids), two.replay('replayed', ids)]);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(20);
    for (const { delivery } of await recorder.take(20)) expect([delivery.count, delivery.attempt]).toEqual([1, 1]);
  });

  it('settle a message wherever it is acked', async () => {
    await using place = await freshRedis();
    const [one, two] = [await place.open(), await place.open()];
    const { recorder } = await record(two, { queue: 'settled' });
    const { settled } = await one.publish(aMessage());
    const { delivery } = await recorder.next();
    let isSettled = one.capabilities.survivesRestart;
    void settled.then(() => {
      isSettled = true;
    });
    await one.queues(['settled']);
    expect(isSettled).toBe(one.capabilities.survivesRestart);
    delivery.ack();
    await within(settled, 'the settlement');
  });
});
