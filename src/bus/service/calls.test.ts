import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../../adapters/memory/memory-broker.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { testApp } from '../../testing/test-app.ts';
import type { Broker, InboxListener, Message } from '../broker.ts';
import { startApp } from './app.ts';
import type { App } from './app-type.ts';
import { client } from './client.ts';
import { service } from './decorators.ts';
import { declareService, defineService } from './define-service.ts';
import type { Rpc } from './incoming.ts';
import type { Middleware } from './operation.ts';
import { command, rpc } from './rpc.ts';
import { plainText } from './schema.ts';
import { ServiceError } from './service-error.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('middleware and lifespan', () => {
  it('run around the handler, the service’s before the operation’s, and may change the result', async () => {
    const seen: string[] = [];
    const layer =
      (name: string): Middleware =>
      async (message, next) => {
        seen.push(`${name} ${message.params.n}`);
        const result = await next();
        seen.push(`${name} ends`);
        return `${name}(${result})`;
      };
    const double = defineService(
      'double',
      { ask: rpc('ask/{n:int}', { use: [layer('inner')] }, (m) => m.params.n * 2) },
      { use: [layer('outer')] },
    );
    await using t = await testApp(double);
    expect(await t.client.ask({ params: { n: 4 } })).toBe('outer(inner(8))');
    expect(seen).toEqual(['outer 4', 'inner 4', 'inner ends', 'outer ends']);
  });

  it('start before the first message and stop after the last', async () => {
    const seen: string[] = [];
    @service('lived')
    class Lived {
      async onStart() {
        seen.push('started');
      }
      @rpc('ping')
      async ping(_: Rpc<'ping'>) {
        seen.push('asked');
        await turn();
        seen.push('answered');
      }
      onStop() {
        seen.push('stopped');
      }
      async [Symbol.asyncDispose]() {
        seen.push('disposed');
      }
    }
    const t = await testApp(Lived);
    const asked = t.client.ping();
    await turn();
    await t.close();
    await asked;
    expect(seen).toEqual(['started', 'asked', 'answered', 'stopped', 'disposed']);
  });

  it('leave nothing open when a service cannot start', async () => {
    await using broker = openMemoryBroker({ clock: systemClock, log: silentLog });
    const stopped: string[] = [];
    const good = defineService('good', { ping: rpc('ping', {}, () => 1) }, { onStop: () => void stopped.push('good') });
    const bad = defineService(
      'bad',
      { ping: rpc('ping', {}, () => 1) },
      { onStart: () => Promise.reject(new Error('no disk')) },
    );
    await expect(startApp({ broker, services: [good, bad] })).rejects.toThrow('no disk');
    expect(stopped).toEqual(['good']);
    expect((await broker.queues()).every(({ consumers }) => consumers === 0)).toBe(true);
  });
});

describe('service definitions', () => {
  it('say everything that is wrong with them', () => {
    const ping = rpc('ping', {}, () => 1);
    const wrong = [
      () => defineService('two words', { ping }),
      () => defineService('empty', {}),
      () => defineService('same', { one: rpc('a/{x}', {}, () => 1), two: rpc('a/{y}', {}, () => 1) }),
      () => defineService('none', { ping }, { concurrency: 0 }),
      () => command('a', { retry: { attempts: 0 } }, () => 1),
      () => rpc('a/{x}', { to: 'b.{y}' as never }, () => 1),
    ];
    for (const define of wrong) expect(define).toThrow(expect.objectContaining({ code: 'bus.invalid-service' }));
    class Plain {}
    return expect(testApp(Plain)).rejects.toMatchObject({ code: 'bus.invalid-service' });
  });

  it('are inherited, and a subclass may replace a method', async () => {
    @service('base')
    class Base {
      @rpc('who')
      who(_: Rpc<'who'>): string {
        return 'base';
      }
      @rpc('also')
      also(_: Rpc<'also'>): string {
        return 'also';
      }
    }
    @service('derived')
    class Derived extends Base {
      @rpc('who')
      override who(_: Rpc<'who'>): string {
        return 'derived';
      }
    }
    await using t = await testApp(Derived);
    expect([await t.client.who(), await t.client.also()]).toEqual(['derived', 'also']);
  });
});

