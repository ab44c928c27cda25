/** The message bus over HTTP: who serves, calls, commands, events, queues and dead letters. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../../../adapters/memory/memory-broker.ts';
import { startApp } from '../../../bus/service/app.ts';
import type { App } from '../../../bus/service/app-type.ts';
import { defineService } from '../../../bus/service/define-service.ts';
import { command, on, rpc } from '../../../bus/service/rpc.ts';
import { ServiceError } from '../../../bus/service/service-error.ts';
import { busToolsOf } from '../../../bus/tools/bus-tools.ts';
import { MAX_STREAM_ITEMS } from '../../../bus/tools/call-service.ts';
import { ROUND_TRIPS } from '../../../bus/tools/round-trip.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { silentLog } from '../../../kernel/log.ts';
import { plantFeed } from '../../../store/feed.ts';
import { type EdgeServer, openEdgeServer } from '../../../testing/edge-server.ts';
import { MAX_BODY_SHOWN } from '../views/bus-view.ts';

const Channels = z.object({ min: z.number(), max: z.number() });

type Plant = AsyncDisposable & { readonly server: EdgeServer; readonly seen: unknown[]; isBroken: boolean };

/** A server, and on its broker an app with a service that counts channels. */
async function plant(): Promise<Plant> {
  const server = await openEdgeServer();
  const seen: unknown[] = [];
  const focus = defineService(
    'focus',
    {
      configure: rpc(
        'jobs/{jobId}/configure',
        { body: Channels, timeoutMs: 2_000, description: 'Sets the channels.' },
        async ({ params, body }) => {
          if (body.min > body.max) throw new ServiceError('focus.no-channels', 'min is above max', { min: body.min });
          return { job: params.jobId, channels: body.max - body.min + 1 };
        },
      ),
      rows: rpc('jobs/{jobId:int}/rows', {}, async function* ({ params }) {
        for (let row = 0; row < params.jobId; row++) yield { row };
      }),
      one: rpc('one', {}, async () => 1),
      none: rpc('none', {}, async () => undefined),
      never: rpc('never', {}, () => new Promise<never>(() => {})),
      broken: rpc('broken', {}, async () => {
        throw new Error('a secret reason');
      }),
      roi: command('jobs/{jobId}/roi', { body: Channels, retry: { attempts: 1 } }, async ({ params, body }) => {
        if (place.isBroken) throw new ServiceError('focus.no-roi', `there is no job ${params.jobId}`);
        seen.push([params.jobId, body]);
      }),
      alarm: on('plant.{line}.alarm', { body: z.unknown() }, async ({ params, body, headers }) => {
        seen.push([params.line, body, headers.kind]);
      }),
    },
    { version: '1.0.0' },
  );
  const app: App = await startApp({ broker: server.broker, services: [focus] });
  const place: Plant = {
    server,
    seen,
    isBroken: false,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await server[Symbol.asyncDispose]();
    },
  };
  return place;
}

const post = (server: EdgeServer, path: string, body: unknown) =>
  server.call({ method: 'POST', url: `/api/v1/bus/${path}`, as: 'engineer', body });
const get = (server: EdgeServer, path: string) =>
  server.call({ method: 'GET', url: `/api/v1/bus/${path}`, as: 'operator' });

describe('services', () => {
  it('are listed with their operations, queues and schemas', async () => {
    await using place = await plant();
    const { status, body } = await get(place.server, 'services');
    expect([status, body.next]).toEqual([200, null]);
    const [focus] = body.items as { operations: { name: string }[] }[];
    expect(focus).toMatchObject({ name: 'focus', version: '1.0.0', instances: 1 });
    expect(focus?.operations.find(({ name }) => name === 'configure')).toEqual({
      name: 'configure',
      kind: 'rpc',
      route: 'jobs/{jobId}/configure',
      queue: 'focus.rpc',
      description: 'Sets the channels.',
      body: expect.objectContaining({ type: 'object' }),
      result: null,
      isText: false,
      to: null,
      idempotent: false,
      timeout: '2s',
      attempts: null,
    });
  });
});

