import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { plantOutbox, send } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { record, signal, upTo, within } from '../testing/broker-conformance/parts.ts';
import { ModelDisk, openModelStore } from '../testing/model-store.ts';
import type { Broker, Receipt } from './broker.ts';
import { MAX_BODY_BYTES } from './broker.ts';
import { OUTBOX_HOLD_MS, OUTBOX_POLL_MS, type OutboxRelayOptions, startOutboxRelay } from './outbox-relay.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const turns = async (count = 10): Promise<void> => {
  for (const _ of upTo(count)) await turn();
};

function plant() {
  const clock = new VirtualClock(0);
  const disk = new ModelDisk();
  const store = openModelStore({ disk, families: [plantOutbox], clock });
  const broker = openMemoryBroker({ clock, log: silentLog });
  return {
    clock,
    disk,
    store,
    broker,
    relay: (options: Partial<OutboxRelayOptions> = {}) =>
      startOutboxRelay({ store, outbox: plantOutbox, broker, clock, log: silentLog, ...options }),
    async [Symbol.asyncDispose]() {
      await broker.close();
      await store.close();
    },
  };
}

const write = (store: Store, ...ids: readonly number[]) =>
  store.commit(
    ids.map((id) => {
      const message = { id, routingKey: 'millrace.jobs.job.dead', body: { id }, at: id };
      return { guards: [], writes: [send(plantOutbox, message)] };
    }),
  );

async function idsLeft(store: Store): Promise<number[]> {
  return (await store.select(plantOutbox, { limit: 10_000 })).map(({ id }) => id);
}

/** A broker that survives restarts as far as anyone can tell, and does what the test says when asked to publish. */
function lastingBroker(broker: Broker, publish: (id: string) => Promise<void>): Broker {
  return {
    ...broker,
    capabilities: { ...broker.capabilities, survivesRestart: true },
    publish: async ({ id }): Promise<Receipt> => {
      await publish(id);
      return { routed: true, settled: Promise.resolve() };
    },
  };
}

const shared = (store: Store): Store => ({
  ...store,
  capabilities: { ...store.capabilities, sharedByProcesses: true },
});

