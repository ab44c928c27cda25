/** A server process on RabbitMQ: its queues and dead letters over HTTP and the command line, and firings that outlive it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startApp } from '../../src/bus/service/app.ts';
import { defineService } from '../../src/bus/service/define-service.ts';
import { command, rpc } from '../../src/bus/service/rpc.ts';
import { ServiceError } from '../../src/bus/service/service-error.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { ServerProcess } from '../server-process.ts';

const TIMEOUT_MS = 120_000;
const BIN = fileURLToPath(new URL('../../bin/millrace', import.meta.url));
const FIRINGS = 'process.firings';

type Plant = AsyncDisposable & {
  readonly place: ReturnType<typeof freshRabbit>;
  readonly server: ServerProcess;
  readonly client: () => Client;
  /** `millrace …` as a shell would run it, with the environment `test` in its configuration. */
  readonly millrace: (
    ...args: string[]
  ) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
};

function plant(): Plant {
  const place = freshRabbit();
  const { names, prefix } = place;
  const fixed = ['millrace.rpc', 'millrace.commands', 'millrace.control', 'baby_analyzer_commands'].flatMap((name) => [
    names.exchange(name),
    names.urgentExchange(name),
  ]);
  place.remember([names.queue(FIRINGS), names.urgentQueue(FIRINGS), names.deadQueue(FIRINGS), ...fixed]);
  const data = mkdtempSync(join(tmpdir(), 'millrace-rabbitmq-'));
  const configuration = join(data, 'environments.json');
  writeFileSync(configuration, JSON.stringify({ environments: { test: { broker: rabbitUrl, prefix } } }));
  const environment = { MILLRACE_AUTH: 'off', MILLRACE_BROKER: rabbitUrl, MILLRACE_BROKER_PREFIX: prefix };
  const server = new ServerProcess({ data, environment });
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, MILLRACE_DATA: data, MILLRACE_CONFIG: configuration };
  return {
    place,
    server,
    client: () => createClient({ url: server.url, token: server.token }),
    millrace: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, [BIN, ...args], { env, cwd: data }, (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code), out, err });
        });
      }),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      await place[Symbol.asyncDispose]();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

