/** Of several servers on one store one takes the readings from MQTT for all; when it goes, another goes on with its session. */
import { describe, expect, it } from 'vitest';
import { openMemoryBroker } from '../../src/adapters/memory/memory-broker.ts';
import { families } from '../../src/app/families.ts';
import { openMqtt, startWaysIn, type WaysIn } from '../../src/app/ways-in.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openIds } from '../../src/kernel/ids.ts';
import { ServiceStack } from '../../src/kernel/lifecycle.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { Metrics } from '../../src/kernel/metrics.ts';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { openMeasurements } from '../../src/measurements/open-measurements.ts';
import type { Store } from '../../src/store/store.ts';
import { type FreshTopic, freshTopic, mqttUrl, withoutMqtt } from '../fresh-mosquitto.ts';
import { type FreshSchema, freshSchema, withoutPostgres } from '../fresh-postgres.ts';

const START = Date.UTC(2026, 0, 5, 6);
type Server = AsyncDisposable & { readonly store: Store; readonly ways: WaysIn; readonly metrics: Metrics };

async function serverOn(schema: FreshSchema, { topic, clientId }: FreshTopic, name: string): Promise<Server> {
  const stop = new ServiceStack();
  const clock = systemClock;
  const [log, metrics] = [silentLog, new Metrics()];
  const store = await schema.open({ families });
  const nextId = await openIds((size) => store.reserveIds(size));
  const measurements = stop.use(openMeasurements({ store, clock, nextId, timeZone: 'UTC', log }));
  const broker = stop.use(openMemoryBroker({ clock, log }));
  const subscribe = await openMqtt({ mqtt: mqttUrl, mqttTopic: topic, mqttClient: clientId }, log);
  const parts = { broker, measurements, store, clock, random: Math.random, log, metrics, name, subscribe };
  const ways = stop.use(await startWaysIn(parts));
  return { store, ways, metrics, [Symbol.asyncDispose]: () => stop.close() };
}

const isConnected = ({ metrics }: Server): boolean => metrics.text().includes('millrace_mqtt_connected 1');
const verdictOf = async ({ ways }: Server) => ways.checks[0]?.run(new AbortController().signal);

async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isTrue())) await systemClock.sleep(20);
}

describe.skipIf(withoutMqtt || withoutPostgres)('servers that share a store', { timeout: 60_000 }, () => {
  it('take readings from MQTT one at a time, and lose none when they take turns', async () => {
    await using schema = freshSchema();
    await using topic = await freshTopic();
    const north = await serverOn(schema, topic, 'north');
    await until(() => isConnected(north));
    await using south = await serverOn(schema, topic, 'south');
    const { store } = south;
    expect((await verdictOf(south))?.reason).toContain('Another server');
    const nextId = await openIds((size) => store.reserveIds(size));
    const plant = openMeasurements({ store, clock: systemClock, nextId, timeZone: 'UTC', log: silentLog });
    await plant.devices.create({ id: 'press-1', fields: [{ name: 't' }] }, { actor: 'ada' });
    const say = (place: number) => topic.say('press-1', JSON.stringify({ ts: START + place * 1_000, t: place }));
    const stored = async () => (await store.select(measurementFamily, { limit: 1_000 })).length;
    await say(0);
    await until(async () => (await stored()) === 1);
    expect(isConnected(south)).toBe(false);
    const ended = north[Symbol.asyncDispose]();
    for (let place = 1; place <= 50; place++) await say(place);
    await ended;
    await until(() => isConnected(south));
    for (let place = 51; place <= 60; place++) await say(place);
    await until(async () => (await stored()) === 61);
    expect((await verdictOf(south))?.verdict).toBe('pass');
    await plant.close();
  });
});