describe('a client', () => {
  it('of a declared service checks what it sends and what it gets', async () => {
    await using broker = openMemoryBroker({ clock: systemClock, log: silentLog });
    const real = defineService('real', {
      add: rpc('add/{a:int}', { body: z.number() }, (m) => (m.params.a === 0 ? 'nothing' : m.params.a + m.body)),
      shout: rpc('shout', { body: plainText, result: plainText }, (m) => m.body.toUpperCase()),
      rows: rpc('rows', {}, async function* () {
        yield 1;
        yield 'two';
      }),
    });
    const declared = declareService('real', {
      add: rpc('add/{a:int}', { body: z.number(), result: z.number() }),
      shout: rpc('shout', { body: plainText, result: plainText }),
    });
    await using app = await startApp({ broker, services: [real] });
    const asked = client(app, declared);
    expect(await asked.add({ params: { a: 1 }, body: 2 })).toBe(3);
    expect(await asked.shout({ body: 'ja' })).toBe('JA');
    await expect(asked.add({ params: { a: 1 }, body: 'x' as never })).rejects.toMatchObject({
      code: 'bus.invalid-body',
    });
    await expect(asked.add({ params: { a: 0 }, body: 1 })).rejects.toMatchObject({ code: 'bus.invalid-result' });
    await expect(asked.add({ params: {} as never, body: 1 })).rejects.toMatchObject({ code: 'bus.invalid-params' });
    expect(await Promise.resolve(client<typeof real>(app, 'real'))).toBeDefined();
  });

  it('sends an idempotent call again when the way back broke, and tells of any other that it was lost', async () => {
    const memory = openMemoryBroker({ clock: systemClock, log: silentLog });
    let listener: InboxListener | undefined;
    const sent: Message[] = [];
    const broker = new Proxy(memory, {
      get: (target, name: keyof Broker) => {
        if (name === 'openInbox') {
          return (given: InboxListener) => {
            listener = given;
            return target.openInbox(given);
          };
        }
        if (name === 'publish') {
          return async (message: Message) => {
            sent.push(message);
            return { routed: true, settled: Promise.resolve() };
          };
        }
        const member = target[name];
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const far = declareService('far', { get: rpc('get', { idempotent: true }), put: rpc('put') });
    const app = await startApp({ broker });
    const asked = client(app, far);
    const got = asked.get();
    const lost = expect(asked.put()).rejects.toMatchObject({ code: 'bus.connection-lost' });
    await turn();
    listener?.onLost();
    await lost;
    await turn();
    const [first, , again] = sent;
    expect([again?.id, again?.correlationId]).toEqual([first?.id, first?.correlationId]);
    listener?.onMessage({ ...again, id: 'r', body: '"here"', headers: {}, routingKey: '', at: 0 });
    expect(await got).toBe('here');
    await app.close();
    await expect(asked.get()).rejects.toMatchObject({ code: 'bus.stopping' });
    await memory.close();
  });

  it('calls services of its own app in place, if the app says so: same checks, same object', async () => {
    await using broker = openMemoryBroker({ clock: systemClock, log: silentLog });
    const failure = new Error('as it is');
    const apps: App[] = [];
    const here = defineService('here', {
      same: rpc('same/{n:int}', { body: z.looseObject({ a: z.number() }) }, (m) => m.body),
      fail: rpc('fail', {}, () => {
        throw failure;
      }),
      rows: rpc('rows', {}, async function* () {
        yield* [1, 2, 3];
      }),
      left: rpc('left', {}, (m) => m.deadline - systemClock.now()),
    });
    const there = defineService('there', {
      outer: rpc('outer', {}, () => client<typeof here>(apps[0] as App, 'here').left({}, { timeoutMs: 60_000 })),
    });
    const app = await startApp({ broker, services: [here, there], local: 'direct' });
    apps.push(app);
    const asked = client<typeof here>(app, 'here');
    const nested = { deep: [1] };
    expect((await asked.same({ params: { n: 1 }, body: { a: 1, nested } })).nested).toBe(nested);
    await expect(asked.same({ params: { n: 1 }, body: {} as never })).rejects.toMatchObject({
      code: 'bus.invalid-body',
    });
    await expect(asked.same({ params: {} as never, body: { a: 1 } })).rejects.toMatchObject({
      code: 'bus.invalid-params',
    });
    await expect(asked.fail()).rejects.toBe(failure);
    const rows: number[] = [];
    for await (const row of asked.rows()) rows.push(row);
    expect(rows).toEqual([1, 2, 3]);
    expect(await client<typeof there>(app, 'there').outer({}, { timeoutMs: 1_000 })).toBeLessThanOrEqual(1_000);
    await app.close();
  });
});

describe('a refusal', () => {
  it('carries data that cannot be said in JSON as far as it can', async () => {
    const round: Record<string, unknown> = {};
    round.self = round;
    const odd = defineService('odd', {
      refuse: rpc('refuse', {}, () => {
        throw new ServiceError('odd.round', 'it is round', round);
      }),
      round: rpc('round', {}, () => round),
    });
    await using t = await testApp(odd);
    await expect(t.client.refuse()).rejects.toMatchObject({ code: 'odd.round', message: 'it is round' });
    await expect(t.client.round()).rejects.toMatchObject({ code: 'bus.invalid-result' });
  });
});