describe('a call', () => {
  it.each([
    ['by operation and parameters', { operation: 'configure', params: { jobId: 'j.1/2' } }],
    ['by a path', { path: 'jobs/j.1%2F2/configure' }],
    ['by a path that begins with a slash', { path: '/jobs/j.1%2F2/configure' }],
  ])('%s is answered', async (_, target) => {
    await using place = await plant();
    const answer = await post(place.server, 'call', { service: 'focus', ...target, body: { min: 1, max: 3 } });
    expect([answer.status, answer.body]).toEqual([200, { result: { job: 'j.1/2', channels: 3 }, stream: null }]);
  });

  it('that the service refuses is a problem with the code of the service', async () => {
    await using place = await plant();
    const request = { service: 'focus', operation: 'configure', params: { jobId: '1' }, body: { min: 3, max: 1 } };
    const { status, body, headers } = await post(place.server, 'call', request);
    expect(status).toBe(422);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({
      code: 'focus.no-channels',
      detail: 'min is above max',
      data: { min: 3 },
      type: 'urn:millrace:error:focus.no-channels',
      action: expect.any(String),
    });
  });

  it.each([
    [{ service: 'nobody', operation: 'x' }, 404, 'bus.no-such-service'],
    [{ service: 'focus', operation: 'fly' }, 404, 'bus.no-such-service'],
    [{ service: 'focus', operation: 'roi', params: { jobId: '1' } }, 404, 'bus.no-such-service'],
    [{ service: 'focus', path: 'jobs//configure' }, 404, 'bus.unknown-route'],
    [{ service: 'focus', operation: 'configure', params: { jobId: '1' }, body: {} }, 422, 'bus.invalid-body'],
    [{ service: 'focus', operation: 'configure', body: { min: 1, max: 1 } }, 422, 'bus.invalid-params'],
    [{ service: 'focus', operation: 'never', timeout: '50ms' }, 504, 'bus.call-timeout'],
    [{ service: 'focus', operation: 'broken' }, 500, 'bus.handler-failed'],
    [{ service: 'focus' }, 422, 'request.invalid'],
    [{ service: 'focus', operation: 'one', path: 'one' }, 422, 'request.invalid'],
    [{ service: 'focus.x', operation: 'one' }, 422, 'request.invalid'],
    [{ service: 'focus', operation: 'one', timeout: '1h' }, 422, 'request.invalid'],
    [{ service: 'focus', operation: 'one', params: { route: 'x' } }, 422, 'request.invalid'],
  ])('%j gets %d %s', async (request, status, code) => {
    await using place = await plant();
    const answer = await post(place.server, 'call', request);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.text).not.toContain('secret');
  });

  it('without a result answers null', async () => {
    await using place = await plant();
    expect((await post(place.server, 'call', { service: 'focus', operation: 'none' })).body).toEqual({
      result: null,
      stream: null,
    });
    expect((await post(place.server, 'call', { service: 'focus', operation: 'one' })).body.result).toBe(1);
  });

  it.each([
    [0, 0, true],
    [1, 1, true],
    [200, 200, true],
    [MAX_STREAM_ITEMS + 5, MAX_STREAM_ITEMS, false],
  ])('of a stream of %d items is answered with %d', async (length, items, isComplete) => {
    await using place = await plant();
    const { body } = await post(place.server, 'call', { service: 'focus', path: `jobs/${length}/rows` });
    expect(body.stream).toEqual({ items, isComplete });
    expect((body.result as unknown[]).at(-1)).toEqual(items === 0 ? undefined : { row: items - 1 });
  });
});

describe('commands and events', () => {
  it('are answered when the broker has them', async () => {
    await using place = await plant();
    const sent = await post(place.server, 'send', {
      service: 'focus',
      path: 'jobs/42/roi',
      body: { min: 1, max: 2 },
    });
    expect([sent.status, sent.body]).toEqual([202, { id: expect.any(String), routed: true }]);
    const told = await post(place.server, 'events', {
      topic: 'plant.north.alarm',
      body: 'hot',
      headers: { kind: 'temperature' },
    });
    expect([told.status, told.body]).toEqual([202, { id: expect.any(String), routed: true }]);
    await expect
      .poll(() => place.seen)
      .toEqual([
        ['42', { min: 1, max: 2 }],
        ['north', 'hot', 'temperature'],
      ]);
    expect((await post(place.server, 'events', { topic: 'nobody.listens' })).body.routed).toBe(false);
    expect((await post(place.server, 'events', { topic: 'a.*' })).body.code).toBe('bus.invalid-message');
    expect((await post(place.server, 'send', { service: 'nobody', operation: 'x' })).body.code).toBe(
      'bus.no-such-service',
    );
  });

  it('with an Idempotency-Key happen once', async () => {
    await using place = await plant();
    const once = () =>
      place.server.call({
        method: 'POST',
        url: '/api/v1/bus/send',
        as: 'worker',
        headers: { 'idempotency-key': 'once' },
        body: { service: 'focus', path: 'jobs/1/roi', body: { min: 1, max: 2 } },
      });
    const [first, second] = [await once(), await once()];
    expect(second.body).toEqual(first.body);
    await expect.poll(() => place.seen.length).toBe(1);
  });
});

