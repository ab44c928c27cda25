/** Modules that message services do: registered over HTTP or announced on the broker, used, away, removed. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApp } from '../../src/bus/service/app.ts';
import { defineService } from '../../src/bus/service/define-service.ts';
import { discover } from '../../src/bus/service/discover.ts';
import { rpc } from '../../src/bus/service/rpc.ts';
import { type Clock, systemClock, VirtualClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { discard, done, error, fail } from '../../src/kernel/settlement.ts';
import { openNetwork } from '../../src/process/modules/http/network.ts';
import { defineModule, type ModuleContext } from '../../src/process/modules/module.ts';
import { moduleFamily } from '../../src/process/modules/served/module-family.ts';
import { MAX_SERVED } from '../../src/process/modules/served/register.ts';
import { parseRegistration } from '../../src/process/modules/served/registration.ts';
import { ANNOUNCE_AGAIN_MS, HEARD_EVERY_MS, serveModules } from '../../src/process/modules/served/serve-modules.ts';
import { takeAnnouncements } from '../../src/process/modules/served/take-announcements.ts';
import { remove as removeRow } from '../../src/store/unit.ts';
import { EDGE_START, type EdgeServer, fingerprint, openEdgeServer } from '../../src/testing/edge-server.ts';
import { deploy, isOver, isStuck, start, when } from './running.ts';

type Seen = Pick<ModuleContext<unknown>, 'config' | 'variables' | 'node' | 'key' | 'attempt'>;

/** A scale: it weighs what lies on it, and says what it was asked. */
function scale({ onLost = 'retry' as 'retry' | 'hold', name = 'weigh' } = {}) {
  const seen: Seen[] = [];
  const module = defineModule({
    name,
    title: 'Weigh a part',
    summary: 'Says whether a part has the weight that it should have.',
    config: z.strictObject({ part: z.string().min(1), grams: z.number().default(5) }),
    outcomes: ['right', 'wrong'],
    onLost,
    run: ({ config, variables, node, key, attempt }) => {
      seen.push({ config, variables, node, key, attempt });
      if (config.part === 'none') return error('scale.empty', { message: 'Nothing lies on it.' });
      if (config.part === 'broken') return discard('The scale is broken.');
      if (config.part === 'shaky' && attempt < 3) return fail('The table shook.');
      if (config.part === 'odd') throw new Error('never seen such a part');
      return done(config.grams === 5 ? 'right' : 'wrong', { weighed: config.grams });
    },
  });
  return { module, seen };
}

