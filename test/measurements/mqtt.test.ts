/** Readings over MQTT, from a real server: none is lost and none is stored twice, whoever is away and whatever is said. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDriver } from '../../src/adapters/mqtt/driver.ts';
import { openMqttSubscription } from '../../src/adapters/mqtt/mqtt-subscription.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { measurementFamily } from '../../src/measurements/ingest/measurement.ts';
import { quarantineFamily } from '../../src/measurements/ingest/quarantine.ts';
import { mqttCheck } from '../../src/measurements/ways/checks.ts';
import type { TakeRows } from '../../src/measurements/ways/in-calls.ts';
import { openReceiver } from '../../src/measurements/ways/receiver.ts';
import type { SubscriptionState } from '../../src/measurements/ways/subscription-port.ts';
import { parseTopic } from '../../src/measurements/ways/topic.ts';
import { type MeasuredPlant, openMeasuredPlant, PLANT_START } from '../../src/testing/measured-plant.ts';
import {
  type FreshTopic,
  freshTopic,
  isMosquittoInstalled,
  mqttUrl,
  ownMosquitto,
  withoutMqtt,
} from '../fresh-mosquitto.ts';

async function openPress(): Promise<MeasuredPlant> {
  const plant = await openMeasuredPlant();
  for (const id of ['press-1', 'press-2'])
    await plant.measurements.devices.create({ id, fields: [{ name: 't' }] }, { actor: 'ada' });
  return plant;
}

type Subscribed = AsyncDisposable & { readonly state: () => SubscriptionState; readonly held: () => number };

async function subscribe(
  plant: MeasuredPlant,
  { topic, clientId }: Pick<FreshTopic, 'topic' | 'clientId'>,
  { url = mqttUrl, ingest = plant.measurements.ingest }: { readonly url?: string; readonly ingest?: TakeRows } = {},
): Promise<Subscribed> {
  const shared = { clock: systemClock, random: () => 0.99, log: silentLog };
  const receiver = openReceiver({ way: 'mqtt', ingest, store: plant.store, ...shared });
  const parsed = parseTopic(topic);
  if (parsed === undefined) throw new Error(topic);
  const parts = { driver: await loadDriver(), url, topic: parsed, clientId, ...shared };
  const subscription = openMqttSubscription(parts, receiver.take);
  return {
    state: subscription.state,
    held: receiver.held,
    [Symbol.asyncDispose]: async () => {
      await receiver.close();
      await subscription.close();
    },
  };
}

const until = async <T>(look: () => Promise<T> | T, isRight: (found: T) => boolean): Promise<T> => {
  for (;;) {
    const found = await look();
    if (isRight(found)) return found;
    await systemClock.sleep(10);
  }
};
const stored = async (plant: MeasuredPlant, rows: number) =>
  until(
    () => plant.rows(measurementFamily),
    (found) => found.length >= rows,
  );
const connected = (subscribed: Subscribed) => until(subscribed.state, ({ isConnected }) => isConnected);
const reading = (place: number, t: unknown = place) => JSON.stringify({ ts: PLANT_START - place, t });

describe.skipIf(withoutMqtt)('readings over MQTT', () => {
  it('are stored under the device of their topic, in every form a device may say them', async () => {
    await using topic = await freshTopic();
    await using plant = await openPress();
    await using subscribed = await subscribe(plant, topic);
    await connected(subscribed);
    await topic.say('press-1', JSON.stringify({ ts: new Date(PLANT_START).toISOString(), values: { t: 1 } }));
    await topic.say('press-2', `[${reading(1)},${reading(2)}]`);
    await topic.say('press-2', `${reading(3)}\n${reading(4)}`, { qos: 0 });
    const rows = await stored(plant, 5);
    expect(rows.filter(({ device }) => device === 'press-2')).toHaveLength(4);
    const check = await mqttCheck(subscribed.state).run(new AbortController().signal);
    expect(check.verdict).toBe('pass');
  });

  it('that are wrong go to quarantine and hold up nothing', async () => {
    await using topic = await freshTopic();
    await using plant = await openPress();
    await topic.say('press-1', 'hot', { retain: true });
    await using subscribed = await subscribe(plant, topic);
    await connected(subscribed);
    await topic.say('press-1', Buffer.from([0x7b, 0xff, 0x00]));
    await topic.say('press-1', '{"ts":1,"__proto__":1}');
    await topic.say('press-9', reading(0));
    await topic.say('press-1', reading(0));
    await stored(plant, 1);
    const kept = await until(
      () => plant.rows(quarantineFamily),
      (rows) => rows.length >= 4,
    );
    expect(kept.map(({ code }) => code).sort()).toEqual([
      'forbidden-character',
      'forbidden-key',
      'malformed-row',
      'unknown-device',
    ]);
  });

  it('that come while nobody is there wait at the server', async () => {
    await using topic = await freshTopic();
    await using plant = await openPress();
    {
      await using first = await subscribe(plant, topic);
      await connected(first);
    }
    for (let place = 0; place < 200; place++) await topic.say('press-1', reading(place));
    await using _ = await subscribe(plant, topic);
    expect(await stored(plant, 200)).toHaveLength(200);
  });

  it('that were delivered and not stored are delivered again, and those that were stored are known', async () => {
    await using topic = await freshTopic();
    await using plant = await openPress();
    let calls = 0;
    let refuse = () => {};
    const refused = new Promise<void>((resolve) => {
      refuse = resolve;
    });
    const counts = { stored: 0, duplicate: 0 };
    const take: TakeRows = async (rows, options) => {
      const answer = await plant.measurements.ingest(rows, options);
      counts.stored += answer.stored;
      counts.duplicate += answer.duplicate;
      return answer;
    };
    // The first server stores and then fails, as one that is killed between the store and the acknowledgement.
    const dying: TakeRows = async (rows, options) => {
      await take(rows, options);
      calls += 1;
      refuse();
      throw new Error('killed');
    };
    {
      await using first = await subscribe(plant, topic, { ingest: dying });
      await connected(first);
      await topic.say('press-1', reading(0));
      await refused;
    }
    expect(calls).toBeGreaterThan(0);
    expect(counts.stored).toBe(1);
    const before = counts.duplicate;
    await topic.say('press-1', reading(1));
    await using _ = await subscribe(plant, topic, { ingest: take });
    await stored(plant, 2);
    expect(counts.stored).toBe(2);
    await until(
      () => counts.duplicate,
      (duplicate) => duplicate > before,
    );
  });

  it('come again after somebody took the session away', async () => {
    await using topic = await freshTopic();
    await using plant = await openPress();
    await using subscribed = await subscribe(plant, topic);
    await connected(subscribed);
    const thief = await topic.takeOver();
    await until(subscribed.state, ({ reconnects, isConnected }) => reconnects === 1 && isConnected);
    await thief.endAsync();
    await topic.say('press-1', reading(0));
    expect(await stored(plant, 1)).toHaveLength(1);
  });

  it('are stored together when they come faster than the store writes', async () => {
    await using topic = await freshTopic();
    await using plant = await openPress();
    const sizes: number[] = [];
    const ingest: TakeRows = async (rows, options) => {
      sizes.push(rows.length);
      // The first call takes as long as ten more messages take to come, all of them unacknowledged.
      if (sizes.length === 1) await until(subscribed.held, (held) => held > 10);
      return plant.measurements.ingest(rows, options);
    };
    await using subscribed = await subscribe(plant, topic, { ingest });
    await connected(subscribed);
    await Promise.all(Array.from({ length: 500 }, (_, place) => topic.say('press-1', reading(place))));
    expect(await stored(plant, 500)).toHaveLength(500);
    expect(sizes[1]).toBeGreaterThanOrEqual(10);
  });
});

describe.skipIf(!isMosquittoInstalled)('an MQTT server', () => {
  it('that is killed and comes back keeps what it had confirmed, and the subscription comes back by itself', async () => {
    await using server = await ownMosquitto();
    const url = `mqtt://127.0.0.1:${server.port}`;
    await using plant = await openPress();
    const names = { topic: 'm/{device}', clientId: 'millrace' };
    await using subscribed = await subscribe(plant, names, { url });
    await connected(subscribed);
    await server.kill();
    await until(subscribed.state, ({ isConnected }) => !isConnected);
    const check = await mqttCheck(subscribed.state).run(new AbortController().signal);
    expect(check).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('tried again') });
    await server.start();
    await connected(subscribed);
    const { connectAsync } = await import('mqtt');
    const device = await connectAsync(url);
    await device.publishAsync('m/press-1', reading(0), { qos: 1 });
    await device.endAsync();
    expect(await stored(plant, 1)).toHaveLength(1);
  });

  it('that wants user and password gets them, also with signs in them; without them the reason is shown', async () => {
    const password = 'p@ss/w:rd';
    await using server = await ownMosquitto((directory) => {
      const file = join(directory, 'passwords');
      execFileSync('mosquitto_passwd', ['-c', '-b', file, 'plant', password]);
      return ['allow_anonymous false', `password_file ${file}`];
    });
    await using plant = await openPress();
    const names = { topic: 'm/{device}', clientId: 'millrace' };
    const at = `127.0.0.1:${server.port}`;
    {
      await using barred = await subscribe(plant, names, { url: `mqtt://${at}` });
      const { problem } = await until(barred.state, (state) => state.problem !== undefined);
      expect(problem).toMatch(/authori[sz]ed/i);
    }
    await using admitted = await subscribe(plant, names, {
      url: `mqtt://plant:${encodeURIComponent(password)}@${at}`,
    });
    await connected(admitted);
  });

  it('whose certificate nobody vouches for is not spoken to', async () => {
    await using server = await ownMosquitto((directory) => {
      const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          key,
          '-out',
          certificate,
          '-days',
          '2',
          ...subject,
        ],
        { stdio: 'ignore' },
      );
      return ['allow_anonymous true', `certfile ${certificate}`, `keyfile ${key}`];
    });
    await using plant = await openPress();
    const names = { topic: 'm/{device}', clientId: 'millrace' };
    await using subscribed = await subscribe(plant, names, { url: `mqtts://127.0.0.1:${server.port}` });
    const { problem } = await until(subscribed.state, (state) => state.problem !== undefined);
    expect(problem).toContain('self-signed');
    expect(subscribed.state().isConnected).toBe(false);
  });
});
