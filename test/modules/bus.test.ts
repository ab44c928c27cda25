/** Steps that speak to message services over the bus. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApp } from '../../src/bus/service/app.ts';
import { defineService } from '../../src/bus/service/define-service.ts';
import { command, on, rpc } from '../../src/bus/service/rpc.ts';
import { ServiceError } from '../../src/bus/service/service-error.ts';
import { openEdgeServer } from '../../src/testing/edge-server.ts';
import { deploy, isOver, isStuck, start, when } from './running.ts';

/** A store room in a process of its own: it has three seals. */
async function openStock(server: Awaited<ReturnType<typeof openEdgeServer>>) {
  const heard: unknown[] = [];
  const stock = defineService('stock', {
    reserve: rpc('parts/{part}/reserve', { body: z.object({ amount: z.number() }) }, ({ params, body }) => {
      if (body.amount > 3) throw new ServiceError('stock.too-few', 'There are three.', { left: 3 });
      if (body.amount === 0) throw new ServiceError('stock.nothing', 'Nothing was asked for.');
      return { part: params.part, reserved: body.amount };
    }),
    count: command('count', { body: z.object({ shelf: z.string() }) }, ({ body }) => void heard.push(body)),
    finished: on('plant.repair.finished', { body: z.string() }, ({ body }) => void heard.push(body)),
  });
  const { broker } = server;
  const app = await startApp({ broker, services: [stock] });
  return { heard, app };
}

const process = (module: string, config: object, next: unknown = 'end') => ({
  key: 'p',
  nodes: [
    { id: 'step', type: 'module', module, config, next },
    { id: 'end', type: 'end' },
    ...(typeof next === 'object' ? [{ id: 'other', type: 'end' }] : []),
  ],
});
const reserve = { service: 'stock', operation: 'reserve', params: { part: '=part' }, body: { amount: '=amount' } };

describe('a step that asks a service', () => {
  it('takes parameters and body from the variables and brings the answer', async () => {
    await using server = await openEdgeServer();
    await using stock = (await openStock(server)).app;
    await deploy(server, process('rpc', { ...reserve, result: 'reservation' }));
    const id = await start(server, { definition: 'p', variables: { part: 'seal', amount: 2 } });
    const { variables } = await when(server, id, isOver);
    expect(variables.reservation).toEqual({ part: 'seal', reserved: 2 });
    expect(stock.services).toHaveLength(1);
  });

  it('goes on by the outcome that a refusal is given, or by its error', async () => {
    await using server = await openEdgeServer();
    await using _stock = (await openStock(server)).app;
    const config = { ...reserve, outcomes: { 'stock.too-few': 'missing' } };
    const [step, ...rest] = process('rpc', config, { done: 'end', missing: 'other' }).nodes;
    const caught = { ...step, boundary: [{ id: 'refused', error: 'stock.nothing', next: 'other' }] };
    await deploy(server, { key: 'p', nodes: [caught, ...rest] });
    for (const [amount, ended] of [
      [9, '"missing"'],
      [0, '"refused"'],
    ] as const) {
      const id = await start(server, { definition: 'p', variables: { part: 'seal', amount } });
      await when(server, id, isOver);
      const history = await server.call({ method: 'GET', url: `/api/v1/instances/${id}/history`, as: 'operator' });
      expect(history.text).toContain(ended);
    }
  });

  it('is an incident when the service does not take what it is sent', async () => {
    await using server = await openEdgeServer();
    await using _stock = (await openStock(server)).app;
    await deploy(server, process('rpc', reserve));
    const id = await start(server, { definition: 'p', variables: { part: 'seal', amount: 'many' } });
    await when(server, id, isStuck);
  });

  it('needs an operation or a path, not both', async () => {
    await using server = await openEdgeServer();
    const { body } = await deploy(server, process('rpc', { ...reserve, path: 'parts/seal/reserve' }));
    expect(body.errors).toMatchObject([{ rule: 'module.config', message: expect.stringContaining('"operation"') }]);
  });
});

describe('a step that tells', () => {
  it('one service, or everybody, and goes on', async () => {
    await using server = await openEdgeServer();
    const { app, heard } = await openStock(server);
    await using _stock = app;
    const [tell] = process('command', { service: 'stock', path: 'count', body: { shelf: '=shelf' } }, 'say').nodes;
    const say = {
      id: 'say',
      type: 'module',
      module: 'event',
      config: { topic: 'plant.repair.finished', body: '=shelf' },
    };
    await deploy(server, { key: 'p', nodes: [tell, say] });
    const id = await start(server, { definition: 'p', variables: { shelf: 'B4' } });
    await when(server, id, isOver);
    while (heard.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(expect.arrayContaining([{ shelf: 'B4' }, 'B4']));
  });

  it('nobody that the server itself has spoken', async () => {
    await using server = await openEdgeServer();
    const { body } = await deploy(server, process('event', { topic: 'millrace.measurements.criterion.fired' }));
    expect(body.errors).toMatchObject([{ rule: 'module.config', message: expect.stringContaining('config.topic') }]);
  });
});
