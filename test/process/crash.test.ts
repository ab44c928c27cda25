/**
 * Real servers that are killed (`kill -9`) at any moment while instances call, tell, signal and undo each other: in the end
 * each has ended once, as it should, and what remote workers did was taken once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { type Random, seededRandom } from '../../src/kernel/random.ts';
import { freshDatabase } from '../fresh-database.ts';
import { withoutPostgres } from '../fresh-postgres.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { type Environment, ServerProcess } from '../server-process.ts';

const TIMEOUT_MS = 120_000;
const TOURS = 16;
const KILLS = 5;
const KINDS = ['tour.work', 'tour.book', 'tour.undo'];

const job = (id: string, kind: string, rest = {}) => ({ id, type: 'job', kind, maxAttempts: 50, ...rest });
const tour = {
  key: 'tour',
  nodes: [
    { id: 'start', type: 'start', next: ['call', 'ask', 'horn', 'book'] },
    { id: 'call', type: 'callActivity', process: 'tour.part', output: { made: 'made' }, next: 'all' },
    { id: 'ask', type: 'throw', message: 'tour.ask', next: 'answer' },
    { id: 'answer', type: 'receiveTask', message: 'tour.reply', next: 'all' },
    { id: 'horn', type: 'catch', signal: 'tour.horn', next: 'all' },
    {
      ...{ id: 'book', type: 'transaction', next: 'all' },
      boundary: [{ id: 'cancelled', cancel: true, next: 'all' }],
      nodes: [
        job('each', 'tour.book', {
          multiInstance: { cardinality: '3' },
          boundary: [{ id: 'regret', compensate: true, next: 'undo' }],
          next: 'choose',
        }),
        job('undo', 'tour.undo', { forCompensation: true }),
        {
          ...{ id: 'choose', type: 'exclusiveGateway' },
          next: [
            { to: 'giveUp', when: 'odd' },
            { to: 'booked', default: true },
          ],
        },
        { id: 'giveUp', type: 'end', cancel: true },
        { id: 'booked', type: 'end' },
      ],
    },
    { id: 'all', type: 'complexGateway', activation: 'activationCount = 4', next: 'end' },
    { id: 'end', type: 'end' },
  ],
};
const part = {
  key: 'tour.part',
  nodes: [
    { id: 'start', type: 'start', next: 'work' },
    job('work', 'tour.work', { next: 'made' }),
    { id: 'made', type: 'scriptTask', script: '"a part"', result: 'made' },
  ],
};
const answerer = {
  key: 'tour.answerer',
  nodes: [
    { id: 'asked', type: 'start', message: 'tour.ask', next: 'think' },
    job('think', 'tour.work', { next: 'reply' }),
    { id: 'reply', type: 'throw', message: 'tour.reply', input: { price: '7' }, next: 'end' },
    { id: 'end', type: 'end' },
  ],
};

type Asked = { readonly body?: unknown };
type Answer = { readonly status: number; readonly body: Record<string, unknown> };
type Named = { readonly id: string; readonly status: string; readonly businessKey: string };

/** Servers of which one may be dead, and clients that ask another one, or the same again. */
class Fleet {
  readonly servers: readonly ServerProcess[];
  readonly random: Random;
  isOver = false;
  /** How often a settlement of each job was taken. */
  readonly taken = new Map<string, number>();

  constructor(servers: readonly ServerProcess[], random: Random) {
    this.servers = servers;
    this.random = random;
  }

  /** Asks until somebody answers. */
  async ask(method: string, path: string, { body }: Asked = {}): Promise<Answer> {
    for (let tries = 0; tries < 1_000; tries++) {
      const answer = await this.askOnce({ method, path, body });
      if (answer !== undefined && answer.status < 500) return answer;
      await systemClock.sleep(20);
    }
    throw new Error(`${path} gets no answer`);
  }

  async askOnce({ method, path, body }: Asked & { readonly method: string; readonly path: string }) {
    const { url, token } = this.servers[Math.floor(this.random() * this.servers.length)] as ServerProcess;
    try {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    } catch {
      return undefined; // it is dead
    }
  }

  /** A remote worker: what it does counts when the server says so. */
  async work(worker: string): Promise<void> {
    while (!this.isOver) {
      const claim = { kinds: KINDS, limit: 8, wait: '200ms', lease: '2s', worker };
      const claimed = await this.askOnce({ method: 'POST', path: '/jobs/claim', body: claim });
      const jobs = (claimed?.status === 200 ? claimed.body.jobs : []) as { id: string; epoch: number }[];
      if (jobs.length === 0) await systemClock.sleep(20);
      if (jobs.length === 0) continue;
      await systemClock.sleep(this.random() * 30);
      const results = jobs.map(({ id, epoch }) => ({ id, epoch, settlement: { kind: 'done', outcome: 'done' } }));
      await this.#settle(worker, results);
      // Every second time it says so twice, as one does who has not heard the answer.
      if (this.random() < 0.5) await this.#settle(worker, results);
    }
  }