describe('outbox relay', () => {
  it('publishes what was left before it started, then each commit, in the order of the ids', async () => {
    await using parts = plant();
    const { recorder } = await record(parts.broker, { queue: 'all' });
    await write(parts.store, 3, 1, 2);
    await using _relay = parts.relay();
    await recorder.take(3);
    await write(parts.store, 5, 4);
    await recorder.take(2);
    expect(recorder.bodies).toEqual(upTo(5).map((place) => ({ id: place + 1 })));
    expect(recorder.received[0]?.message).toEqual({
      id: '1',
      routingKey: 'millrace.jobs.job.dead',
      body: '{"id":1}',
      headers: {},
      at: 1,
    });
  });

  it('keeps a row until every queue is through with it, when the broker forgets at a restart', async () => {
    await using parts = plant();
    const { recorder: one } = await record(parts.broker, { queue: 'one' });
    const { recorder: two } = await record(parts.broker, { queue: 'two' });
    await using relay = parts.relay();
    await write(parts.store, 1, 2);
    const [first, second] = await one.take(2);
    const [other] = await two.take(2);
    first?.delivery.ack();
    second?.delivery.ack();
    await turns();
    expect(await idsLeft(parts.store)).toEqual([1, 2]);
    expect(relay.state()).toEqual({ publishing: 0, unsettled: 2, refused: 0 });
    const deleted = nextCommit(parts.store);
    other?.delivery.ack();
    await within(deleted, 'the deletion');
    expect(await idsLeft(parts.store)).toEqual([2]);
    expect(one.received).toHaveLength(2);
  });

  it('publishes again at the next start what was not acked, dead letters included', async () => {
    await using parts = plant();
    const { recorder } = await record(parts.broker, { queue: 'all', prefetch: 2 });
    const relay = parts.relay();
    await write(parts.store, 1, 2, 3);
    const [first, second] = await recorder.take(2);
    first?.delivery.ack();
    await recorder.next();
    second?.delivery.reject({ reason: 'broken' });
    await relay.close();
    await parts.broker.close();

    const broker = openMemoryBroker({ clock: parts.clock, log: silentLog });
    const { recorder: again } = await record(broker, { queue: 'all' });
    await using _relay = parts.relay({ broker });
    await again.take(2);
    expect(again.bodies).toEqual([{ id: 2 }, { id: 3 }]);
    await broker.close();
  });

  it('deletes a row on the confirm, when the broker survives restarts', async () => {
    await using parts = plant();
    const confirm = signal();
    const broker = lastingBroker(parts.broker, () => confirm.given);
    await using _relay = parts.relay({ broker });
    await write(parts.store, 1);
    await turns();
    expect(await idsLeft(parts.store)).toEqual([1]);
    const deleted = nextCommit(parts.store);
    confirm.give();
    await within(deleted, 'the deletion');
    expect(await idsLeft(parts.store)).toEqual([]);
  });

  it('deletes at once what nobody subscribed to', async () => {
    await using parts = plant();
    await write(parts.store, 1);
    const deleted = nextCommit(parts.store);
    await using _relay = parts.relay();
    await within(deleted, 'the deletion');
    expect(await idsLeft(parts.store)).toEqual([]);
  });

  it('has no more messages under way than its window, and goes on as they are confirmed', async () => {
    await using parts = plant();
    const asked: string[] = [];
    const confirms: (() => void)[] = [];
    const broker = lastingBroker(parts.broker, (id) => {
      asked.push(id);
      return new Promise((resolve) => confirms.push(resolve));
    });
    await write(parts.store, ...upTo(50).map((place) => place + 1));
    await using relay = parts.relay({ broker, window: 8 });
    await turns();
    expect(asked).toHaveLength(8);
    let most = 0;
    for (let done = 0; done < 50; done++) {
      await within(
        until(() => confirms.length > done),
        'a message to confirm',
      );
      most = Math.max(most, relay.state().publishing);
      confirms[done]?.();
    }
    await within(
      until(async () => (await idsLeft(parts.store)).length === 0),
      'an empty outbox',
    );
    expect(most).toBe(8);
    expect(asked.map(Number)).toEqual(upTo(50).map((place) => place + 1));
  });

  it('tries again after a pause when the broker fails, and loses nothing', async () => {
    await using parts = plant();
    let isUp = false;
    const published: string[] = [];
    const broker = lastingBroker(parts.broker, async (id) => {
      if (!isUp) throw new Error('the broker is away');
      published.push(id);
    });
    await write(parts.store, 1, 2);
    await using _relay = parts.relay({ broker });
    await turns();
    isUp = true;
    await turns();
    expect(published).toEqual([]);
    await parts.clock.advance(1_000);
    await within(
      until(async () => (await idsLeft(parts.store)).length === 0),
      'an empty outbox',
    );
    expect(published).toEqual(['1', '2']);
  });

  it('tries again soon what failed after a long time, though newer messages have long left', async () => {
    await using parts = plant();
    const away = signal();
    const published: string[] = [];
    const broker = lastingBroker(parts.broker, async (id) => {
      published.push(id);
      if (published.length > 1) return;
      await away.given;
      throw new Error('the broker is away');
    });
    await using _relay = parts.relay({ broker });
    for (const id of [1, 2, 3, 4]) {
      await write(parts.store, id);
      await parts.clock.advance(OUTBOX_POLL_MS);
    }
    away.give();
    await turns();
    await parts.clock.advance(1_000);
    await within(
      until(async () => (await idsLeft(parts.store)).length === 0),
      'an empty outbox',
    );
    expect(published).toEqual(['1', '2', '3', '4', '1']);
  });

  it('waits at its end for what is under way, and deletes what was confirmed', async () => {
    await using parts = plant();
    const confirm = signal();
    const broker = lastingBroker(parts.broker, () => confirm.given);
    const relay = parts.relay({ broker });
    await write(parts.store, 1);
    await turns();
    const closing = relay.close();
    await turns();
    confirm.give();
    await within(closing, 'closing');
    expect(await idsLeft(parts.store)).toEqual([]);
  });

  it('leaves a message that no broker can carry where it is, and goes on with the others', async () => {
    await using parts = plant();
    const { recorder } = await record(parts.broker, { queue: 'all' });
    const wrong = { id: 1, routingKey: 'millrace.*', body: null, at: 0 };
    const large = { id: 2, routingKey: 'millrace.a', body: 'x'.repeat(MAX_BODY_BYTES), at: 0 };
    await parts.store.commit([{ guards: [], writes: [send(plantOutbox, wrong), send(plantOutbox, large)] }]);
    await using relay = parts.relay();
    await write(parts.store, 3);
    (await recorder.next()).delivery.ack();
    await within(
      until(async () => (await idsLeft(parts.store)).length === 2),
      'the deletion of the good one',
    );
    expect(relay.state()).toEqual({ publishing: 0, unsettled: 0, refused: 2 });
    expect(recorder.received).toHaveLength(1);
  });

  it('finds a row with a low id that is committed late, however late', async () => {
    await using parts = plant();
    const { recorder } = await record(parts.broker, { queue: 'all' });
    await using _relay = parts.relay();
    await write(parts.store, 10);
    await recorder.next();
    await parts.clock.advance(OUTBOX_POLL_MS);
    await write(parts.store, 9);
    await recorder.next();
    for (const id of [20, 30, 40]) {
      await parts.clock.advance(OUTBOX_POLL_MS);
      await write(parts.store, id);
      await recorder.next();
    }
    await write(parts.store, 5);
    await parts.clock.advance(OUTBOX_POLL_MS);
    expect((await recorder.next()).message.id).toBe('5');
  });

  it('reads only what is new while old messages wait for their consumers', async () => {
    await using parts = plant();
    const { recorder } = await record(parts.broker, { queue: 'all', prefetch: 10_000 });
    let rowsRead = 0;
    const store: Store = {
      ...parts.store,
      select: async (family, query) => {
        const rows = await parts.store.select(family, query);
        rowsRead += rows.length;
        return rows;
      },
    };
    await write(store, ...upTo(3_000).map((place) => place + 1));
    await using _relay = parts.relay({ store });
    await recorder.take(3_000);
    for (const _ of upTo(2)) {
      await parts.clock.advance(OUTBOX_POLL_MS);
      await turns();
    }
    rowsRead = 0;
    for (const id of upTo(10).map((place) => 5_000 + place)) {
      await write(store, id);
      await recorder.next();
    }
    expect(rowsRead).toBeLessThan(300);
  });

  it('shares the rows of a shared store with other relays: each row is published by one of them', async () => {
    await using parts = plant();
    const published: string[] = [];
    const broker = lastingBroker(parts.broker, async (id) => void published.push(id));
    const store = shared(parts.store);
    await using _one = parts.relay({ store, broker, window: 4 });
    await using _two = parts.relay({ store, broker, window: 4 });
    await write(store, ...upTo(100).map((place) => place + 1));
    await within(
      until(async () => (await idsLeft(store)).length === 0),
      'an empty outbox',
    );
    expect(published.map(Number).sort((a, b) => a - b)).toEqual(upTo(100).map((place) => place + 1));
  });

  it('takes over on a shared store what a dead relay held, when its claim has run out', async () => {
    await using parts = plant();
    const published: string[] = [];
    const broker = lastingBroker(parts.broker, async (id) => void published.push(id));
    await write(parts.store, 1);
    const heldUntil = OUTBOX_HOLD_MS;
    await parts.store.claim(plantOutbox, { order: ['id'], limit: 1, set: { heldUntil } });
    await using _relay = parts.relay({ store: shared(parts.store), broker });
    await parts.clock.advance(OUTBOX_HOLD_MS - 1);
    expect(published).toEqual([]);
    await parts.clock.advance(OUTBOX_POLL_MS);
    await turns();
    expect(published).toEqual(['1']);
  });

  it('keeps from other relays what is in hand, however long its consumer takes, and leaves it to them at the end', async () => {
    await using parts = plant();
    const { recorder } = await record(parts.broker, { queue: 'slow' });
    const store = shared(parts.store);
    const one = parts.relay({ store });
    await write(store, 1);
    await recorder.take(1);
    await using _two = parts.relay({ store });
    for (let passed = 0; passed < 1_200; passed++) await parts.clock.advance(1_000);
    expect(recorder.received).toHaveLength(1);
    await Promise.all([one.close(), recorder.take(1), parts.clock.advance(OUTBOX_POLL_MS)]);
  });

  it('closes while a publisher waits for room, and publishes that row at the next start', async () => {
    await using parts = plant();
    const broker = openMemoryBroker({ clock: parts.clock, log: silentLog, maxQueueLength: 1 });
    const { subscription } = await record(broker, { queue: 'narrow', prefetch: 1 });
    await subscription.close();
    const relay = parts.relay({ broker });
    await write(parts.store, 1, 2, 3);
    await turns();
    expect(relay.state()).toMatchObject({ publishing: 2, unsettled: 1 });
    await within(relay.close(), 'closing');
    await broker.close();
    expect(await idsLeft(parts.store)).toEqual([1, 2, 3]);
  });

  it('loses nothing when the process dies at any moment: a new one publishes what was not acked', async () => {
    await using parts = plant();
    for (const lifetime of upTo(12)) {
      const store = openModelStore({ disk: parts.disk, families: [plantOutbox], clock: parts.clock });
      const broker = openMemoryBroker({ clock: parts.clock, log: silentLog });
      const acked = new Set<number>();
      const { subscription } = await record(broker, {
        queue: 'all',
        prefetch: 3,
        onMessage: ({ body }, delivery) => {
          acked.add((JSON.parse(body) as { id: number }).id);
          delivery.ack();
        },
      });
      const relay = startOutboxRelay({ ...parts, store, broker, outbox: plantOutbox, log: silentLog, window: 4 });
      const before = await idsLeft(store);
      const ids = upTo(10).map((place) => lifetime * 10 + place + 1);
      await write(store, ...ids);
      await turns(lifetime);
      store.crash();
      const left = await idsLeft(parts.store);
      for (const id of [...before, ...ids]) expect(left.includes(id) || acked.has(id), `${id} is lost`).toBe(true);
      await subscription.close();
      await broker.close();
      await relay.close().catch(() => {});
    }
  });
});

/** The next commit that touches the outbox and is not a message of the test. */
function nextCommit(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onCommit(plantOutbox, () => {
      stop();
      resolve();
    });
  });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await turn();
}
