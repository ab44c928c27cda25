/** Steps of modules in processes: checked when they are deployed, done by jobs, repaired by retrying. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type EdgeServer, openEdgeServer } from '../../src/testing/edge-server.ts';
import { servers } from './on-stores.ts';
import { deploy, isOver, isStuck, start, when } from './running.ts';

const MODULES = { allow: ['127.0.0.1'] };
const openHere = (): Promise<EdgeServer> => openEdgeServer({ modules: MODULES });

async function otherSystem(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ask = (config: object, next: unknown = 'end') => ({
  key: 'ask',
  nodes: [
    { id: 'ask', type: 'module', module: 'http', config, next },
    { id: 'end', type: 'end' },
    { id: 'other', type: 'end' },
  ].filter(({ id }) => id !== 'other' || typeof next === 'object'),
});

for (const { name, open, isMissing } of servers)
  describe.skipIf(isMissing)(`a step of a module on ${name}`, () => {
    it('takes its configuration from the variables, and brings what it was answered', async () => {
      await using erp = await otherSystem((request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ asked: request.url }));
      });
      await using server = await open({ modules: MODULES });
      const config = { url: '=base + "/parts/" + part', headers: { 'x-amount': '=string(amount)' }, result: 'answer' };
      expect(await deploy(server, ask(config))).toMatchObject({ status: 201 });
      const id = await start(server, { definition: 'ask', variables: { base: erp.url, part: 'seal', amount: 2 } });
      expect(await when(server, id, isOver)).toMatchObject({ variables: { answer: { asked: '/parts/seal' } } });
    });

    it('goes on by the outcome that its configuration names for the answer', async () => {
      await using erp = await otherSystem((_, response) => void response.writeHead(404).end());
      await using server = await open({ modules: MODULES });
      const config = { url: erp.url, outcomes: { '404': 'missing' } };
      await deploy(server, ask(config, { done: 'end', missing: 'other' }));
      const id = await start(server, { definition: 'ask' });
      await when(server, id, isOver);
      const history = await server.call({ method: 'GET', url: `/api/v1/instances/${id}/history`, as: 'operator' });
      expect(history.text).toContain('"missing"');
    });

    it('that is refused is an incident, and goes on when it is tried again', async () => {
      let status = 403;
      await using erp = await otherSystem((_, response) => void response.writeHead(status).end());
      await using server = await open({ modules: MODULES });
      await deploy(server, ask({ url: erp.url }));
      const id = await start(server, { definition: 'ask' });
      await when(server, id, isStuck);
      const { body } = await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' });
      const [incident] = body.items as { token: number; code: string; message: string }[];
      expect(incident).toMatchObject({
        code: 'process.job-failed',
        message: expect.stringContaining('answered with 403'),
      });
      status = 200;
      const url = `/api/v1/instances/${id}/incidents/${incident?.token}/retry`;
      await server.call({ method: 'POST', url, as: 'operator' });
      await when(server, id, isOver);
    });

    it('whose expression fails is an incident that names the place', async () => {
      await using server = await open({ modules: MODULES });
      await deploy(
        server,
        ask({
          url: '="http://" + host',
          headers: { 'x-a': '=count(for a in 1..1000, b in 1..1000 return a) > limit' },
        }),
      );
      const id = await start(server, { definition: 'ask', variables: { host: 'example.com' } });
      await when(server, id, isStuck);
      const { body } = await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' });
      expect(body.items).toMatchObject([
        { code: 'process.condition-failed', message: expect.stringContaining('config.headers.x-a: ') },
      ]);
    });

    it('whose expression gives what the module does not take is an incident that says so', async () => {
      await using server = await open({ modules: MODULES });
      await deploy(server, ask({ url: '=target' }));
      const id = await start(server, { definition: 'ask', variables: { target: 'ftp://erp' } });
      await when(server, id, isStuck);
      const { body } = await server.call({ method: 'GET', url: '/api/v1/incidents', as: 'operator' });
      expect(body.items).toMatchObject([{ message: expect.stringContaining('config.url: must be a URL') }]);
    });

    it('reaches nothing inside that the operator has not opened', async () => {
      await using inner = await otherSystem((_, response) => void response.end('secret'));
      await using server = await open();
      await deploy(server, ask({ url: inner.url, result: 'stolen' }));
      const id = await start(server, { definition: 'ask' });
      expect((await when(server, id, isStuck)).variables).toEqual({});
    });
  });

describe('a deployment', () => {
  it('is refused with every place where a configuration does not fit', async () => {
    await using server = await openHere();
    const config = {
      url: 'erp/orders',
      methd: 'GET',
      headers: { host: 'x' },
      timeout: 'soon',
      outcomes: { '404': '=x' },
    };
    const { status, body } = await deploy(server, ask(config));
    expect(status).toBe(422);
    const errors = body.errors as { rule: string; element: string; message: string }[];
    expect(errors.every(({ rule, element }) => rule === 'module.config' && element === 'ask')).toBe(true);
    expect(errors.map(({ message }) => message.split(':')[0])).toEqual(
      expect.arrayContaining(['config.url', 'config.headers.host', 'config.timeout', 'config.outcomes.404', 'config']),
    );
  });

  it('is refused for a module that does not exist, an outcome it does not have, and one without a way on', async () => {
    await using server = await openHere();
    const wrong = { key: 'k', nodes: [{ id: 'a', type: 'module', module: 'telepathy' }] };
    expect((await deploy(server, wrong)).body.errors).toMatchObject([{ rule: 'module.unknown', element: 'a' }]);
    const url = 'https://example.com';
    const unknown = await deploy(server, ask({ url }, { done: 'end', missing: 'other' }));
    expect(unknown.body.errors).toMatchObject([{ rule: 'outcome.unknown' }]);
    const uncovered = await deploy(server, ask({ url, outcomes: { '404': 'missing' } }, { done: 'end' }));
    expect(uncovered.body.errors).toContainEqual(expect.objectContaining({ rule: 'outcome.uncovered' }));
  });

  it('is refused for FEEL that cannot be read', async () => {
    await using server = await openHere();
    const { body } = await deploy(server, ask({ url: '=base +' }));
    expect(body.errors).toMatchObject([{ rule: 'condition.syntax', element: 'ask' }]);
  });
});

describe('the modules of a server', () => {
  it('are listed with what they take and end with', async () => {
    await using server = await openHere();
    const list = await server.call({ method: 'GET', url: '/api/v1/modules', as: 'operator' });
    const names = (list.body.items as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['criterion', 'decision', 'form', 'http', 'job', 'mail', 'script']));
    const http = await server.call({ method: 'GET', url: '/api/v1/modules/http', as: 'operator' });
    expect(http.body).toMatchObject({
      type: 'module',
      doneBy: 'job',
      outcomes: ['done'],
      outcomesFrom: 'outcomes',
      config: { type: 'object', required: ['url'], properties: { method: { default: 'GET' } } },
    });
    const none = await server.call({ method: 'GET', url: '/api/v1/modules/telepathy', as: 'operator' });
    expect(none).toMatchObject({ status: 404, body: { code: 'module.unknown' } });
  });
});
