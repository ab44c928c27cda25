/** A RabbitMQ server of one's own, in a directory of its own, that a test may kill. It is there where Debian's package is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { within } from '../../src/testing/broker-conformance/parts.ts';

const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export const cannotRunRabbit: boolean = !existsSync(PROGRAM);

export type OwnRabbit = {
  readonly url: string;
  /** Ends it as a power cut would, and resolves when it is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function ownRabbit(): Promise<OwnRabbit> {
  const place = await mkdtemp(join(tmpdir(), 'millrace-rabbit-'));
  const [port, clusterPort] = [await freePort(), await freePort()];
  const configuration = join(place, 'rabbitmq.conf');
  await writeFile(configuration, `listeners.tcp.1 = 127.0.0.1:${port}\nloopback_users.guest = true\n`);
  const environment = {
    ...process.env,
    HOME: place,
    RABBITMQ_NODENAME: `millrace-test-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(clusterPort),
    RABBITMQ_MNESIA_BASE: join(place, 'data'),
    RABBITMQ_LOG_BASE: join(place, 'log'),
    RABBITMQ_PID_FILE: join(place, 'pid'),
    RABBITMQ_CONFIG_FILE: configuration,
    RABBITMQ_ADVANCED_CONFIG_FILE: join(place, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(place, 'enabled_plugins'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
  };
  let server: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const start = async (): Promise<void> => {
    const child = spawn(PROGRAM, { env: environment, stdio: ['ignore', 'ignore', 'ignore'] });
    server = child;
    ended = new Promise((resolve) => child.once('close', resolve));
    await within(listening(port, ended), 'the server to listen');
  };
  const kill = async (): Promise<void> => {
    if (server === undefined) return;
    server = undefined;
    process.kill(Number(await readFile(join(place, 'pid'), 'utf8')), 'SIGKILL');
    await within(ended, 'the server to be gone');
  };
  await start();
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(place, { recursive: true, force: true });
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

/** Knocks until somebody opens; there is no other sign. */
async function listening(port: number, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!(await opens(port))) if (isOver) throw new Error('the server did not start');
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => setTimeout(resolve, KNOCK_MS, false));
  });
}

const KNOCK_MS = 50;
