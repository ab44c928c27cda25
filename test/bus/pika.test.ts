/** A program in another language asks, serves, sends and looks at dead letters. Its scripts are those of the guide. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type App,
  client,
  command,
  declareService,
  defineService,
  on,
  plainText,
  rpc,
  ServiceError,
  startApp,
} from '../../src/index.ts';
import { blocksOf, filesBelow, read } from '../docs/page.ts';
import { type FreshRabbit, freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';
import { PIKA_IS_MISSING, python, pythonServing, type Where, withoutPika } from './python.ts';

const TIMEOUT_MS = 60_000;
const Range = z.object({ min: z.int(), max: z.int() });

if (withoutPika) console.warn(PIKA_IS_MISSING);

it('has scripts of no more than twenty lines', () => {
  const scripts = filesBelow('test/bus/pika', '.py');
  expect(scripts).toHaveLength(5);
  for (const script of scripts) {
    const lines = read(script).split('\n');
    expect(lines.filter((line) => !/^\s*(#.*|""".*)?$/.test(line)).length, script).toBeLessThanOrEqual(20);
  }
});

it('has the scripts that the guide shows', () => {
  const scripts = filesBelow('test/bus/pika', '.py').map(read);
  const shown = blocksOf('docs/guide/messaging.md').filter(({ language }) => language === 'python');
  expect(shown).toHaveLength(2);
  for (const { text } of shown) expect(scripts).toContain(text);
});

describe.skipIf(withoutRabbit || withoutPika)('a program in Python', { timeout: TIMEOUT_MS }, () => {
  it('calls an operation and gets its result', async () => {
    await using parts = await plant();
    const { code, stdout } = await python(
      parts.where,
      'call.py',
      'focus',
      'configure',
      '{"min": 1, "max": 8}',
      'job=j.1/x',
    );
    expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 0, answer: { job: 'j.1/x', channels: 8 } });
  });

  it('gets refusals with their codes: of the service, of its body, and when nobody serves', async () => {
    await using parts = await plant();
    const ask = (...args: string[]) => python(parts.where, 'call.py', ...args);
    const refused = await ask('focus', 'configure', '{"min": 8, "max": 1}', 'job=1');
    expect(refused.stderr).toBe(
      'refused with focus.no-channels: {"code":"focus.no-channels","message":"min is above max","data":{"min":8,"max":1}}\n',
    );
    expect((await ask('focus', 'configure', '{"min": "one"}', 'job=1')).stderr).toMatch(
      /^refused with bus.invalid-body: /,
    );
    expect((await ask('focus', 'configure', 'no JSON', 'job=1')).stderr).toMatch(/^refused with bus.not-json: /);
    expect((await ask('focus', 'configure', '{}')).stderr).toMatch(/^refused with bus.invalid-params: /);
    expect((await ask('nobody', 'configure', '{}')).stderr).toMatch(/UnroutableError/);
  });

  it('serves an operation that is declared here', async () => {
    await using parts = await plant();
    parts.rabbit.remember([parts.rabbit.names.queue('maths.rpc')]);
    await using _maths = await pythonServing(parts.where, 'serve.py');
    const declared = declareService('maths', {
      divide: rpc('divide/{by:int}', {
        body: z.object({ number: z.number() }),
        result: z.object({ result: z.number() }),
      }),
    });
    const maths = client(parts.app, declared);
    expect(await maths.divide({ params: { by: 4 }, body: { number: 10 } })).toEqual({ result: 2.5 });
    const refused = maths.divide({ params: { by: 0 }, body: { number: 10 } });
    await expect(refused).rejects.toMatchObject({ code: 'maths.by-zero', message: 'division by zero' });
  });

  it('sends commands and events whose path parameters are in the routing key', async () => {
    await using parts = await plant();
    expect(await python(parts.where, 'send.py', 'commands', 'focus.jobs.7.roi', '{"min": 1, "max": 2}')).toMatchObject({
      code: 0,
    });
    expect(await python(parts.where, 'send.py', 'events', 'plant.north.alarm', '"too hot"')).toMatchObject({ code: 0 });
    await expect
      .poll(() => parts.seen)
      .toEqual(
        expect.arrayContaining([
          ['roi', 7, { min: 1, max: 2 }],
          ['alarm', 'north', 'too hot'],
        ]),
      );
  });

  it('sends plain text to a route that its headers name', async () => {
    await using parts = await plant();
    const sent = await python(parts.where, 'send_text.py', 'focus', 'train_model', 'Größe: 3 µm', 'model_id=17');
    expect(sent).toMatchObject({ code: 0 });
    await expect.poll(() => parts.seen).toEqual([['train', 17, 'Größe: 3 µm']]);
  });

  it('reads dead letters with their reasons', async () => {
    await using parts = await plant();
    await python(parts.where, 'send.py', 'commands', 'focus.jobs.7.roi', '{"min": 9}');
    await python(parts.where, 'send_text.py', 'focus', 'fly', 'text');
    await expect.poll(async () => (await parts.broker.deadLetters('focus.commands')).length).toBe(2);
    const { stdout } = await python(parts.where, 'dead.py', 'focus.commands');
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^bus\.invalid-body: The body for roi of focus is wrong: max: .* \| \{"min": 9\}$/),
      'bus.unknown-route: The service focus has no route "fly". | text',
    ]);
  });
});

async function plant() {
  const rabbit: FreshRabbit = freshRabbit();
  const broker = await rabbit.open();
  const seen: unknown[] = [];
  const focus = defineService('focus', {
    configure: rpc('jobs/{job}/configure', { body: Range }, ({ params: { job }, body: { min, max } }) => {
      if (min > max) throw new ServiceError('focus.no-channels', 'min is above max', { min, max });
      return { job, channels: max - min + 1 };
    }),
    roi: command('jobs/{job:int}/roi', { body: Range }, (m) => void seen.push(['roi', m.params.job, m.body])),
    train: command('train_model/{model_id:int}', { body: plainText }, (m) => {
      seen.push(['train', m.params.model_id, m.body]);
    }),
    alarm: on('plant.{line}.alarm', { body: z.string() }, (m) => void seen.push(['alarm', m.params.line, m.body])),
  });
  const app: App = await startApp({ broker, services: [focus] });
  const where: Where = { url: rabbitUrl, prefix: rabbit.prefix };
  rabbit.rememberServed([]);
  return {
    ...{ rabbit, broker, app, seen, where },
    async [Symbol.asyncDispose]() {
      await app.close();
      await rabbit[Symbol.asyncDispose]();
    },
  };
}
