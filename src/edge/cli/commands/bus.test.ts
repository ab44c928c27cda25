/** Commands about the message bus, over HTTP and directly on a broker. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../../../adapters/memory/memory-broker.ts';
import { startApp } from '../../../bus/service/app.ts';
import { defineService } from '../../../bus/service/define-service.ts';
import { command, rpc } from '../../../bus/service/rpc.ts';
import { ServiceError } from '../../../bus/service/service-error.ts';
import { busToolsOf } from '../../../bus/tools/bus-tools.ts';
import type { ServerInspection } from '../../../bus/tools/server-inspection.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { ServiceStack, service } from '../../../kernel/lifecycle.ts';
import { silentLog } from '../../../kernel/log.ts';
import { openCommandLine, openScratch, type Run, runCommand } from '../../../testing/command-line.ts';
import { directBus } from '../direct-bus.ts';

const report: ServerInspection = {
  url: 'http://staging:15672',
  report: {
    ...{ product: 'RabbitMQ', version: '3.13.7', node: 'rabbit@staging', virtualHost: 'plant' },
    exchanges: [{ name: 'millrace.events', type: 'topic' }],
    bindings: [{ from: 'millrace.events', to: 'orders', key: 'orders.#' }],
    queues: [
      {
        name: 'orders',
        type: 'classic',
        messages: 3,
        consumers: 0,
        oldestAt: Date.now() - 90_000,
        inRate: 2.5,
        outRate: 0,
      },
      { name: 'process.firings', type: 'quorum', messages: 0, consumers: 1, inRate: 0, outRate: 0 },
    ],
    connections: [{ name: 'millrace', user: 'mill', peer: '10.0.0.7:40022', state: 'running', channels: 4 }],
    rates: { published: 2.5, delivered: 0, acked: 0 },
  },
};

type Plant = AsyncDisposable & {
  /** What the command prints; with --env staging it goes to the broker itself. */
  readonly run: (...argv: string[]) => Promise<Run>;
  readonly environmentsOpen: () => number;
  inspection: ServerInspection;
  isBroken: boolean;
};

async function plant(): Promise<Plant> {
  const stop = new ServiceStack();
  const cli = await openCommandLine();
  stop.defer(async () => cli[Symbol.asyncDispose]());
  const { broker } = cli.server;
  const focus = defineService(
    'focus',
    {
      configure: rpc('jobs/{jobId}/configure', { body: z.object({ min: z.number() }) }, async ({ params, body }) => {
        if (body.min < 0) throw new ServiceError('focus.no-channels', 'there is no channel below 0');
        return { job: params.jobId, from: body.min };
      }),
      rows: rpc('jobs/{jobId:int}/rows', {}, async function* ({ params }) {
        for (let row = 0; row < params.jobId; row++) yield { row };
      }),
      roi: command('jobs/{jobId}/roi', { retry: { attempts: 1 } }, async ({ params }) => {
        if (place.isBroken) throw new ServiceError('focus.no-roi', `there is no job ${params.jobId}`);
      }),
    },
    { version: '1.0.0', description: 'Live analysis.' },
  );
  stop.use(await startApp({ broker, services: [focus] }));
  let open = 0;
  const environment = async () => {
    const app = await startApp({ broker });
    const tools = busToolsOf({ app, clock: systemClock, log: silentLog, record: async () => {} });
    open += 1;
    return service(
      { bus: directBus({ tools, actor: 'me', version: '1.0.0', servers: {} }), inspect: async () => place.inspection },
      async () => {
        open -= 1;
        await app.close();
      },
    );
  };
  const place: Plant = {
    run: (...argv) => runCommand(argv, cli.settings, { environment }),
    environmentsOpen: () => open,
    inspection: report,
    isBroken: false,
    [Symbol.asyncDispose]: () => stop.close(),
  };
  return place;
}

