/** Modules that message services do: registered over HTTP or announced on the broker, used, away, removed. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Log, silentLog } from '../../src/kernel/log.ts';
import { discard, done, error, fail } from '../../src/kernel/settlement.ts';
import { defineModule, type ModuleContext } from '../../src/process/modules/module.ts';
import { serveModules } from '../../src/process/modules/served/serve-modules.ts';
import { takeAnnouncements } from '../../src/process/modules/served/take-announcements.ts';
import { type EdgeServer, openEdgeServer } from '../../src/testing/edge-server.ts';
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
async function openPlant(log: Log = silentLog) {
  const server = await openEdgeServer();
  const { broker, services } = server;
  const hearing = await takeAnnouncements({ broker, register: services.modules, log });
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
