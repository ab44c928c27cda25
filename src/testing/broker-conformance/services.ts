/** What services and their clients may rely on, whichever broker is between them. */
import assert from 'node:assert/strict';
import type { Broker } from '../../bus/broker.ts';
import { type AppOptions, startApp } from '../../bus/service/app.ts';
import type { App } from '../../bus/service/app-type.ts';
import { client } from '../../bus/service/client.ts';
import { defineService } from '../../bus/service/define-service.ts';
import { command, on, rpc } from '../../bus/service/rpc.ts';
import { plainText } from '../../bus/service/schema.ts';
import { ServiceError } from '../../bus/service/service-error.ts';
import { systemClock } from '../../kernel/clock.ts';
import { type BrokerCase, bodyOf, deadLettersOf, record, rejectsWith, signal, upTo, within } from './parts.ts';

type Opened = AsyncDisposable & { readonly app: App; open(options?: Partial<AppOptions>): Promise<App> };

/** Apps on one broker, closed the last first. */
async function apps(broker: Broker, options: Partial<AppOptions> = {}): Promise<Opened> {
  const opened: App[] = [];
  const open = async (more: Partial<AppOptions> = {}): Promise<App> => {
    const app = await startApp({ broker, ...options, ...more });
    opened.push(app);
    return app;
  };
  const close = async (): Promise<void> => {
    for (const app of opened.reverse()) await app.close();
  };
  return { app: await open(), open, [Symbol.asyncDispose]: close };
}

/** Collects what handlers see; resolves when so many have come. */
function collector<Item>(count: number): {
  readonly items: Item[];
  add(item: Item): void;
  readonly full: Promise<void>;
} {
  const items: Item[] = [];
  const { given, give } = signal();
  const add = (item: Item): void => {
    if (items.push(item) === count) give();
  };
  return { items, add, full: given };
}

