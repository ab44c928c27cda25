/** The server as a process: what it refuses at the start, how it stops, and what it is like after `kill -9`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from './fresh-database.ts';
import { withoutPostgres } from './fresh-postgres.ts';
import { type Environment, ServerProcess } from './server-process.ts';

const PROCESS_TIMEOUT_MS = 120_000;
const json = { 'content-type': 'application/json' };

/** A data directory and the servers on it, all gone at the end of the scope. */
function plant(environment: Environment = {}) {
  const data = mkdtempSync(join(tmpdir(), 'millrace-serve-'));
  const servers: ServerProcess[] = [];
  return {
    data,
    server: (more: Environment = {}): ServerProcess => {
      const server = new ServerProcess({ data, environment: { MILLRACE_AUTH: 'off', ...environment, ...more } });
      servers.push(server);
      return server;
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) await server.kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function post({ url }: ServerProcess, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function get<T>({ url }: ServerProcess, path: string): Promise<T> {
  return (await (await fetch(`${url}/api/v1${path}`)).json()) as T;
}

describe('a second server', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('on the same data directory is refused, by name of the first, and the first does not notice', async () => {
    await using here = plant();
    const first = here.server();
    await first.start();
    const facts = readFileSync(join(here.data, 'server.json'), 'utf8');
    const second = new ServerProcess({ data: here.data, isSecond: true });
    second.launch();
    const { code, output } = await second.ended();
    expect([code, output]).toEqual([1, expect.stringContaining('(config.memory-broker-is-single-process)')]);
    expect(output).toContain(`process ${first.pid}`);
    expect(readFileSync(join(here.data, 'server.json'), 'utf8')).toBe(facts);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    expect(await first.stop()).toBe(0);
  });

  it.skipIf(withoutPostgres)('on the same database is refused as well, whatever its directory', async () => {
    await using database = await freshDatabase();
    await using one = plant({ MILLRACE_STORE: database.url });
    await using two = plant({ MILLRACE_STORE: database.url });
    const first = one.server();
    await first.start();
    const second = two.server();
    second.launch();
    const { code, output } = await second.ended();
    expect([code, output]).toEqual([1, expect.stringContaining('(config.memory-broker-is-single-process)')]);
    expect(output).toContain(`server ${first.pid}`);
    expect(await first.stop()).toBe(0);
    const third = two.server();
    await third.start();
    expect(await third.stop()).toBe(0);
  });

  it('on the same port is refused with a code', async () => {
    await using here = plant();
    await using there = plant();
    const first = here.server();
    await first.start();
    const second = there.server({ PORT: new URL(first.url).port });
    second.launch();
    const { code, output } = await second.ended();
    expect([code, output]).toEqual([1, expect.stringContaining('(config.cannot-listen)')]);
  });
});

describe('a start that cannot come about', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('names every problem of the configuration at once', async () => {
    await using here = plant({ PORT: '99999', MILLRACE_TIME_ZONE: 'Mars/Olympus', LOG_LEVEL: 'loud' });
    const server = here.server();
    server.launch();
    const { code, output } = await server.ended();
    expect(code).toBe(1);
    for (const part of ['PORT', 'MILLRACE_TIME_ZONE', 'LOG_LEVEL', '(config.invalid)']) expect(output).toContain(part);
  });

  it('says that the data directory cannot be used', async () => {
    await using here = plant();
    const file = join(here.data, 'file');
    writeFileSync(file, '');
    for (const data of [file, join(file, 'below')]) {
      const server = here.server({ MILLRACE_DATA: data });
      server.launch();
      const { code, output } = await server.ended();
      expect([code, output]).toEqual([1, expect.stringContaining('(config.unusable-data)')]);
      expect(output).toContain(data);
    }
  });

  it('says that the database does not answer', async () => {
    await using here = plant({ MILLRACE_STORE: 'postgres://somebody:hunter2@127.0.0.1:1/nowhere' });
    const server = here.server();
    server.launch();
    const { code, output } = await server.ended();
    expect([code, output]).toEqual([1, expect.stringContaining('(store.unreachable)')]);
    expect(output).not.toContain('hunter2');
  });
});

describe('a simulated plant', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('is remembered by the store that it filled, also when the next server simulates nothing', async () => {
    await using here = plant();
    await using demo = new ServerProcess({ data: here.data, environment: { MILLRACE_AUTH: 'off' }, plant: 'demo' });
    await demo.start();
    await expect
      .poll(async () => (await get<{ items: unknown[] }>(demo, '/devices')).items.length, { timeout: 20_000 })
      .toBe(4);
    expect(await get(demo, '/me')).toMatchObject({ plant: 'demo', simulated: true });
    expect(await demo.stop()).toBe(0);
    const empty = here.server();
    await empty.start();
    await post(empty, '/devices', { id: 'real', fields: [{ name: 'temperature' }] });
    expect(await get(empty, '/me')).toMatchObject({ plant: 'none', simulated: true });
    const { items } = await get<{ items: { id: string; simulated: boolean }[] }>(empty, '/devices');
    expect(items.filter(({ simulated }) => !simulated).map(({ id }) => id)).toEqual(['real']);
    expect(items).toHaveLength(5);
  });
});