describe('queues', () => {
  it('are listed with what waits, runs and is dead', async () => {
    await using place = await plant();
    const { body } = await get(place.server, 'queues');
    expect((body.items as { name: string }[]).map(({ name }) => name)).toEqual([
      'focus.commands',
      'focus.events',
      'focus.rpc',
      'millrace-readings.events',
      'process.firings',
    ]);
    expect((body.items as unknown[])[0]).toEqual({
      name: 'focus.commands',
      depth: 0,
      unacked: 0,
      consumers: 1,
      dead: 0,
      service: { name: 'focus', kind: 'command', waiting: 0, running: 0 },
    });
    const first = await get(place.server, 'queues?limit=3');
    expect((await get(place.server, `queues?limit=3&cursor=${first.body.next}`)).body.items).toHaveLength(2);
  });
});

describe('dead letters', () => {
  const kill = async (place: Plant, jobs: readonly string[]) => {
    place.isBroken = true;
    for (const job of jobs)
      await post(place.server, 'send', { service: 'focus', path: `jobs/${job}/roi`, body: { min: 1, max: 2 } });
    await post(place.server, 'send', { service: 'focus', path: 'jobs/9/roi', body: 'x'.repeat(MAX_BODY_SHOWN) });
    await expect.poll(async () => ((await dead(place)).body.items as unknown[]).length).toBe(jobs.length + 1);
  };
  const dead = (place: Plant) => get(place.server, 'queues/focus.commands/dead');

  it('are listed with their reasons, and in groups', async () => {
    await using place = await plant();
    await kill(place, ['1', '2']);
    const { body } = await dead(place);
    expect(body.groups).toEqual([
      { group: 'focus.no-roi', count: 2 },
      { group: 'bus.invalid-body', count: 1 },
    ]);
    const items = body.items as Record<string, unknown>[];
    expect(items[0]).toEqual({
      id: expect.any(String),
      group: 'focus.no-roi',
      reason: 'focus.no-roi: there is no job 1',
      deliveries: 1,
      at: '2026-01-05T08:00:00.000Z',
      topic: 'focus.jobs.1.roi',
      exchange: 'millrace.commands',
      headers: {},
      contentType: 'application/json',
      body: '{"min":1,"max":2}',
      cut: 0,
    });
    expect(items[2]).toMatchObject({ cut: 2, group: 'bus.invalid-body' });
    expect((await get(place.server, 'queues/focus.commands/dead?limit=1')).body).toMatchObject({
      items: [{ topic: 'focus.jobs.1.roi' }],
      groups: body.groups,
    });
    expect((await get(place.server, 'queues/nobody/dead')).body.code).toBe('bus.unknown-queue');
  });

  it('are replayed and dropped by id, by group or all, and who did it is written down', async () => {
    await using place = await plant();
    await kill(place, ['1', '2', '3']);
    const [one] = (await dead(place)).body.items as { id: string }[];
    place.isBroken = false;
    const settle = (act: string, body: unknown) => post(place.server, `queues/focus.commands/dead/${act}`, body);
    expect((await settle('replay', { ids: [one?.id, 'unknown'] })).body).toEqual({ count: 1, left: 3 });
    expect((await settle('replay', { group: 'focus.no-roi' })).body).toEqual({ count: 2, left: 1 });
    await expect.poll(() => place.seen.map((entry) => (entry as unknown[])[0])).toEqual(['1', '2', '3']);
    expect((await settle('drop', { all: true })).body).toEqual({ count: 1, left: 0 });
    expect((await settle('drop', { group: 'x' })).body).toEqual({ count: 0, left: 0 });
    for (const wrong of [{}, { ids: [] }, { all: false }, { ids: ['1'], all: true }])
      expect((await settle('drop', wrong)).body.code).toBe('request.invalid');
    const feed = await place.server.services.store.select(plantFeed, { limit: 1_000 });
    const written = feed.filter(({ topic }) => topic.startsWith('millrace.bus.'));
    expect(written.map(({ topic, subject, body }) => [topic, subject, JSON.parse(body)])).toEqual([
      ['millrace.bus.dead-letter.replayed', 'focus.commands', { v: 1, ids: [one?.id, 'unknown'], count: 1 }],
      ['millrace.bus.dead-letter.replayed', 'focus.commands', { v: 1, group: 'focus.no-roi', count: 2 }],
      ['millrace.bus.dead-letter.dropped', 'focus.commands', { v: 1, all: true, count: 1 }],
      ['millrace.bus.dead-letter.dropped', 'focus.commands', { v: 1, group: 'x', count: 0 }],
    ]);
    expect(written[0]?.actor).toMatch(/^token:engineer/);
  });

  it('that die again at once stay dead, whatever they were replayed with', async () => {
    await using place = await plant();
    await kill(place, ['1', '2']);
    expect((await post(place.server, 'queues/focus.commands/dead/replay', { all: true })).body.count).toBe(3);
    await expect.poll(async () => ((await dead(place)).body.items as unknown[]).length).toBe(3);
  });

  it('are settled beyond what one look can see', { timeout: 60_000 }, async () => {
    await using broker = openMemoryBroker({ clock: systemClock, log: silentLog });
    await using app = await startApp({ broker });
    await using _consumer = await broker.subscribe({
      queue: 'orders',
      patterns: ['orders'],
      prefetch: 100,
      onMessage: (_, delivery) => delivery.reject({ reason: 'no: such order' }),
    });
    for (let id = 0; id < 2_500; id++)
      await broker.publish({ id: String(id), routingKey: 'orders', body: '{}', headers: {}, at: 0 });
    await expect.poll(async () => (await broker.queues(['orders']))[0]?.dead).toBe(2_500);
    const tools = busToolsOf({ app, clock: systemClock, log: silentLog, record: async () => {} });
    expect(await tools.drop('orders', { group: 'no' }, 'me')).toEqual({ count: 2_500, left: 0 });
  });
});

