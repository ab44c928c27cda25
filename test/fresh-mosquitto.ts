/** The MQTT server of the tests: where it is, whether it answers, and topics and sessions of one's own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { systemClock } from '../src/kernel/clock.ts';

/** Never the MILLRACE_… address: tests end sessions that they made. */
export const mqttUrl = process.env.TEST_MQTT_URL ?? 'mqtt://127.0.0.1:1883';

const dial = (url: string, options: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(url, { reconnectPeriod: 0, connectTimeout: 2_000, ...options }, false);

const mqttAnswers: boolean = await dial(mqttUrl).then(
  (client) => client.endAsync().then(() => true),
  () => false,
);

/** In CI a missing server is a failure, not a reason to leave a test out. */
export const withoutMqtt: boolean = !mqttAnswers && process.env.CI !== 'true';

export type FreshTopic = AsyncDisposable & {
  /** With a level `{device}`. */
  readonly topic: string;
  readonly clientId: string;
  /** Says something of a device; resolves when the server has it. */
  say(
    device: string,
    payload: string | Buffer,
    options?: { readonly qos?: 0 | 1; readonly retain?: boolean },
  ): Promise<void>;
  /** Takes the session over, as another client with the same id does. */
  takeOver(): Promise<MqttClient>;
};

/** A topic and a session of one's own on a server; leaving the scope ends the session. */
export async function freshTopic(url = mqttUrl): Promise<FreshTopic> {
  const name = `test-${randomBytes(6).toString('hex')}`;
  const publisher = await dial(url);
  const retained = new Set<string>();
  const topicOf = (device: string) => `${name}/${device}/readings`;
  return {
    topic: `${name}/{device}/readings`,
    clientId: name,
    say: async (device, payload, { qos = 1, retain = false } = {}) => {
      if (retain) retained.add(topicOf(device));
      await publisher.publishAsync(topicOf(device), payload, { qos, retain });
    },
    takeOver: () => dial(url, { clientId: name, clean: false }),
    [Symbol.asyncDispose]: async () => {
      for (const topic of retained) await publisher.publishAsync(topic, '', { retain: true, qos: 1 });
      await publisher.endAsync();
      const cleaner = await dial(url, { clientId: name, clean: true });
      await cleaner.endAsync();
    },
  };
}

/** Debian's packages mosquitto and mosquitto-clients have them; without them these tests are left out. */
export const isMosquittoInstalled: boolean =
  spawnSync('mosquitto', ['-h']).error === undefined && spawnSync('mosquitto_passwd', ['--help']).error === undefined;

export type OwnMosquitto = AsyncDisposable & {
  readonly port: number;
  kill(): Promise<void>;
  start(): Promise<void>;
};

/** A server of a test's own, which the test may kill and start again; it keeps what it confirmed. */
export async function ownMosquitto(
  settings: (directory: string) => readonly string[] = () => ['allow_anonymous true'],
): Promise<OwnMosquitto> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-mosquitto-'));
  const file = join(directory, 'mosquitto.conf');
  const own = [
    `listener ${port} 127.0.0.1`,
    'persistence true',
    `persistence_location ${directory}/`,
    'autosave_interval 1',
    'autosave_on_changes true',
    'user root',
  ];
  await writeFile(file, [...own, ...settings(directory)].join('\n'));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
    while (!(await isListening(port))) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
      await systemClock.sleep(20);
    }
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    port,
    start,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
}