export const serviceCases: readonly BrokerCase[] = [
  {
    name: 'answers a call, refuses another with its own code, and says at once that nobody serves a third',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const sums = defineService('sums', {
        add: rpc('add/{a:int}/{b:int}', {}, (m) => m.params.a + m.params.b),
        divide: rpc('divide/{a:int}/{b:int}', {}, (m) => {
          if (m.params.b === 0)
            throw new ServiceError('sums.by-zero', 'nothing can be divided by 0', { a: m.params.a });
          return m.params.a / m.params.b;
        }),
      });
      await using all = await apps(opened.broker, { services: [sums] });
      const asked = client<typeof sums>(all.app, 'sums');
      assert.equal(await asked.add({ params: { a: 2, b: 3 } }), 5);
      await assert.rejects(asked.divide({ params: { a: 1, b: 0 } }), {
        code: 'sums.by-zero',
        message: 'nothing can be divided by 0',
        data: { a: 1 },
      });
      const nobody = client<typeof sums>(all.app, 'nobody');
      await rejectsWith('bus.no-such-service', () => nobody.add({ params: { a: 2, b: 3 } }, { timeoutMs: 60_000 }));
    },
  },
  {
    name: 'tells wrong parameters and bodies to the caller, whatever they are, and goes on',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const texts = defineService('texts', {
        shout: rpc('shout', { body: plainText }, (m) => m.body.toUpperCase()),
        count: rpc('count/{n:int}', {}, (m) => m.params.n),
        fail: rpc('fail', {}, () => {
          throw new Error('the password is "sesame"');
        }),
      });
      await using all = await apps(broker, { services: [texts] });
      const asked = client<typeof texts>(all.app, 'texts');
      await rejectsWith('bus.invalid-body', () => asked.shout({ body: 7 as unknown as string }));
      await rejectsWith('bus.invalid-params', () => asked.count({ params: { n: 'x' as unknown as number } }));
      await assert.rejects(asked.fail(), (error: Error) => !error.message.includes('sesame'));
      assert.equal(await asked.shout({ body: 'grüße' }), 'GRÜSSE');
    },
  },
  {
    name: 'ends a call at its deadline and tells the handler, whose own calls end with it',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const aborted = collector<string>(2);
      const wait = (name: string, abort: AbortSignal): Promise<never> =>
        new Promise((_, reject) => {
          abort.addEventListener('abort', () => {
            aborted.add(name);
            reject(new Error('aborted'));
          });
        });
      const slow = defineService('slow', {
        inner: rpc('inner', {}, (m) => wait('inner', m.signal)),
        outer: rpc('outer', {}, async (m) => {
          const inner = client<typeof slow>(all.app, 'slow').inner({}, { timeoutMs: 600_000 });
          await Promise.all([wait('outer', m.signal), inner]);
        }),
      });
      await using all = await apps(opened.broker, { services: [slow] });
      const asked = client<typeof slow>(all.app, 'slow');
      await rejectsWith('bus.call-timeout', () => asked.outer({}, { timeoutMs: 100 }));
      await within(aborted.full, 'both signals');
      assert.deepEqual(aborted.items.sort(), ['inner', 'outer']);
    },
  },
  {
    name: 'cancels a call when its caller gives up',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const started = signal();
      const aborted = signal();
      const patient = defineService('patient', {
        wait: rpc('wait', {}, (m) => {
          m.signal.addEventListener('abort', aborted.give);
          started.give();
          return aborted.given;
        }),
      });
      await using all = await apps(opened.broker, { services: [patient] });
      const giveUp = new AbortController();
      const call = client<typeof patient>(all.app, 'patient').wait({}, { signal: giveUp.signal, timeoutMs: 600_000 });
      await within(started.given, 'the handler');
      giveUp.abort(new Error('no longer needed'));
      await rejectsWith('bus.call-cancelled', () => call);
      await within(aborted.given, 'the signal of the handler');
    },
  },
  {
    name: 'streams a result as fast as it is read, and ends the handler when its reader leaves',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const left = signal();
      let sent = 0;
      const rows = defineService('rows', {
        all: rpc('all', {}, async function* () {
          try {
            for (const row of upTo(100_000)) {
              sent = row + 1;
              yield { row };
            }
          } finally {
            left.give();
          }
        }),
        broken: rpc('broken', {}, async function* () {
          yield 1;
          throw new ServiceError('rows.broken', 'the fibre is cut');
        }),
      });
      await using all = await apps(opened.broker, { services: [rows] });
      const asked = client<typeof rows>(all.app, 'rows');
      const seen: number[] = [];
      for await (const { row } of asked.all()) {
        seen.push(row);
        if (row === 299) break;
      }
      assert.deepEqual(seen, upTo(300));
      await within(left.given, 'the end of the handler');
      assert.ok(sent < 1_000, `${sent} rows were sent to a reader of 300`);
      const broken: unknown[] = [];
      await rejectsWith('rows.broken', async () => {
        for await (const item of asked.broken()) broken.push(item);
      });
      assert.deepEqual(broken, [1]);
    },
  },
  {
    name: 'shares the work of a service among its instances, and gives each event to every service that listens',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const commands = collector<number>(40);
      const events = collector<string>(2);
      const worker = defineService('worker', {
        work: command('work/{n:int}', {}, (m) => commands.add(m.params.n)),
        stop: on('plant.{line}.stopped', {}, (m) => events.add(`worker ${m.params.line}`)),
      });
      const audit = defineService('audit', {
        stop: on('plant.{line}.stopped', {}, (m) => events.add(`audit ${m.params.line}`)),
      });
      await using all = await apps(opened.broker);
      for (const _ of upTo(2)) await all.open({ services: [worker, audit] });
      const told = client<typeof worker>(all.app, 'worker');
      await Promise.all(upTo(40).map((n) => told.work({ params: { n } })));
      await all.app.emit('plant.{line}.stopped', { params: { line: 'north.1' }, body: {} });
      await within(Promise.all([commands.full, events.full]), 'the work');
      assert.deepEqual(
        commands.items.sort((a, b) => a - b),
        upTo(40),
      );
      assert.deepEqual(events.items.sort(), ['audit north.1', 'worker north.1']);
    },
  },
  {
    name: 'tries a command again and gives it up with its reason, and publishes results and failures to their topic',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const retry = { attempts: 2, firstMs: 1, longestMs: 1 };
      const attempts: string[] = [];
      const press = defineService('press', {
        start: command('orders/{order}/start', { to: 'press.orders.{order}.started', retry }, (m) => {
          attempts.push(`${m.params.order} ${m.attempt}`);
          if (m.params.order === 'jam') throw new Error('the press is jammed');
          if (m.params.order === 'no') throw new ServiceError('press.refused', 'the press is locked');
          return { order: m.params.order };
        }),
      });
      const { recorder } = await record(broker, { queue: 'results', patterns: ['press.orders.*.started'] });
      await using all = await apps(broker, { services: [press] });
      const told = client<typeof press>(all.app, 'press');
      for (const order of ['fine', 'jam', 'no']) await told.start({ params: { order } });
      const results = await recorder.take(3);
      const said = results.map(({ message, body }) => [message.routingKey, message.headers['mr-error'] ?? body]);
      assert.deepEqual(said.sort(), [
        ['press.orders.fine.started', { order: 'fine' }],
        ['press.orders.jam.started', 'bus.handler-failed'],
        ['press.orders.no.started', 'press.refused'],
      ]);
      assert.deepEqual(attempts.sort(), ['fine 1', 'jam 1', 'jam 2', 'no 1']);
      const letters = await deadLettersOf(broker, 'press.commands', 2);
      assert.deepEqual(letters.map(({ reason }) => reason).sort(), [
        'failed: the press is jammed',
        'press.refused: the press is locked',
      ]);
    },
  },
  {
    name: 'carries a command with the same id out once, where the operation asks for it',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const seen = collector<string>(2);
      const once = defineService('once', {
        pay: command('pay/{invoice}', { dedupMs: 60_000 }, (m) => seen.add(m.params.invoice)),
        end: command('end', {}, () => seen.add('end')),
      });
      await using all = await apps(opened.broker, { services: [once] });
      const told = client<typeof once>(all.app, 'once');
      for (const _ of upTo(5)) await told.pay({ params: { invoice: '17' } }, { id: 'invoice-17' });
      await told.end();
      await within(seen.full, 'the end');
      assert.deepEqual(seen.items, ['17', 'end']);
    },
  },
  {
    name: 'finishes what runs and leaves the rest to others when an app closes under load',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const done: string[] = [];
      const all120 = signal();
      const half = signal();
      const worker = (name: string) =>
        defineService(
          'worker',
          {
            work: command('work/{n:int}', {}, async (m) => {
              await new Promise((resolve) => setTimeout(resolve, 1));
              done.push(`${m.params.n}`);
              if (name === 'first' && done.length >= 20) half.give();
              if (new Set(done).size === 120) all120.give();
            }),
          },
          { concurrency: 4 },
        );
      await using all = await apps(opened.broker);
      const first = await startApp({ broker: opened.broker, services: [worker('first')] });
      const told = client<ReturnType<typeof worker>>(all.app, 'worker');
      await Promise.all(upTo(120).map((n) => told.work({ params: { n } })));
      await within(half.given, 'half of the work');
      await first.close();
      const before = done.length;
      await all.open({ services: [worker('second')] });
      await within(all120.given, 'all of the work');
      assert.ok(before < 120, 'the first did not do everything');
      assert.equal(done.length, 120, 'nothing was done twice');
    },
  },
  {
    name: 'understands the wire form in which a header names the route and the others are its parameters',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const seen = collector<unknown>(6);
      const models = defineService('models', {
        trainModel: command('train_model/{model_id:int}', { body: plainText }, (m) =>
          seen.add([m.params.model_id, m.body]),
        ),
        tune: command('tune_model/{model_id:int}', { body: plainText, queue: 'slow' }, (m) =>
          seen.add([m.params.model_id, m.body]),
        ),
      });
      await using _all = await apps(broker, { services: [models] });
      const foreign = { exchange: 'millrace.commands', contentType: 'text/plain', body: 'the text', at: 0 };
      const sent = [
        { routingKey: 'models', headers: { route: 'train_model', model_id: '17' } },
        { routingKey: 'models', headers: { route: 'train_model/17' } },
        { routingKey: 'models.train_model.17', headers: {} },
        { routingKey: 'models.trainModel', headers: { model_id: '17' } },
        { routingKey: 'models', headers: { route: 'tune_model', model_id: '17' } },
        { routingKey: 'models', headers: { route: 'tune_model/17' } },
      ];
      for (const [place, parts] of sent.entries())
        await broker.publish({ id: `foreign-${place}`, ...foreign, ...parts });
      await broker.publish({ id: 'lost', ...foreign, routingKey: 'models', headers: { route: 'tame_model' } });
      await within(seen.full, 'all forms');
      assert.deepEqual(
        seen.items,
        upTo(6).map(() => [17, 'the text']),
      );
      const [letter] = await deadLettersOf(broker, 'models.commands', 1);
      assert.match(letter?.reason ?? '', /^bus\.unknown-route: .*tame_model/);
    },
  },
  {
    name: 'answers calls that come from anywhere: JSON in, JSON out, the error in a header',
    run: async (open) => {
      await using opened = await open({ clock: systemClock });
      const { broker } = opened;
      const sums = defineService('sums', { add: rpc('add/{a:int}/{b:int}', {}, (m) => m.params.a + m.params.b) });
      await using _all = await apps(broker, { services: [sums] });
      const answers = collector<[string | undefined, unknown, string | undefined]>(2);
      const inbox = await broker.openInbox({
        onMessage: (message) => answers.add([message.correlationId, bodyOf(message), message.headers['mr-error']]),
        onLost: () => {},
      });
      const question = { exchange: 'millrace.rpc', body: '', headers: {}, at: 0, replyTo: inbox.address };
      await broker.publish({ ...question, id: 'one', correlationId: 'one', routingKey: 'sums.add.2.3' });
      await broker.publish({ ...question, id: 'two', correlationId: 'two', routingKey: 'sums.add.2.x' });
      await broker.publish({
        id: 'silent',
        exchange: 'millrace.rpc',
        body: '',
        headers: {},
        at: 0,
        routingKey: 'sums.add.1.1',
      });
      await within(answers.full, 'both answers');
      const [one, two] = answers.items.sort();
      assert.deepEqual(one, ['one', 5, undefined]);
      assert.deepEqual([two?.[0], two?.[2]], ['two', 'bus.invalid-params']);
    },
  },
];
