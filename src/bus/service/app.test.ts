import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { VirtualClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { defineFamily } from '../../store/family.ts';
import { inbox } from '../../store/outbox.ts';
import { add } from '../../store/unit.ts';
import { ModelDisk, openModelStore } from '../../testing/model-store.ts';
import { testApp } from '../../testing/test-app.ts';
import type { Message } from '../broker.ts';
import { startApp } from './app.ts';
import type { App } from './app-type.ts';
import { client } from './client.ts';
import { defineService } from './define-service.ts';
import { discover } from './discover.ts';
import { command, on, rpc } from './rpc.ts';
import { plainText } from './schema.ts';
import { openTelemetryTracing } from './tracing.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('traces', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('go on with calls, events and results', async () => {
    const inner = defineService('inner', { ask: rpc('ask', {}, (m) => m.headers.traceparent ?? 'none') });
    let app: App | undefined;
    const outer = defineService('outer', {
      ask: rpc('ask', { to: 'outer.asked' }, async () => {
        await app?.emit('outer.asking', { body: null });
        return app && client<typeof inner>(app, 'inner').ask();
      }),
    });
    await using t = await testApp(outer);
    app = t.app;
    await using _other = await startApp({ broker: t.broker, clock: t.clock, services: [inner] });
    const inbox: Message[] = [];
    const { address } = await t.broker.openInbox({ onMessage: (message) => inbox.push(message), onLost: () => {} });
    const headers = { traceparent, tracestate: 'plant=1' };
    await t.broker.publish({
      id: 'x',
      exchange: 'millrace.rpc',
      routingKey: 'outer.ask',
      body: 'null',
      headers,
      at: 0,
      replyTo: address,
    });
    await t.settled();
    expect(inbox[0]?.body).toBe(JSON.stringify(traceparent));
    expect(t.published.map(({ topic, headers }) => [topic, headers])).toEqual([
      ['outer.asking', headers],
      ['outer.asked', headers],
    ]);
  });

  it('are spans where OpenTelemetry is handed in', async () => {
    const spans: string[] = [];
    let active: unknown = 'root';
    const api = {
      context: {
        active: () => active,
        with: <Result>(context: unknown, act: () => Result): Result => {
          active = context;
          return act();
        },
      },
      propagation: {
        inject: (context: unknown, carrier: Record<string, string>) => {
          carrier.traceparent = String(context);
        },
        extract: (_: unknown, carrier: Readonly<Record<string, string>>) => carrier.traceparent,
      },
      trace: {
        getTracer: () => ({
          startSpan: (name: string, _: object, parent: unknown) => ({
            recordException: (error: Error) => void spans.push(`exception ${error.message}`),
            setStatus: ({ code }: { readonly code: number }) => void spans.push(`status ${code}`),
            end: () => void spans.push(`${name} in ${parent}`),
          }),
        }),
        setSpan: () => 'span',
      },
    };
    const traced = defineService('traced', {
      fine: rpc('fine', {}, (m) => m.headers.traceparent),
      fail: rpc('fail', {}, () => {
        throw new Error('no');
      }),
    });
    await using t = await testApp(traced, { tracing: openTelemetryTracing(api) });
    expect(await t.client.fine()).toBe('root');
    await expect(t.client.fail()).rejects.toMatchObject({ code: 'bus.handler-failed' });
    expect(spans).toEqual(['process traced.fine in root', 'exception no', 'status 2', 'process traced.fail in span']);
  });
});

describe('what an app says of itself', () => {
  it('names services, operations, queues and schemas, and adds instances up', async () => {
    const clock = new VirtualClock(0);
    await using broker = openMemoryBroker({ clock, log: silentLog });
    const line = defineService(
      'line',
      {
        speed: rpc('lines/{id}/speed', { result: z.number(), description: 'Pieces an hour.' }, () => 1),
        stop: command('lines/{id}/stop', { body: z.object({ reason: z.string() }), queue: 'stops' }, () => 1),
        alarm: on('plant.{line}.alarm', { body: plainText }, () => 1),
      },
      { description: 'A line.', version: '1.2.0' },
    );
    await using _one = await startApp({ broker, clock, services: [line] });
    await using _two = await startApp({ broker, clock, services: [line] });
    const found = discover({ broker, clock });
    await turn();
    await clock.advance(300);
    expect(await found).toEqual([
      expect.objectContaining({
        name: 'line',
        version: '1.2.0',
        instances: 2,
        operations: [
          expect.objectContaining({
            name: 'speed',
            kind: 'rpc',
            route: 'lines/{id}/speed',
            queue: 'line.rpc',
            result: expect.objectContaining({ type: 'number' }),
          }),
          expect.objectContaining({
            name: 'stop',
            queue: 'line.stops',
            attempts: 3,
            body: expect.objectContaining({ required: ['reason'] }),
          }),
          expect.objectContaining({
            name: 'alarm',
            route: 'plant.{line}.alarm',
            isText: true,
            body: { type: 'string' },
          }),
        ],
        queues: [
          {
            name: 'line.stops',
            kind: 'command',
            patterns: ['line.stop', 'line.lines.*.stop', 'line'],
            waiting: 0,
            running: 0,
          },
          { name: 'line.events', kind: 'event', patterns: ['plant.*.alarm'], waiting: 0, running: 0 },
          {
            name: 'line.rpc',
            kind: 'rpc',
            patterns: ['line.speed', 'line.lines.*.speed', 'line'],
            waiting: 0,
            running: 0,
          },
        ],
      }),
    ]);
  });
});

describe('with a store', () => {
  it('a command writes its effect once, however often it comes and wherever its process dies', async () => {
    const counter = defineFamily({ name: 'test_counter', columns: { name: 'text', count: 'integer' }, key: ['name'] });
    const clock = new VirtualClock(0);
    const store = openModelStore({ disk: new ModelDisk(), families: [inbox, counter], clock });
    await using broker = openMemoryBroker({ clock, log: silentLog });
    let hasDied = false;
    const count = defineService('count', {
      up: command('up', { dedupMs: 60_000, retry: { attempts: 2, firstMs: 1, longestMs: 1 } }, async (m) => {
        const { guards = [], writes = [] } = m.intake ?? {};
        await store.commit([{ guards, writes: [...writes, add(counter, ['all'], { count: 1 })] }]);
        if (hasDied) return;
        hasDied = true;
        throw new Error('dies after the commit, before the ack');
      }),
    });
    await using app = await startApp({ broker, clock, store, services: [count] });
    const told = client<typeof count>(app, 'count');
    for (const _ of [1, 2, 3]) await told.up({}, { id: 'one' });
    await told.up({}, { id: 'two' });
    for (let quiet = 0; quiet < 20; quiet++) {
      await turn();
      await clock.advance(10);
    }
    expect(await store.get(counter, ['all'])).toEqual({ name: 'all', count: 2 });
    expect(await broker.queues(['count.commands'])).toMatchObject([{ ready: 0, unacked: 0, dead: 0 }]);
    await store.close();
  });
});