describe.each([
  ['over HTTP', []],
  ['on the broker of an environment', ['--env', 'staging']],
])('%s', (_, where) => {
  it('an operation is called by path or by name, and its answer printed', async () => {
    await using here = await plant();
    using files = openScratch();
    const call = (...argv: string[]) => here.run('call', 'focus', ...argv, ...where);
    expect(await call('jobs/42/configure', '--body', '{"min":1}')).toEqual({
      code: 0,
      out: '{\n  "job": "42",\n  "from": 1\n}\n',
      err: '',
    });
    const file = files.write('body.json', { min: 2 });
    const byName = await call('configure', '--param', 'jobId=a=b', '--body', `@${file}`, '--timeout', '2s', '--json');
    expect(JSON.parse(byName.out)).toEqual({ result: { job: 'a=b', from: 2 }, stream: null });
    expect((await call('jobs/2/rows')).out).toBe('{"row":0}\n{"row":1}\n');
    expect((await call('jobs/2000/rows')).out).toMatch(/\n… and more: the first 1000 are shown\n$/);
    expect(here.environmentsOpen()).toBe(0);
  });

  it('what a service refuses fails with the code of the service', async () => {
    await using here = await plant();
    const refused = await here.run('call', 'focus', 'jobs/42/configure', '--body', '{"min":-1}', ...where);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toContain('there is no channel below 0');
    expect(refused.err).toContain('(focus.no-channels)');
    expect((await here.run('call', 'nobody', 'x', ...where)).err).toContain('(bus.no-such-service)');
  });

  it('commands are sent, die, are looked at, replayed and dropped', async () => {
    await using here = await plant();
    here.isBroken = true;
    for (const job of ['1', '2', '3'])
      expect((await here.run('send', 'focus', `jobs/${job}/roi`, ...where)).out).toMatch(/^Sent \S+\.\n$/);
    await expect
      .poll(async () => (await here.run('queues', ...where)).out)
      .toMatch(/focus\.commands +0 +0 +1 +3 +focus/);
    expect((await here.run('dead', 'ls', ...where)).out).toMatch(
      /^queue +kind +letters\nfocus.commands +focus.no-roi +3\n$/,
    );
    const list = await here.run('dead', 'ls', 'focus.commands', ...where);
    const id = /^(\S+) +2026-01-05 08:00:00 +1 +focus.jobs.1.roi +focus.no-roi: there/m.exec(list.out)?.[1] ?? '';
    expect((await here.run('dead', 'show', 'focus.commands', id, ...where)).out).toMatch(
      /reason +focus.no-roi: there is no job 1\n[\s\S]*exchange +millrace.commands\n[\s\S]*\nnull\n$/,
    );
    expect((await here.run('dead', 'show', 'focus.commands', 'none', ...where)).err).toContain('(bus.unknown-letter)');
    here.isBroken = false;
    expect((await here.run('dead', 'replay', 'focus.commands', id, ...where)).out).toBe(
      'Replayed 1 dead letters of focus.commands; 2 are there now.\n',
    );
    const replayed = await here.run('dead', 'replay', 'focus.commands', '--group', 'focus.no-roi', '--json', ...where);
    expect(JSON.parse(replayed.out)).toEqual({ count: 2, left: 0 });
    expect((await here.run('dead', 'drop', 'focus.commands', '--all', ...where)).out).toContain('Dropped 0');
    expect((await here.run('dead', 'ls', 'focus.commands', ...where)).out).toBe('No dead letters.\n');
  });

  it('the bus is tested, looked at and tried out, one by one and all together', async () => {
    await using here = await plant();
    expect((await here.run('bus', 'test', ...where)).out).toMatch(
      /^round trip {2}[\d.]+ ms \(the first [\d.]+ ms, the longest [\d.]+ ms, of 10\)\nbroker +memory\nconnected +yes\n/,
    );
    const looked = (await here.run('bus', 'inspect', ...where)).out;
    expect(looked).toMatch(
      /\nServices\nservice +version .*\nfocus +1\.0\.0 +1 +configure, rows, roi +Live analysis\.\n/,
    );
    expect(looked).toMatch(/\nQueues\nqueue +depth/);
    const sent = await here.run('bus', 'send-commands', ...where);
    expect(sent.out).toMatch(/keepalive +keepalive +no +Nobody listens/);
    expect(sent.out).toContain('0 of 6 commands to baby_analyzer_commands were heard.');
    const all = await here.run('bus', 'all', ...where);
    expect(all.code).toBe(0);
    expect(all.out).toMatch(
      /== summary\nok {4}test +[\d.]+ ms.*\nok {4}inspect +2 services, 4 queues, 0 dead letters\n/,
    );
    const json = JSON.parse((await here.run('bus', 'all', '--json', ...where)).out);
    expect(json).toMatchObject({ ok: true, steps: [{ name: 'test' }, { name: 'inspect' }, { name: 'send-commands' }] });
    expect((await here.run('topology', 'plan', ...where)).out).toContain('Nothing to plan');
    expect(JSON.parse((await here.run('topology', 'apply', '--json', ...where)).out)).toEqual({ changes: [] });
  });
});

describe('an environment', () => {
  it('also shows what the server of its broker says', async () => {
    await using here = await plant();
    const { out } = await here.run('bus', 'inspect', '--env', 'staging');
    expect(out).toMatch(/\nserver +RabbitMQ 3\.13\.7, rabbit@staging\n/);
    expect(out).toMatch(/\norders +classic +3 +0 +1m\d\ds +2\.5 +0\n/);
    expect(out).toMatch(/\nmillrace +mill +10\.0\.0\.7:40022 +running +4\n/);
    here.inspection = { url: 'http://staging:15672', absent: 'connect ECONNREFUSED' };
    const without = await here.run('bus', 'inspect', '--env', 'staging');
    expect([without.code, without.out]).toEqual([
      0,
      expect.stringContaining('could not be asked at http://staging:15672: connect ECONNREFUSED'),
    ]);
  });

  it('that nobody knows is an error with a code', async () => {
    const { code, err } = await runCommand(['queues', '--env', 'moon'], { data: '.' });
    expect([code, err]).toEqual([1, expect.stringContaining('(config.unknown-environment)')]);
  });

  it('whose bus does not work makes bus all fail, and the other steps are done all the same', async () => {
    await using broker = openMemoryBroker({ clock: systemClock, log: silentLog });
    await using app = await startApp({ broker });
    const tools = busToolsOf({ app, clock: systemClock, log: silentLog, record: async () => {} });
    const broken = {
      ...directBus({ tools, actor: 'me', version: '1.0.0', servers: {} }),
      test: () => Promise.reject(new Error('no way through')),
    };
    const environment = async () => service({ bus: broken }, async () => {});
    const { code, out, err } = await runCommand(['bus', 'all', '--env', 'x'], { data: '.' }, { environment });
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/FAIL {2}test +no way through\nok {4}inspect/);
  });
});

describe('wrong usage', () => {
  it.each([
    [['call', 'focus']],
    [['call', 'focus', 'x', '--param', 'jobId']],
    [['call', 'focus', 'x', '--body', '{']],
    [['dead', 'replay', 'orders']],
    [['dead', 'replay', 'orders', '1', '--all']],
    [['dead', 'drop', 'orders', '--group', 'x', '--all']],
    [['dead', 'ls', 'orders', '--limit', '2000']],
  ])('as in %j exits with 2', async (argv) => {
    const { code, out } = await runCommand(argv, { url: 'http://127.0.0.1:1', data: '.' });
    expect([code, out]).toEqual([2, '']);
  });
});