describe('server.json', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('can be read by its owner only, and is gone with its token after the stop', async () => {
    await using here = plant({ MILLRACE_AUTH: 'on' });
    const server = here.server();
    await server.start();
    const file = join(here.data, 'server.json');
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    const { token } = server;
    const ask = async () =>
      (await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await ask()).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(existsSync(file)).toBe(false);
    await server.start();
    expect(await ask()).toBe(401);
  });
});

describe('SIGTERM', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('lets a call that is under way have its answer, takes no new ones, and ends with 0', async () => {
    await using here = plant();
    const server = here.server();
    await server.start();
    await post(server, '/devices', {
      id: 'press-1',
      line: 'line-1',
      fields: [{ name: 'temperature', unit: '°C', min: 0, max: 500 }],
    });
    const rows = Array.from({ length: 2_000 }, (_, at) => ({
      device: 'press-1',
      ts: new Date(Date.UTC(2026, 0, 5) + at).toISOString(),
      values: { temperature: 60 },
    }));
    const body = JSON.stringify(rows);
    const half = body.length >> 1;
    const call = request(`${server.url}/api/v1/measurements?mode=replay`, { method: 'POST', headers: json });
    const answered = new Promise<{ status: number | undefined; connection: string | undefined; text: string }>(
      (resolve, reject) => {
        call.once('error', reject);
        call.once('response', async (answer) => {
          let text = '';
          for await (const chunk of answer) text += chunk;
          resolve({ status: answer.statusCode, connection: answer.headers.connection, text });
        });
      },
    );
    await new Promise((resolve) => call.write(body.slice(0, half), resolve));
    const stopped = server.stop();
    const refuses = async () =>
      fetch(`${server.url}/livez`, { headers: { connection: 'close' } }).then(
        () => false,
        () => true,
      );
    await expect.poll(refuses, { timeout: 30_000 }).toBe(true);
    call.end(body.slice(half));
    const { status, connection, text } = await answered;
    expect([status, JSON.parse(text)]).toEqual([200, { stored: 2_000, duplicate: 0, quarantined: [] }]);
    expect(connection).toBe('close'); // or it would be waited for until it times out
    expect(await stopped).toBe(0);
    await server.start();
    expect(await post(server, '/measurements?mode=replay', rows)).toMatchObject({ stored: 0, duplicate: 2_000 });
  });

  it('ends live streams instead of waiting for them', async () => {
    await using here = plant();
    const server = here.server();
    await server.start();
    const stream = await fetch(`${server.url}/api/v1/events?topics=millrace.process`);
    expect(stream.status).toBe(200);
    expect(await server.stop()).toBe(0);
    await stream.text().catch(() => ''); // the line may be cut
  });
});

describe('after kill -9', { timeout: PROCESS_TIMEOUT_MS }, () => {
  it('the next start works at once, and what the dead server was working on runs again without waiting for its lease', async () => {
    await using mailServer = await deafServer();
    await using here = plant();
    const dead = here.server({ MILLRACE_SMTP: mailServer.url });
    await dead.start();
    await post(dead, '/recipients', { name: 'team', members: [{ kind: 'address', value: 'team@plant.example' }] });
    const nodes = [
      { id: 'start', type: 'start', next: 'tell' },
      { id: 'tell', type: 'mail', to: 'team', subject: 'Repair', text: 'Please.', next: 'end' },
      { id: 'end', type: 'end' },
    ];
    await post(dead, '/definitions', { key: 'tell', nodes });
    const { id } = (await post(dead, '/instances', { definition: 'tell' })) as { id: string };
    await mailServer.called; // the job is leased, and its handler waits for a server that says nothing
    await dead.kill();

    const next = here.server();
    await next.start();
    const status = async () => (await get<{ status: string }>(next, `/instances/${id}`)).status;
    // Far less than the 30 seconds that the lease still has.
    await expect.poll(status, { timeout: 10_000 }).toBe('completed');
    const { items } = await get<{ items: { state: string; instance: string }[] }>(next, '/mails');
    expect(items).toMatchObject([{ state: 'kept', instance: id }]);
    expect(await next.stop()).toBe(0);
  });
});

/** A mail server that takes the line and then says nothing. */
async function deafServer() {
  let onCall: () => void = () => {};
  const called = new Promise<void>((resolve) => {
    onCall = resolve;
  });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onCall();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    called,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