  async #settle(worker: string, results: readonly object[]): Promise<void> {
    const settled = await this.ask('POST', '/jobs/settle', { body: { worker, results } });
    for (const { id, verdict } of settled.body.results as { id: string; verdict: string }[]) {
      if (verdict === 'ok') this.taken.set(id, (this.taken.get(id) ?? 0) + 1);
    }
  }

  async instances(definition: string): Promise<Named[]> {
    return (await this.ask('GET', `/instances?definition=${definition}&limit=200`)).body.items as Named[];
  }

  /** A worker that is killed, or never hears what it got, is lost; after three times a person looks at the job. */
  async retryAll(): Promise<void> {
    const { items } = (await this.ask('GET', '/incidents?limit=100')).body;
    for (const { instance, token } of items as { instance: string; token: number }[])
      await this.ask('POST', `/instances/${instance}/incidents/${token}/retry`);
  }

  async nodesOf(id: string): Promise<string[]> {
    const { items } = (await this.ask('GET', `/instances/${id}/history?limit=500`)).body as {
      items: { effects: { type: string; node: string }[] }[];
    };
    return items.flatMap(({ effects }) => effects.flatMap(({ type, node }) => (type === 'completed' ? [node] : [])));
  }
}

async function startAgain(server: ServerProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await server.start();
    } catch (error) {
      if (tries === 5) throw error;
      await systemClock.sleep(500); // the database may not have noticed yet that the other one is dead
    }
  }
}

async function liveThrough(servers: readonly ServerProcess[]): Promise<void> {
  const random = seededRandom(11);
  const fleet = new Fleet(servers, random);
  await Promise.all(servers.map((server) => server.start()));
  for (const definition of [part, answerer, tour]) await fleet.ask('POST', '/definitions', { body: definition });
  const workers = ['w1', 'w2', 'w3'].map((name) => fleet.work(name));
  const acknowledged: string[] = [];
  const starting = (async () => {
    // Whoever hears no answer starts another one; the first may have begun all the same.
    for (let n = 0; acknowledged.length < TOURS; n++) {
      const body = { definition: 'tour', businessKey: `t${n}`, variables: { odd: n % 2 === 1 } };
      const started = await fleet.askOnce({ method: 'POST', path: '/instances', body });
      if (started?.status === 201) acknowledged.push(String(started.body.id));
      if (n % 6 === 5) await fleet.ask('POST', '/signals', { body: { name: 'tour.horn' } });
      await systemClock.sleep(random() * 150);
    }
  })();
  for (let kills = 0; kills < KILLS; kills++) {
    await systemClock.sleep(100 + random() * 400);
    const victim = servers[kills % servers.length] as ServerProcess;
    await victim.kill();
    await startAgain(victim);
  }
  await starting;
  const left = async () => {
    const waits = (await fleet.instances('tour')).filter(({ status }) => status === 'active').length;
    if (waits > 0) await fleet.ask('POST', '/signals', { body: { name: 'tour.horn' } });
    await fleet.retryAll();
    return waits;
  };
  await expect.poll(left, { timeout: 40_000, interval: 300 }).toBe(0);
  fleet.isOver = true;
  await Promise.all(workers);
  await expectEachOnce(fleet, acknowledged);
}

async function expectEachOnce(fleet: Fleet, acknowledged: readonly string[]): Promise<void> {
  const tours = await fleet.instances('tour');
  expect(tours.map(({ id }) => id)).toEqual(expect.arrayContaining([...acknowledged]));
  for (const { id, businessKey, status } of tours) {
    const nodes = await fleet.nodesOf(id);
    const count = (node: string) => nodes.filter((other) => other === node).length;
    const isOdd = Number(businessKey.slice(1)) % 2 === 1;
    const counts = ['call', 'answer', 'horn', 'undo'].map(count);
    expect([businessKey, status, ...counts]).toEqual([businessKey, 'completed', 1, 1, 1, isOdd ? 3 : 0]);
  }
  for (const definition of ['tour.part', 'tour.answerer']) {
    const found = await fleet.instances(definition);
    expect([definition, found.length, found.filter(({ status }) => status !== 'completed')]).toEqual([
      definition,
      tours.length,
      [],
    ]);
  }
  expect([...fleet.taken].filter(([, times]) => times > 1)).toEqual([]);
  const { items } = (await fleet.ask('GET', '/incidents?limit=10')).body;
  expect(items).toEqual([]);
}

/** A server's folder, gone at the end. */
function folder(): Disposable & { readonly data: string } {
  const data = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
  return { data, [Symbol.dispose]: () => rmSync(data, { recursive: true, force: true }) };
}

describe('instances that work together', { timeout: TIMEOUT_MS }, () => {
  it('end once each on SQLite, however often the server is killed', async () => {
    using place = folder();
    await using server = new ServerProcess({ data: place.data });
    await liveThrough([server]);
  });

  it.skipIf(withoutPostgres)('end once each on PostgreSQL, however often the server is killed', async () => {
    await using database = await freshDatabase();
    using place = folder();
    await using server = new ServerProcess({ data: place.data, environment: { MILLRACE_STORE: database.url } });
    await liveThrough([server]);
  });

  it.skipIf(withoutPostgres || withoutRabbit)('end once each on two servers that are killed in turns', async () => {
    await using database = await freshDatabase();
    await using rabbit = freshRabbit();
    rabbit.rememberServed(['process.firings']);
    using north = folder();
    using south = folder();
    const shared: Environment = {
      MILLRACE_STORE: database.url,
      MILLRACE_BROKER: rabbitUrl,
      MILLRACE_BROKER_PREFIX: rabbit.prefix,
    };
    const open = (name: string, data: string) =>
      new ServerProcess({ data, environment: { ...shared, MILLRACE_NAME: name } });
    await using one = open('north', north.data);
    await using other = open('south', south.data);
    await liveThrough([one, other]);
  });
});
