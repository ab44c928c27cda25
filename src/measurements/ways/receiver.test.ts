/** Messages are acknowledged when they are stored, and not before; whatever goes wrong, none is lost. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../testing/measured-plant.ts';
import { MAX_CALL_ROWS } from '../ingest/ingest.ts';
import { measurementFamily } from '../ingest/measurement.ts';
import { quarantineFamily } from '../ingest/quarantine.ts';
import { MAX_HELD_MESSAGES, openReceiver, type ReceiverParts } from './receiver.ts';
import type { Arrival } from './subscription-port.ts';

async function openPress(): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  await plant.measurements.devices.create({ id: 'press-1', fields: [{ name: 't' }] }, { actor: 'ada' });
  return plant;
}

const receiverOf = (plant: MeasuredPlant, parts: Partial<ReceiverParts> = {}) =>
  openReceiver({
    way: 'mqtt',
    ingest: (rows, options) => plant.measurements.ingest(rows, options),
    store: plant.store,
    clock: plant.clock,
    random: () => 0,
    log: silentLog,
    ...parts,
  });

/** `acked` resolves when the message is acknowledged. */
function message(text: string, more: Partial<Arrival> = {}): { arrival: Arrival; acked: Promise<void> } {
  let ack = () => {};
  const acked = new Promise<void>((resolve) => {
    ack = resolve;
  });
  return { arrival: { device: 'press-1', text, isRetained: false, isGone: () => false, ack, ...more }, acked };
}

describe('a receiver', () => {
  it('acknowledges a message when its rows are stored', async () => {
    await using plant = await openPress();
    await using receiver = receiverOf(plant);
    const { arrival, acked } = message(`{"ts":${PLANT_START},"t":1}\n{"t":2}\n{"t":"hot"}`);
    await receiver.take(arrival);
    await acked;
    expect((await plant.rows(measurementFamily)).map(({ at, payload }) => [at, payload])).toEqual(
      expect.arrayContaining([
        [PLANT_START, '{"t":1}'],
        [PLANT_START, '{"t":2}'],
      ]),
    );
    expect(await plant.rows(quarantineFamily)).toMatchObject([{ code: 'not-a-number', actor: 'mqtt' }]);
  });

  it('stores what came meanwhile in one call', async () => {
    await using plant = await openPress();
    const sizes: number[] = [];
    await using receiver = receiverOf(plant, {
      ingest: (rows, options) => {
        sizes.push(rows.length);
        return plant.measurements.ingest(rows, options);
      },
    });
    const messages = Array.from({ length: 100 }, (_, place) => message(`{"ts":${PLANT_START + place},"t":1}`));
    for (const { arrival } of messages) void receiver.take(arrival);
    await Promise.all(messages.map(({ acked }) => acked));
    expect(sizes).toEqual([100]);
  });

  it('cuts a message that is larger than a call, and acknowledges it when all of it is stored', async () => {
    await using plant = await openPress();
    await using receiver = receiverOf(plant);
    const rows = Array.from({ length: MAX_CALL_ROWS + 1 }, (_, place) => ({ ts: PLANT_START - place, t: 1 }));
    const { arrival, acked } = message(JSON.stringify(rows));
    await receiver.take(arrival);
    await acked;
    expect(await plant.rows(measurementFamily)).toHaveLength(MAX_CALL_ROWS + 1);
  });

  it('tries again while the store is away, and stores a reading without a time once', async () => {
    await using plant = await openPress();
    let failures = 3;
    await using receiver = receiverOf(plant, {
      clock: { now: () => plant.clock.now(), sleep: (ms) => plant.clock.advance(ms) },
      ingest: async (rows, options) => {
        const answer = await plant.measurements.ingest(rows, options);
        if (failures-- > 0) throw new MillraceError('store.write-failed', { reason: 'the line was cut' });
        return answer;
      },
    });
    const { arrival, acked } = message('{"t":1}');
    await receiver.take(arrival);
    await acked;
    expect(await plant.rows(measurementFamily)).toMatchObject([{ at: PLANT_START, payload: '{"t":1}' }]);
  });

  it('leaves a message to the server whose connection is gone', async () => {
    await using plant = await openPress();
    let isAcked = false;
    const receiver = receiverOf(plant);
    const lost = message('{"t":1}', {
      isGone: () => true,
      ack: () => {
        isAcked = true;
      },
    });
    await receiver.take(lost.arrival);
    await receiver.close();
    expect([isAcked, receiver.held()]).toEqual([false, 0]);
    expect(await plant.rows(measurementFamily)).toEqual([]);
  });

  it('that is closed ends the running call, acknowledges it, and takes nothing more', async () => {
    await using plant = await openPress();
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const receiver = receiverOf(plant, {
      ingest: async (rows, options) => {
        begin();
        await held;
        return plant.measurements.ingest(rows, options);
      },
    });
    const first = message('{"t":1}');
    await receiver.take(first.arrival);
    await begun;
    let isSecondAcked = false;
    const second = message('{"t":2}', {
      ack: () => {
        isSecondAcked = true;
      },
    });
    await receiver.take(second.arrival);
    const closing = receiver.close();
    goOn();
    await closing;
    await first.acked;
    expect(isSecondAcked).toBe(false);
    expect(await plant.rows(measurementFamily)).toHaveLength(1);
  });

  it('asks for no more than it can hold, until there is room', async () => {
    await using plant = await openPress();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await using receiver = receiverOf(plant, {
      ingest: async (rows, options) => {
        await held;
        return plant.measurements.ingest(rows, options);
      },
    });
    const taken = Array.from({ length: MAX_HELD_MESSAGES }, (_, place) => {
      const { arrival } = message(`{"ts":${PLANT_START - place},"t":1}`);
      return receiver.take(arrival);
    });
    await Promise.all(taken.slice(0, -1));
    let hasRoom = false;
    const last = taken.at(-1)?.then(() => {
      hasRoom = true;
    });
    await plant.store.reserveIds(1);
    expect([hasRoom, receiver.held()]).toEqual([false, MAX_HELD_MESSAGES]);
    goOn();
    await last;
    expect(receiver.held()).toBeLessThan(MAX_HELD_MESSAGES);
  });

  it('keeps a retained reading without a time out of the series: nobody knows when it was said', async () => {
    await using plant = await openPress();
    await using receiver = receiverOf(plant);
    const { arrival, acked } = message('{"t":1}', { isRetained: true });
    await receiver.take(arrival);
    await acked;
    expect(await plant.rows(quarantineFamily)).toMatchObject([{ code: 'malformed-time' }]);
  });
});
