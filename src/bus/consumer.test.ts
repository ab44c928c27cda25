import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { silentLog } from '../kernel/log.ts';
import { defineFamily } from '../store/family.ts';
import { inbox } from '../store/outbox.ts';
import { add, isEqual, put, type Unit } from '../store/unit.ts';
import { aMessage, deadLettersOf, signal, upTo, within } from '../testing/broker-conformance/parts.ts';
import { ModelDisk, openModelStore } from '../testing/model-store.ts';
import type { Message } from './broker.ts';
import { consumeOnce, MAX_INTAKE_CONFLICTS, type OnceConsumer } from './consumer.ts';
import { forgetTakenIn, INBOX_KEPT_MS, intakeOf, isTakenIn } from './inbox.ts';

const counter = defineFamily({ name: 'test_counter', columns: { name: 'text', count: 'integer' }, key: ['name'] });

function plant() {
  const clock = new VirtualClock(0);
  const store = openModelStore({ disk: new ModelDisk(), families: [inbox, counter], clock });
  const broker = openMemoryBroker({ clock, log: silentLog });
  const common = { broker, store, log: silentLog, random: () => 0, queue: 'counting', patterns: ['#'], prefetch: 10 };
  return {
    clock,
    store,
    broker,
    consume: (consumer: Partial<OnceConsumer> & Pick<OnceConsumer, 'takeIn'>) =>
      consumeOnce({ ...common, ...consumer }),
    count: async () => (await store.get(counter, ['all']))?.count ?? 0,
    async [Symbol.asyncDispose]() {
      await broker.close();
      await store.close();
    },
  };
}

/** Counts a message; the verdict is that of the commit. */
const counting =
  ({ store }: Pick<ReturnType<typeof plant>, 'store'>) =>
  async (_: Message, { guards, writes }: Unit) => {
    const [verdict = 'conflict'] = await store.commit([
      { guards, writes: [...writes, add(counter, ['all'], { count: 1 })] },
    ]);
    return verdict;
  };

describe('a consumer with an inbox', () => {
  it('takes in a message once, however often it is delivered', async () => {
    await using parts = plant();
    const consumer = await parts.consume({ takeIn: counting(parts) });
    const message = aMessage();
    for (const _ of upTo(3)) await within((await parts.broker.publish(message)).settled, 'the ack');
    await within((await parts.broker.publish(aMessage())).settled, 'the ack');
    expect(await parts.count()).toBe(2);
    expect(await isTakenIn(parts.store, 'counting', message.id)).toBe(true);
    expect(await isTakenIn(parts.store, 'another', message.id)).toBe(false);
    await consumer.close();
  });

  it('asks again when the unit conflicted with something else, and takes the message in then', async () => {
    await using parts = plant();
    const { store } = parts;
    await store.commit([{ guards: [], writes: [put(counter, { name: 'all', count: 5 })] }]);
    let asked = 0;
    await parts.consume({
      takeIn: async (_, { guards, writes }) => {
        asked += 1;
        const expected = isEqual(counter, ['all'], ['count', asked === 1 ? 4 : 5]);
        const unit = { guards: [...guards, expected], writes: [...writes, put(counter, { name: 'all', count: 6 })] };
        return (await store.commit([unit]))[0] ?? 'conflict';
      },
    });
    await within((await parts.broker.publish(aMessage())).settled, 'the ack');
    expect([asked, await parts.count()]).toEqual([2, 6]);
  });

  it('puts a message off when it conflicts again and again, with growing pauses, until it is given up', async () => {
    await using parts = plant();
    let asked = 0;
    const asking = signal();
    await parts.consume({
      maxDeliveries: 3,
      takeIn: async () => {
        asked += 1;
        if (asked === MAX_INTAKE_CONFLICTS) asking.give();
        return 'conflict';
      },
    });
    await parts.broker.publish(aMessage());
    await within(asking.given, 'the first round');
    await parts.clock.advance(99);
    expect(asked).toBe(MAX_INTAKE_CONFLICTS);
    await parts.clock.advance(1);
    expect(asked).toBe(2 * MAX_INTAKE_CONFLICTS);
    await parts.clock.advance(199);
    expect(asked).toBe(2 * MAX_INTAKE_CONFLICTS);
    await parts.clock.advance(1);
    const [letter] = await deadLettersOf(parts.broker, 'counting', 1);
    expect(letter?.reason).toMatch(/was changed by someone else/);
    expect(asked).toBe(3 * MAX_INTAKE_CONFLICTS);
  });

  it('sends a message that is wrong to the dead letters at once, and one that fails for another reason round again', async () => {
    await using parts = plant();
    let failures = 1;
    await parts.consume({
      takeIn: async ({ body }, intake) => {
        if (body === '"wrong"') throw new MillraceError('duration.malformed', { text: 'soon' });
        if (failures-- > 0) throw new Error('the disk is away');
        return counting(parts)(aMessage(), intake);
      },
    });
    await parts.broker.publish(aMessage({ body: 'wrong' }));
    const { settled } = await parts.broker.publish(aMessage({ body: 'right' }));
    const [letter] = await deadLettersOf(parts.broker, 'counting', 1);
    expect([letter?.message.body, letter?.deliveries, letter?.reason]).toEqual([
      '"wrong"',
      1,
      '"soon" is not a duration.',
    ]);
    await parts.clock.advance(100);
    await within(settled, 'the ack');
    expect(await parts.count()).toBe(1);
  });

  it('forgets old messages in portions, and only old ones', async () => {
    await using parts = plant();
    const { store } = parts;
    await store.commit(upTo(5).map((at) => intakeOf('counting', `message ${at}`, at)));
    await store.commit([intakeOf('counting', 'young', INBOX_KEPT_MS)]);
    const before = INBOX_KEPT_MS;
    expect(await forgetTakenIn(store, { before, limit: 3 })).toBe(3);
    expect(await isTakenIn(store, 'counting', 'message 2')).toBe(false);
    expect(await isTakenIn(store, 'counting', 'message 3')).toBe(true);
    expect(await forgetTakenIn(store, { before, limit: 3 })).toBe(2);
    expect(await forgetTakenIn(store, { before, limit: 3 })).toBe(0);
    expect(await isTakenIn(store, 'counting', 'young')).toBe(true);
  });
});
