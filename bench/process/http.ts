/**
 * `process.http.tasks`: whole processes of five steps a second, counted as the source counts tasks: a client starts them over HTTP,
 * workers in processes of their own claim and settle the steps over HTTP in batches, every answer after the disk has it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '../../src/client/client.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { freshDatabase } from '../../test/fresh-database.ts';
import { freshRabbit, rabbitUrl } from '../../test/fresh-rabbitmq.ts';
import { type Environment, ServerProcess } from '../../test/server-process.ts';
import { note, print } from '../figure.ts';
import { inFolder } from './stores.ts';
import { startVacuum } from './vacuum.ts';

/** With the flag that `npm start` gives it. */
const COMMAND = [
  process.execPath,
  '--max-semi-space-size=64',
  fileURLToPath(new URL('../../dist/app/main.js', import.meta.url)),
] as const;
const STEPS = ['one', 'two', 'three', 'four', 'five'];
const KEY = 'five-steps';
const WORKERS = 2;
/** Instances under way; the client starts more as these end. */
const UNDER_WAY = 4_000;
const STARTS_AT_ONCE = 500;
const WARM_UP_MS = 6_000;
const SECONDS = 10;
const LOOK_MS = 100;
const PAYLOAD = { line: 'line-1', operatorNote: 'x'.repeat(140), shift: 3 };

const definition = {
  key: KEY,
  nodes: [
    { id: 'start', type: 'start', next: STEPS[0] },
    ...STEPS.map((id, place) => ({ id, type: 'job', kind: `bench.${id}`, next: STEPS[place + 1] ?? 'end' })),
    { id: 'end', type: 'end' },
  ],
};

const BATCH = Array.from({ length: STARTS_AT_ONCE }, () => ({ definition: KEY, variables: PAYLOAD }));

export async function overHttp(wanted: (name: string) => boolean): Promise<void> {
  if (wanted('http.tasks.sqlite')) await measure('sqlite', [{}]);
  for (const servers of [1, 2]) {
    const store = servers === 1 ? 'postgres' : `postgres.${servers}`;
    if (!wanted(`http.tasks.${store}`)) continue;
    await using database = await freshDatabase();
    await using _vacuum = await startVacuum(database.url);
    await using rabbit = freshRabbit();
    rabbit.rememberServed(['process.firings']);
    const shared = { MILLRACE_STORE: database.url, MILLRACE_BROKER: rabbitUrl, MILLRACE_BROKER_PREFIX: rabbit.prefix };
    const all = Array.from({ length: servers }, (_, place) => ({ ...shared, MILLRACE_NAME: `bench-${place}` }));
    await measure(store, all);
  }
}

async function measure(store: string, environments: readonly Environment[]): Promise<void> {
  await inFolder(async (directory) => {
    const servers = environments.map(
      (environment, place) => new ServerProcess({ data: join(directory, `${place}`), environment, command: COMMAND }),
    );
    const workers: ChildProcess[] = [];
    try {
      for (const server of servers) await server.start();
      const clients = servers.map(({ url, token }) => createClient({ url, token }));
      await clients[0]?.definitions.deploy(definition);
      for (let worker = 0; worker < WORKERS; worker += 1) {
        const { url, token } = servers[worker % servers.length] as ServerProcess;
        workers.push(startWorker({ url, token, name: `remote-${worker}` }));
      }
      const perSecond = await drive(clients);
      const how = `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}, ${WORKERS} worker processes`;
      print({
        name: `process.http.tasks.${store}`,
        value: perSecond,
        unit: '1/s',
        setup: `${store === 'sqlite' ? store : 'postgres, vacuumed every 2 s where autovacuum is off'}, ${how}, whole five-step processes over HTTP, ${UNDER_WAY} under way, ${SECONDS} s, 200-byte payload, full durability, history and statistics on`,
      });
      note(`  ${Math.round(perSecond * STEPS.length)} steps/s`);
    } finally {
      await Promise.all(workers.map(end));
      for (const server of servers) await server.kill();
    }
  });
}

/** Keeps so many instances under way, and answers how many ended a second once it has warmed up. */
async function drive(clients: readonly Client[]): Promise<number> {
  const [first] = clients as readonly [Client];
  let ended = 0;
  let isOver = false;
  const feed = async () => {
    for (let started = 0; !isOver; ) {
      const batches = Math.floor((UNDER_WAY - (started - ended)) / STARTS_AT_ONCE);
      if (batches < 1) {
        await systemClock.sleep(LOOK_MS);
        continue;
      }
      await clients[(started / STARTS_AT_ONCE) % clients.length]?.instances.startMany(BATCH);
      started += STARTS_AT_ONCE;
    }
  };
  const look = async () => {
    while (!isOver) {
      ended = await endedOf(first);
      await systemClock.sleep(LOOK_MS);
    }
  };
  const measured = async () => {
    while (ended === 0) await systemClock.sleep(LOOK_MS);
    await systemClock.sleep(WARM_UP_MS);
    const from = { at: performance.now(), ended: await endedOf(first) };
    await systemClock.sleep(SECONDS * 1_000);
    const perSecond = ((await endedOf(first)) - from.ended) / ((performance.now() - from.at) / 1_000);
    isOver = true;
    return perSecond;
  };
  const [perSecond] = await Promise.all([measured(), feed(), look()]);
  return perSecond;
}

async function endedOf(client: Client): Promise<number> {
  const { items } = await client.statistics({ prefix: `instance/${KEY}` });
  return items.find(({ subject }) => subject === `instance/${KEY}`)?.completed ?? 0;
}

type WorkerOf = { readonly url: string; readonly token: string; readonly name: string };

function startWorker({ url, token, name }: WorkerOf): ChildProcess {
  const file = fileURLToPath(new URL('./remote-worker.ts', import.meta.url));
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file, name, ...STEPS.map(kindOf)], {
    env: { ...process.env, MILLRACE_URL: url, MILLRACE_TOKEN: token },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const kindOf = (step: string) => `bench.${step}`;

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exited = once(worker, 'exit');
  worker.kill('SIGKILL');
  await exited;
}