/** A server that hears announcements, as every server on a shared broker does. */
async function openPlant(clock: Clock = systemClock) {
  const server = await openEdgeServer();
  const { broker, services } = server;
  const hearing = await takeAnnouncements({ broker, register: services.modules, log: silentLog, clock });
  return {
    server,
    [Symbol.asyncDispose]: async () => {
      await hearing.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const weighing = (config: object = { part: '=part' }) => ({
  key: 'p',
  nodes: [
    {
      id: 'step',
      type: 'module',
      module: 'weigh',
      config,
      next: { right: 'end', wrong: 'end' },
      boundary: [{ id: 'empty', error: 'scale.empty', next: 'end' }],
    },
    { id: 'end', type: 'end' },
  ],
});

const registration = {
  name: 'weigh',
  title: 'Weigh a part',
  summary: 'Says whether a part has the weight that it should have.',
  service: 'scale',
  config: { type: 'object', properties: { part: { type: 'string' } }, required: ['part'], additionalProperties: false },
  outcomes: ['right', 'wrong'],
};
const register = (server: EdgeServer, body: object) =>
  server.call({ method: 'POST', url: '/api/v1/modules', as: 'engineer', body });
const show = (server: EdgeServer, name = 'weigh') =>
  server.call({ method: 'GET', url: `/api/v1/modules/${name}`, as: 'operator' });
const remove = (server: EdgeServer, name = 'weigh') =>
  server.call({ method: 'DELETE', url: `/api/v1/modules/${name}`, as: 'engineer' });
/** As if the store were another one. */
const forget = (server: EdgeServer) =>
  server.services.store.commit([{ guards: [], writes: [removeRow(moduleFamily, ['weigh'])] }]);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
const incidentsOf = async (server: EdgeServer) =>
  (await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' })).text;

describe('a service that announces its modules', () => {
  it('does the steps of processes: outcome, variables, node, key and attempt go there and back', async () => {
    await using plant = await openPlant();
    const { server } = plant;
    const { module, seen } = scale();
    await using _service = await serveModules({ broker: server.broker, service: 'scale', modules: [module] });
    expect((await show(server)).body).toMatchObject({
      origin: 'service',
      service: 'scale',
      version: 1,
      registeredBy: 'service:scale',
      heardAt: expect.any(String),
      outcomes: ['right', 'wrong'],
      config: { required: ['part'], additionalProperties: false },
    });
    expect(await deploy(server, weighing())).toMatchObject({ status: 201 });
    const id = await start(server, { definition: 'p', variables: { part: 'seal' } });
    expect(await when(server, id, isOver)).toMatchObject({ variables: { weighed: 5 } });
    expect(seen).toEqual([
      {
        config: { part: 'seal', grams: 5 },
        variables: { part: 'seal' },
        node: 'step',
        key: expect.stringMatching(/^job_/),
        attempt: 1,
      },
    ]);
  });

  it('ends a step by its error, and gives one up when it says so', async () => {
    await using plant = await openPlant();
    const { server } = plant;
    await using _service = await serveModules({ broker: server.broker, service: 'scale', modules: [scale().module] });
    await deploy(server, weighing());
    const empty = await start(server, { definition: 'p', variables: { part: 'none' } });
    await when(server, empty, isOver);
    const broken = await start(server, { definition: 'p', variables: { part: 'broken' } });
    await when(server, broken, isStuck);
    expect(await incidentsOf(server)).toContain('The scale is broken.');
  });
});

describe('an announcement', () => {
  it('before there is a server is heard by the one that comes', async () => {
    await using server = await openEdgeServer();
    const { broker, services } = server;
    const clock = new VirtualClock(EDGE_START);
    await using _service = await serveModules({ broker, service: 'scale', modules: [scale().module], clock });
    expect(await show(server)).toMatchObject({ status: 404 });
    await using _hearing = await takeAnnouncements({ broker, register: services.modules, log: silentLog, clock });
    await clock.advance(ANNOUNCE_AGAIN_MS);
    await until(() => services.modules.get('weigh') !== undefined);
  });

  it('is heard again and again, and says anew what a server no longer knows', async () => {
    const clock = new VirtualClock(EDGE_START);
    await using plant = await openPlant(clock);
    const { broker, disk, clock: serverClock } = plant.server;
    await using _service = await serveModules({ broker, service: 'scale', modules: [scale().module], clock });
    await serverClock.advance(60_000);
    await clock.advance(HEARD_EVERY_MS);
    await until(() => disk.select(moduleFamily, { limit: 1 })[0]?.heardAt === EDGE_START + 60_000);
    expect((await show(plant.server)).body).toMatchObject({ version: 1 });
    await forget(plant.server);
    expect(disk.select(moduleFamily, { limit: 1 })).toEqual([]);
    await clock.advance(HEARD_EVERY_MS);
    await until(() => disk.select(moduleFamily, { limit: 1 }).length === 1);
  });

  it.each([
    ['has the name of the server’s own', 'http', 'module.name-taken'],
    ['has a name that cannot be', 'Weigh It', 'module.invalid'],
  ])('is not served when one of them %s', async (_, name, code) => {
    await using plant = await openPlant();
    const { broker } = plant.server;
    const modules = [scale().module, scale({ name }).module];
    await expect(serveModules({ broker, service: 'scale', modules })).rejects.toMatchObject({ code });
    await expect(discover({ broker, clock: systemClock })).resolves.not.toContainEqual(
      expect.objectContaining({ name: 'scale' }),
    );
  });
});

describe('a step whose answer is missing', () => {
  const asked = async (onLost: 'retry' | 'hold', answer: unknown) => {
    await using server = await openEdgeServer();
    const { broker, services } = server;
    const slow = defineService('scale', { runModule: rpc('modules/run', { body: z.unknown() }, () => answer) });
    await using _app = await startApp({ broker, services: answer === undefined ? [] : [slow], graceMs: 0 });
    await using app = await startApp({ broker });
    const said = parseRegistration({ ...registration, onLost, timeoutMs: 50 });
    await services.modules.register(said, 'eli');
    const lent = { app, network: openNetwork([]), secrets: new Map(), now: () => systemClock.now() };
    const { signal } = new AbortController();
    const step = { config: { part: 'seal' }, variables: {}, node: 'n', key: 'k', attempt: 1, signal, services: lent };
    return await services.modules.get('weigh')?.run(step);
  };
  const never = new Promise(() => {});

  it('has failed, and is tried again', async () => {
    expect(await asked('retry', undefined)).toMatchObject({
      kind: 'fail',
      error: expect.stringContaining('is not there'),
    });
    expect(await asked('retry', never)).toMatchObject({
      kind: 'fail',
      error: 'The service "scale", which does the module "weigh", did not answer within 0.05 s.',
    });
  });

  it('is given up when it may have been done and must not be done twice', async () => {
    expect(await asked('hold', undefined)).toMatchObject({ kind: 'fail' });
    expect(await asked('hold', never)).toMatchObject({
      kind: 'discard',
      reason: expect.stringContaining('Whether it was done is not known.'),
    });
  });

  it.each([[{ kind: 'perhaps' }], ['done'], [null], [{ kind: 'snooze', delay: 'soon' }], [{ kind: 'done' }]])(
    'is as missing when the service answers %j',
    async (answer) => {
      expect(await asked('retry', answer)).toMatchObject({
        kind: 'fail',
        error: expect.stringContaining('no settlement'),
      });
    },
  );
});

const deep = (levels: number): object =>
  levels === 0 ? { type: 'string' } : { type: 'array', items: deep(levels - 1) };
const properties = (one: unknown) => ({ type: 'object', properties: { one } });

describe('a registration is refused, and nothing is kept of it, when', () => {
  it.each<[string, object]>([
    ['its name is none', { name: '../weigh' }],
    ['its name is that of nothing that can be', { name: '__proto__' }],
    ['its service could not be asked', { service: 'scale.rpc #' }],
    ['it ends with nothing', { outcomes: [] }],
    ['an outcome has no name', { outcomes: ['a b'] }],
    ['its title has characters that cannot be kept', { title: 'a\u0000b' }],
    ['its configuration is no object', { config: { type: 'string' } }],
    ['its configuration has no properties', { config: { type: 'object' } }],
    ['its schema is none', { config: properties({ type: 'weight' }) }],
    ['its schema is a number', { config: properties(3) }],
    ['its schema has a pattern that is none', { config: properties({ type: 'string', pattern: '(' }) }],
    ['its schema points elsewhere', { config: properties({ $ref: 'http://127.0.0.1/schema' }) }],
    ['its schema points at itself', { config: { ...properties({}), allOf: [{ $ref: '#' }] } }],
    ['its schema is too deep', { config: properties(deep(40)) }],
    ['its schema is too long', { config: { ...properties({}), description: 'x'.repeat(60_000) } }],
    ['its outcomes come from a field that is not there', { outcomesFrom: 'shelf' }],
    ['a step may last longer than anybody waits', { timeout: '5m' }],
    ['it has a field that nobody knows', { run: 'rm -rf' }],
  ])('%s', async (_, wrong) => {
    await using server = await openEdgeServer();
    const before = fingerprint(server.disk);
    const { status, body } = await register(server, { ...registration, ...wrong });
    expect([status, body.code]).toEqual([422, expect.stringMatching(/^(module|request)\.invalid$/)]);
    expect(fingerprint(server.disk)).toBe(before);
  });

  it('there are too many', async () => {
    await using server = await openEdgeServer();
    const { modules } = server.services;
    for (let place = 0; place < MAX_SERVED; place++)
      await modules.register(parseRegistration({ ...registration, name: `weigh-${place}` }), 'eli');
    expect(await register(server, registration)).toMatchObject({ status: 422, body: { code: 'module.too-many' } });
    expect(await register(server, { ...registration, name: 'weigh-1' })).toMatchObject({ status: 201 });
  });
});

describe('a module that was registered', () => {
  it('is held against its JSON Schema when a definition is deployed', async () => {
    await using server = await openEdgeServer();
    expect(await deploy(server, weighing())).toMatchObject({ status: 422 });
    expect(await register(server, registration)).toMatchObject({
      status: 201,
      body: { version: 1, origin: 'service', registeredBy: expect.any(String), heardAt: null, doneBy: 'job' },
    });
    expect(await deploy(server, weighing())).toMatchObject({ status: 201 });
    const { body } = await deploy(server, weighing({ part: 3, shelf: 'B' }));
    expect(body.errors).toMatchObject([
      { rule: 'module.config', message: expect.stringContaining('config.part') },
      { rule: 'module.config', message: expect.stringContaining('shelf') },
    ]);
  });

  it('stays one version when the same is said again, and is the next when something has changed', async () => {
    await using server = await openEdgeServer();
    await register(server, registration);
    expect((await register(server, registration)).body).toMatchObject({ version: 1 });
    const changed = await register(server, { ...registration, title: 'Weigh', timeout: '5s', onLost: 'hold' });
    expect(changed.body).toMatchObject({ version: 2, title: 'Weigh', onLost: 'hold' });
  });

  it('is refused under a name that somebody has', async () => {
    await using server = await openEdgeServer();
    for (const name of ['http', 'mail', 'decision', 'form', 'job'])
      expect(await register(server, { ...registration, name })).toMatchObject({
        status: 409,
        body: { code: 'module.name-taken' },
      });
    await register(server, registration);
    const other = await register(server, { ...registration, service: 'other' });
    expect(other.body).toMatchObject({ code: 'module.name-taken', detail: expect.stringContaining('"scale"') });
    expect(await remove(server, 'http')).toMatchObject({ status: 409, body: { code: 'module.not-served' } });
    expect(await remove(server, 'nothing')).toMatchObject({ status: 404, body: { code: 'module.unknown' } });
  });

  it('that is removed cannot be deployed, is an incident where a step comes to it, and runs again when it is back', async () => {
    await using plant = await openPlant();
    const { server } = plant;
    const { module } = scale();
    await using _service = await serveModules({ broker: server.broker, service: 'scale', modules: [module] });
    await deploy(server, weighing());
    expect(await remove(server)).toMatchObject({ status: 204 });
    expect(await show(server)).toMatchObject({ status: 404 });
    const { body } = await deploy(server, { ...weighing(), name: 'new' });
    expect(body.errors).toMatchObject([{ rule: 'module.unknown' }]);
    const id = await start(server, { definition: 'p', variables: { part: 'seal' } });
    await when(server, id, isStuck);
    expect(await incidentsOf(server)).toMatch(/There is no module \\"weigh\\" any more: \S+ removed it/);
    const again = serveModules({ broker: server.broker, service: 'scale', modules: [module] });
    await expect(again).rejects.toMatchObject({ code: 'module.removed' });
    expect((await register(server, registration)).body).toMatchObject({ version: 3 });
    const { items } = JSON.parse(await incidentsOf(server)) as { items: { token: number }[] };
    const url = `/api/v1/instances/${id}/incidents/${items[0]?.token}/retry`;
    expect((await server.call({ method: 'POST', url, as: 'operator' })).status).toBeLessThan(300);
    await when(server, id, isOver);
  });
});
