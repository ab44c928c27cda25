/** Readings over the bus, on every broker: stored before they are acked, with dead letters for what is no reading at all. */
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import type { Broker } from '../../src/bus/broker.ts';
import { startApp } from '../../src/bus/service/app.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { quarantineFamily } from '../../src/measurements/ingest/quarantine.ts';
import { READINGS_QUEUE, READINGS_TOPIC, readingsService } from '../../src/measurements/ways/bus-service.ts';
import type { TakeRows } from '../../src/measurements/ways/in-calls.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../src/testing/measured-plant.ts';
import { freshRabbit, withoutRabbit } from '../fresh-rabbitmq.ts';
import { freshRedis, withoutRedis } from '../fresh-redis.ts';

const brokers = [
  {
    name: 'the memory broker',
    isMissing: false,
    fresh: async () => ({
      open: async () => openMemoryBroker({ clock: systemClock, log: silentLog }),
      [Symbol.asyncDispose]: async () => {},
    }),
  },
  { name: 'RabbitMQ', isMissing: withoutRabbit, fresh: async () => freshRabbit() },
  { name: 'Redis', isMissing: withoutRedis, fresh: freshRedis },
];

async function openPress(): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  for (const id of ['press-1', 'hall.2'])
    await plant.measurements.devices.create({ id, fields: [{ name: 't' }] }, { actor: 'ada' });
  return plant;
}

let messages = 0;
const say = (broker: Broker, routingKey: string, body: string) =>
  broker.publish({ id: `m-${process.pid}-${messages++}`, routingKey, body, headers: {}, at: PLANT_START });

async function until<T>(look: () => Promise<T>, isRight: (found: T) => boolean): Promise<T> {
  for (;;) {
    const found = await look();
    if (isRight(found)) return found;
    await systemClock.sleep(10);
  }
}

for (const { name, isMissing, fresh } of brokers) {
  describe.skipIf(isMissing)(`readings over ${name}`, () => {
    it('are stored under the device of their routing key, and bad rows go to quarantine', async () => {
      await using place = await fresh();
      await using plant = await openPress();
      await using broker = await place.open();
      const { ingest } = plant.measurements;
      await using app = await startApp({ broker, services: [readingsService({ ingest })] });
      await say(broker, 'measurements.press-1', JSON.stringify({ ts: PLANT_START - 1, values: { t: 1 } }));
      await say(broker, 'measurements.press-1', JSON.stringify([{ t: 2 }, { t: 'hot' }]));
      await app.emit(READINGS_TOPIC, { params: { device: 'hall.2' }, body: { ts: PLANT_START, t: 3 } });
      const rows = await until(
        () => plant.rows(measurementFamily),
        (found) => found.length === 3,
      );
      expect(rows.map(({ device, at, payload }) => [device, at, payload])).toEqual(
        expect.arrayContaining([
          ['press-1', PLANT_START - 1, '{"t":1}'],
          ['press-1', PLANT_START, '{"t":2}'],
          ['hall.2', PLANT_START, '{"t":3}'],
        ]),
      );
      expect(await plant.rows(quarantineFamily)).toMatchObject([{ code: 'not-a-number', actor: 'bus' }]);
    });

    it('that are no readings at all are dead letters', async () => {
      await using place = await fresh();
      await using plant = await openPress();
      await using broker = await place.open();
      const { ingest } = plant.measurements;
      await using _ = await startApp({ broker, services: [readingsService({ ingest })] });
      await say(broker, 'measurements.press-1', 'hot');
      await say(broker, 'measurements.press-1', '71.5');
      const letters = await until(
        () => broker.deadLetters(READINGS_QUEUE),
        (found) => found.length === 2,
      );
      expect(letters.map(({ reason }) => reason.split(':')[0]).sort()).toEqual(['bus.invalid-body', 'bus.not-json']);
      expect(await plant.rows(measurementFamily)).toEqual([]);
    });

    it('come again when the store did not take them, and are stored once', async () => {
      await using place = await fresh();
      await using plant = await openPress();
      await using broker = await place.open();
      let calls = 0;
      const ingest: TakeRows = async (rows, options) => {
        const answer = await plant.measurements.ingest(rows, options);
        calls += 1;
        if (calls === 1) throw new Error('the line to the store was cut');
        return answer;
      };
      await using _ = await startApp({ broker, services: [readingsService({ ingest })], random: () => 0.999 });
      await say(broker, 'measurements.press-1', '{"t":1}');
      await until(
        async () => calls,
        (found) => found === 2,
      );
      await until(
        () => broker.queues(),
        (queues) => queues.every(({ ready, unacked }) => ready + unacked === 0),
      );
      expect(await plant.rows(measurementFamily)).toMatchObject([{ at: PLANT_START, payload: '{"t":1}' }]);
      expect(await broker.deadLetters(READINGS_QUEUE)).toEqual([]);
    });
  });
}