describe.skipIf(withoutRabbit)('a server on RabbitMQ', { timeout: TIMEOUT_MS }, () => {
  it('shows queues, and replays dead letters of a service in another process', async () => {
    await using here = plant();
    await here.server.start();
    expect(here.server.output).toContain('messages: over RabbitMQ');
    let isBroken = true;
    const seen: string[] = [];
    const focus = defineService('focus', {
      configure: rpc('jobs/{jobId}/configure', {}, async ({ params }) => ({ job: params.jobId })),
      roi: command('jobs/{jobId}/roi', { retry: { attempts: 1 } }, async ({ params }) => {
        if (isBroken) throw new ServiceError('focus.no-roi', `there is no job ${params.jobId}`);
        seen.push(params.jobId);
      }),
    });
    const broker = await here.place.open();
    await using _app = await startApp({ broker, services: [focus] });
    const { bus, health } = here.client();
    expect(await bus.call({ service: 'focus', path: 'jobs/4.2/configure' })).toEqual({
      result: { job: '4.2' },
      stream: null,
    });
    await bus.send({ service: 'focus', operation: 'roi', params: { jobId: '42' } });
    const commands = async () => (await bus.queues()).items.find(({ name }) => name === 'focus.commands');
    await expect.poll(commands, { timeout: 10_000 }).toMatchObject({ dead: 1, consumers: 1, service: { running: 0 } });
    // Beside the service: the firings, the desk at which workers of other processes get their jobs, who hears of modules, and readings.
    const names = (await bus.queues()).items.map(({ name }) => name);
    const own = [
      'millrace-job-claims.rpc',
      'millrace-job-desk.rpc',
      'millrace-modules.rpc',
      'millrace-readings.events',
    ];
    expect(names).toEqual(['focus.commands', 'focus.rpc', ...own, FIRINGS]);
    const { items, groups } = await bus.deadLetters('focus.commands');
    expect(groups).toEqual([{ group: 'focus.no-roi', count: 1 }]);
    expect(items[0]).toMatchObject({ topic: 'focus.roi', headers: { jobId: '42' }, exchange: 'millrace.commands' });

    const direct = await here.millrace('dead', 'ls', 'focus.commands', '--env', 'test');
    expect(direct).toMatchObject({
      code: 0,
      out: expect.stringContaining('focus.no-roi: there is no job 42'),
      err: '',
    });
    isBroken = false;
    const replayed = await here.millrace('dead', 'replay', 'focus.commands', '--group', 'focus.no-roi');
    expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining('Replayed 1 dead letter'), err: '' });
    await expect.poll(() => seen).toEqual(['42']);
    expect(await bus.state()).toMatchObject({ broker: 'rabbitmq', isConnected: true, blocked: null });
    await expect
      .poll(async () => (await health()).checks.map(({ path }) => path))
      .toEqual(expect.arrayContaining(['broker/connection']));

    const all = await here.millrace('bus', 'all', '--env', 'test');
    expect(all.code).toBe(0);
    expect(all.out).toMatch(/ok {4}test +[\d.]+ ms.*\nok {4}inspect +5 services, 7 queues/);
    const plan = await here.millrace('topology', 'plan', '--json');
    const { queues } = JSON.parse(plan.out) as { readonly queues: readonly { readonly state: string }[] };
    expect(queues.length).toBeGreaterThan(4);
    expect(new Set(queues.map(({ state }) => state))).toEqual(new Set(['same']));
    const password = new URL(rabbitUrl).password;
    for (const said of [here.server.output, JSON.stringify(await health()), all.out])
      expect(said).not.toContain(`:${password}@`);
  });

  it('killed with a firing on its way loses none of it, and takes in what came meanwhile', async () => {
    await using here = plant();
    await here.server.start();
    const before = here.client();
    await before.definitions.deploy({
      key: 'repair',
      start: { criteria: ['A'], mode: 'any' },
      nodes: [
        { id: 'a', type: 'criterion', criterion: 'A', next: 'look' },
        { id: 'look', type: 'userTask', role: 'operator' },
      ],
    });
    for (const id of ['press-1', 'press-2']) await before.devices.create({ id, fields: [{ name: 'temperature' }] });
    await before.criteria.create({
      device: 'press-1',
      name: 'A',
      settings: { signal: { field: 'temperature' }, direction: 'above', limit: 80 },
    });
    await before.measurements.send([{ device: 'press-1', ts: '2026-01-05T08:00:00Z', values: { temperature: 90 } }]);
    await here.server.kill();

    const broker = await here.place.open();
    const body = JSON.stringify({ id: 'f-1', criterion: 'A', device: 'press-2', at: '2026-01-05T08:00:00Z' });
    const firing = {
      id: 'f-1',
      routingKey: 'millrace.measurements.criterion.fired',
      body,
      headers: {},
      at: Date.now(),
    };
    expect(await broker.publish(firing)).toMatchObject({ routed: true });

    await here.server.start();
    const started = async () =>
      (await here.client().instances.list()).items.map(({ businessKey }) => businessKey).toSorted();
    await expect.poll(started, { timeout: 20_000 }).toEqual(['press-1', 'press-2']);
    expect(await here.server.stop()).toBe(0);
  });

  it('is refused with a code when it is not there, and without the password', async () => {
    await using here = plant();
    const data = mkdtempSync(join(tmpdir(), 'millrace-nowhere-'));
    const server = new ServerProcess({
      data,
      environment: { MILLRACE_BROKER: 'amqp://somebody:hunter2@127.0.0.1:1' },
    });
    server.launch();
    const { code, output } = await server.ended();
    rmSync(data, { recursive: true, force: true });
    expect([code, output]).toEqual([1, expect.stringContaining('(bus.unreachable)')]);
    expect(output).not.toContain('hunter2');
    expect((await here.millrace('queues', '--env', 'moon')).err).toContain('(config.unknown-environment)');
  });
});
