/** Several servers beside each other on one PostgreSQL and one RabbitMQ: real processes, one of which is killed under load. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/random.ts';
import { freshDatabase } from './fresh-database.ts';
import { withoutPostgres } from './fresh-postgres.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from './fresh-rabbitmq.ts';
import { type Environment, ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 180_000;
const INSTANCES = 36;
const PEOPLE_AT_ONCE = 12;

const REPAIR = {
  key: 'repair',
  nodes: [
    { id: 'start', type: 'start', next: 'look' },
    { id: 'look', type: 'userTask', role: 'operator', next: { fine: 'paid', bad: 'paid' } },
    { id: 'paid', type: 'messageCatch', message: 'paid', next: 'rest' },
    { id: 'rest', type: 'timerCatch', after: '500ms', next: 'tell' },
    { id: 'tell', type: 'mail', to: 'team', subject: 'Repaired', text: 'It runs again.', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const HOT = {
  key: 'hot',
  start: { criteria: ['hot'], mode: 'any', within: '1h' },
  nodes: [
    { id: 'fired', type: 'criterion', criterion: 'hot', next: 'see' },
    { id: 'see', type: 'userTask', role: 'operator', outcomes: ['done'] },
  ],
};

type Page<T> = { readonly items: readonly T[] };
type Started = { readonly id: string };

/** Servers that share a database and a broker; everything is gone at the end of the scope. */
async function fleet() {
  const database = await freshDatabase();
  const rabbit = freshRabbit();
  rabbit.rememberServed(['process.firings']);
  const servers: ServerProcess[] = [];
  const folders: string[] = [];
  const server = (name: string, { roles, ...more }: Environment = {}): ServerProcess => {
    const data = mkdtempSync(join(tmpdir(), 'millrace-fleet-'));
    folders.push(data);
    const environment = {
      MILLRACE_STORE: database.url,
      MILLRACE_BROKER: rabbitUrl,
      MILLRACE_BROKER_PREFIX: rabbit.prefix,
      MILLRACE_NAME: name,
      ...more,
    };
    const started = new ServerProcess({ data, environment, ...(roles !== undefined && { roles }) });
    servers.push(started);
    return started;
  };
  const sql = async (text: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  const dispose = async () => {
    for (const one of servers) await one.kill();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await rabbit[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
  return { server, sql, [Symbol.asyncDispose]: dispose };
}

type Asked = readonly [method: string, path: string];

async function call({ url, token }: ServerProcess, [method, path]: Asked, body?: unknown): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function post<T>(server: ServerProcess, path: string, body: unknown): Promise<T> {
  const answer = await call(server, ['POST', path], body);
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function get<T>(server: ServerProcess, path: string): Promise<T> {
  const answer = await call(server, ['GET', path]);
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

const readings = (device: string, values: readonly number[], from = 0) =>
  values.map((temperature, at) => ({
    device,
    ts: new Date(Date.UTC(2026, 0, 5) + (from + at) * 1_000).toISOString(),
    values: { temperature },
  }));

async function addDevice(server: ServerProcess, id: string): Promise<void> {
  await post(server, '/devices', { id, line: 'line-1', fields: [{ name: 'temperature', min: 0, max: 500 }] });
  const settings = { signal: { field: 'temperature' }, limit: 80, direction: 'above' };
  await post(server, '/criteria', { device: id, name: 'hot', settings });
}

/** Until it is `wanted`, by looking again and again. */
const soon = (look: () => Promise<unknown>, timeout = 30_000) => expect.poll(look, { timeout, interval: 100 });

describe.skipIf(withoutPostgres || withoutRabbit)('several servers', { timeout: TIMEOUT_MS }, () => {
  it('share the work, and when one is killed under load the other settles everything, nothing twice', async () => {
    await using here = await fleet();
    const pair = [here.server('north'), here.server('south')] as const;
    const [north, south] = pair;
    await Promise.all(pair.map((one) => one.start()));
    const random = seededRandom(1);
    await expectRefused(here.server('west', { MILLRACE_BROKER: 'memory' }), 'config.memory-broker-is-single-process');
    await expectRefused(here.server('north'), 'config.name-in-use');

    await post(north, '/recipients', { name: 'team', members: [{ kind: 'address', value: 'team@plant.example' }] });
    await expectFreshDefinitions(north, south);
    await expectOneAnalysis(pair);
    await expectRevoked(north, south);

    const holder = async () =>
      (await here.sql(`SELECT holder FROM millrace.election WHERE office = 'housekeeping'`))[0]?.holder;
    await soon(holder).not.toBe(undefined);
    const victim = (await holder()) === 'north' ? north : south;
    const other = victim === north ? south : north;
    const ids: string[] = [];
    for (let n = 0; n < INSTANCES; n++) {
      const { id } = await post<Started>(pair[n % 2] as ServerProcess, '/instances', {
        definition: 'repair',
        businessKey: `order-${n}`,
      });
      ids.push(id);
    }
    let done = 0;
    let killing: Promise<void> | undefined;
    let killedAt = 0;
    const any = () => (killing !== undefined || random() < 0.5 ? other : victim);
    const todo = (await get<Page<{ id: string; instance: string }>>(other, '/tasks?limit=200')).items.filter(
      ({ instance }) => ids.includes(instance),
    );
    expect(todo).toHaveLength(INSTANCES);
    const person = async () => {
      for (let task = todo.pop(); task !== undefined; task = todo.pop()) {
        const n = ids.indexOf(task.instance);
        await untilAnswered(
          any,
          (at) => call(at, ['POST', `/tasks/${task?.id}/complete`], { outcome: 'fine' }),
          'task.already-done',
        );
        const message = { name: 'paid', correlationKey: `order-${n}`, ttl: '1h', id: `paid-${n}` };
        await untilAnswered(any, (at) => call(at, ['POST', '/messages'], message));
        done += 1;
        if (done === INSTANCES / 3) {
          killedAt = performance.now();
          killing = victim.kill();
        }
      }
    };
    await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, person));
    await killing;

    const open = async () => {
      const { items } = await get<Page<{ id: string; status: string }>>(
        other,
        '/instances?definition=repair&limit=500',
      );
      return items.filter(({ id, status }) => ids.includes(id) && status !== 'completed').length;
    };
    const takenOver = soon(holder, 15_000).toBe(other === north ? 'north' : 'south');
    await Promise.all([soon(open).toBe(0), takenOver]);
    // The lease of a job alone would have taken 30 s.
    expect(performance.now() - killedAt).toBeLessThan(30_000);
    for (const id of ids) {
      const { items } = await get<Page<{ command: { type: string } }>>(other, `/instances/${id}/history?limit=100`);
      expect([id, items.map(({ command }) => command.type)]).toEqual([
        id,
        ['start', 'settle', 'message', 'settle', 'settle'],
      ]);
    }
    const mails = (await get<Page<{ instance: string }>>(other, '/mails?limit=500')).items.map(
      ({ instance }) => instance,
    );
    expect(mails.filter((id) => ids.includes(id)).sort()).toEqual([...ids].sort());
    const statistics = await get<Page<{ subject: string; started: number; completed: number }>>(
      other,
      '/statistics?prefix=instance/repair',
    );
    expect(statistics.items).toMatchObject([{ started: INSTANCES + 2, completed: INSTANCES }]);
  });

  it('with roles of their own do the job together', async () => {
    await using here = await fleet();
    const front = here.server('front', { roles: 'api' });
    const back = here.server('back', { roles: 'engine,worker' });
    await Promise.all([front.start(), back.startSilent()]);
    expect(back.output).toContain('takes no calls');
    await post(front, '/recipients', { name: 'team', members: [{ kind: 'address', value: 'team@plant.example' }] });
    await post(front, '/definitions', REPAIR);
    await post(front, '/definitions', HOT);
    await addDevice(front, 'press-1');
    await post(front, '/measurements?mode=replay', readings('press-1', [20, 90]));
    await soon(async () => (await get<Page<unknown>>(front, '/instances?definition=hot')).items.length).toBe(1);
    const { id } = await post<Started>(front, '/instances', { definition: 'repair', businessKey: 'order-1' });
    const tasks = (await get<Page<{ id: string; instance: string }>>(front, '/tasks')).items;
    const task = tasks.find(({ instance }) => instance === id);
    expect((await call(front, ['POST', `/tasks/${task?.id}/complete`], { outcome: 'fine' })).ok).toBe(true);
    await post(front, '/messages', { name: 'paid', correlationKey: 'order-1' });
    // The timer rings and the mail is written at the other server: this one does neither.
    await soon(async () => (await get<{ status: string }>(front, `/instances/${id}`)).status).toBe('completed');
    expect((await get<Page<{ instance: string }>>(front, '/mails')).items.map(({ instance }) => instance)).toEqual([
      id,
    ]);
    expect([await front.stop(), await back.stop()]).toEqual([0, 0]);
    expect(await here.sql('SELECT name FROM millrace.server')).toEqual([]);
  });
});

async function expectRefused(server: ServerProcess, code: string): Promise<void> {
  server.launch();
  const ended = await server.ended();
  expect([ended.code, ended.output]).toEqual([1, expect.stringContaining(`(${code})`)]);
}

/** What is deployed at one is the newest at the other as soon as the deployment is answered. */
async function expectFreshDefinitions(one: ServerProcess, other: ServerProcess): Promise<void> {
  for (const version of [1, 2]) {
    await post(one, '/definitions', { ...REPAIR, name: `Repair ${version}` });
    const { id } = await post<Started>(other, '/instances', { definition: 'repair' });
    expect(await get(other, `/instances/${id}`)).toMatchObject({ version });
  }
}

/** Devices whose readings come in at both: each is analysed once, and each firing starts one process. */
async function expectOneAnalysis([one, other]: readonly [ServerProcess, ServerProcess]): Promise<void> {
  const devices = Array.from({ length: 6 }, (_, n) => `press-${n}`);
  for (const device of devices) await addDevice(one, device);
  await post(one, '/definitions', HOT);
  for (const device of devices) {
    await post(one, '/measurements?mode=replay', readings(device, [20, 21]));
    await post(other, '/measurements?mode=replay', readings(device, [22, 90, 91], 2));
  }
  const started = async () => (await get<Page<unknown>>(other, '/instances?definition=hot&limit=100')).items.length;
  await soon(started).toBe(devices.length);
  // The same device at both at the same moment: every reading is stored once.
  const calls = Array.from({ length: 16 }, (_, n) =>
    post<{ stored: number; duplicate: number }>(
      n % 2 === 0 ? one : other,
      '/measurements?mode=replay',
      readings('press-0', [30, 31, 32], 100 + 3 * (n >> 1)),
    ),
  );
  const totals = await Promise.all(calls);
  const sum = (of: 'stored' | 'duplicate') => totals.reduce((total, answer) => total + answer[of], 0);
  expect([sum('stored'), sum('duplicate')]).toEqual([24, 24]);
  expect(await started()).toBe(devices.length);
}

/** A token that was revoked at one is good for nothing at the other after five seconds. */
async function expectRevoked(one: ServerProcess, other: ServerProcess): Promise<void> {
  const { id, token } = await post<{ id: string; token: string }>(one, '/tokens', {
    name: 'scada',
    roles: ['engineer'],
  });
  const ask = async () =>
    (await fetch(`${other.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await ask()).toBe(200);
  expect((await call(one, ['DELETE', `/tokens/${id}`])).ok).toBe(true);
  await soon(ask, 6_000).toBe(401);
}

/** Asks again where the server has died before it answered. */
async function untilAnswered(
  any: () => ServerProcess,
  ask: (at: ServerProcess) => Promise<Response>,
  accepted?: string,
): Promise<void> {
  for (;;) {
    const answer = await ask(any()).catch(() => undefined);
    if (answer === undefined) await systemClock.sleep(20);
    else {
      const text = await answer.text();
      if (!answer.ok && !(accepted !== undefined && text.includes(accepted))) throw new Error(text);
      return;
    }
  }
}