describe('the broker', () => {
  it('is tested with messages to a queue of their own, which leaves nothing behind', async () => {
    await using place = await plant();
    const before = (await get(place.server, 'queues')).body;
    const { status, body } = await post(place.server, 'test', undefined);
    expect([status, body]).toMatchObject([200, { broker: 'memory', isConnected: true }]);
    expect(body.roundTripsMs).toHaveLength(ROUND_TRIPS);
    expect((await get(place.server, 'queues')).body).toEqual(before);
  });

  it('is asked which analyzer hears the commands', async () => {
    await using place = await plant();
    const heard: unknown[] = [];
    await using _analyzer = await place.server.broker.subscribe({
      ...{ queue: 'analyzer', exchange: 'baby_analyzer_commands', patterns: ['roi', 'keepalive'], prefetch: 1 },
      onMessage: ({ body }, delivery) => {
        heard.push(JSON.parse(body));
        delivery.ack();
      },
    });
    const { body } = await post(place.server, 'analyzer-commands', undefined);
    const commands = body.commands as { command: string; isHeard: boolean; reason: string | null }[];
    expect(commands.filter(({ isHeard }) => isHeard).map(({ command: name }) => name)).toEqual(['keepalive', 'roi']);
    expect(commands.find(({ command: name }) => name === 'caxis')?.reason).toContain('Nobody listens');
    await expect.poll(() => heard).toHaveLength(2);
  });

  it('has nothing to plan when it lives in memory', async () => {
    await using place = await plant();
    expect((await post(place.server, 'topology/plan', undefined)).body).toEqual({ queues: [] });
    const apply = { method: 'POST', url: '/api/v1/bus/topology/apply' } as const;
    expect((await place.server.call({ ...apply, as: 'engineer' })).status).toBe(403);
    expect((await place.server.call({ ...apply, as: 'administrator' })).body).toEqual({ changes: [] });
  });

  it('says what it is and whether it is reached', async () => {
    await using place = await plant();
    expect((await get(place.server, 'state')).body).toEqual({
      broker: 'memory',
      isConnected: true,
      blocked: null,
      reconnects: 0,
      publishing: 0,
      capabilities: { survivesRestart: false, ordering: true, delay: true, priority: true, unroutable: true },
    });
  });
});
