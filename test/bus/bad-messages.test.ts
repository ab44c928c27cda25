/**
 * Messages that are wrong in every way that one can be: the consumer goes on, and each is accounted for – answered with a
 * code, a dead letter with a reason, or dropped as docs/reference/messaging.md says.
 */
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../src/bus/broker.ts';
import {
  type Broker,
  client,
  command,
  defineService,
  on,
  openBroker,
  plainText,
  rpc,
  ServiceError,
  startApp,
} from '../../src/index.ts';
import { type FreshRabbit, freshRabbit, rabbitUrl, withoutRabbit } from '../fresh-rabbitmq.ts';

const TIMEOUT_MS = 60_000;
const Order = z.object({ pieces: z.int() });
const LARGE = 'x'.repeat(1_100_000);

type Kind = 'rpc' | 'commands' | 'events';
type Posted = {
  readonly kind: Kind;
  readonly key?: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly contentType?: string;
};
/** Of a call its answer's code, or what it answers; of the others what the dead letter says. */
type Fate = { readonly answer?: unknown; readonly dead?: RegExp; readonly done?: unknown };
type Case = readonly [name: string, posted: Posted, fate: Fate];

const call = (body: string | Buffer, more: Partial<Posted> = {}): Posted => ({
  kind: 'rpc',
  key: 'press.double',
  body,
  ...more,
});
const order = (body: string | Buffer, more: Partial<Posted> = {}): Posted => ({
  kind: 'commands',
  key: 'press.orders.7.start',
  body,
  ...more,
});
const byHeader = { key: 'press', headers: { route: 'note', line: '3' }, contentType: 'text/plain' };

const anywhere: readonly Case[] = [
  ['a call that is not JSON', call('{"pieces": '), { answer: 'bus.not-json' }],
  ['a call with an empty body', call(''), { answer: 'bus.not-json' }],
  ['a call of another schema', call('{"pieces": "two"}'), { answer: 'bus.invalid-body' }],
  ['a call that is not an object', call('null'), { answer: 'bus.invalid-body' }],
  [
    'a call to an unknown operation',
    call('{}', { key: 'press', headers: { route: 'fly' } }),
    { answer: 'bus.unknown-route' },
  ],
  ['a call without any route', call('{}', { key: 'press' }), { answer: 'bus.unknown-route' }],
  ['a call of another content type', call('{"pieces": 2}', { contentType: 'application/xml' }), { answer: 4 }],
  ['a call whose answer is too large', call('{"pieces": -1}'), { answer: 'bus.message-too-large' }],
  ['a call whose refusal is too large', call('{"pieces": -2}'), { answer: 'press.refused' }],
  [
    'a call whose limits make no sense',
    call('{"pieces": 2}', { headers: { 'mr-timeout': 'soon', 'mr-deadline': '-1' } }),
    { answer: 4 },
  ],
  ['a call with a deadline in the past', call('{"pieces": 2}', { headers: { 'mr-deadline': '1' } }), { answer: 4 }],
  ['a command that is not JSON', order('pieces=2'), { dead: /^bus\.not-json: .* begins with "pieces=2"/ }],
  ['a command with an empty body', order(''), { dead: /^bus\.not-json: / }],
  ['a command of another schema', order('{"pieces": 1.5}'), { dead: /^bus\.invalid-body: .*pieces: / }],
  [
    'a command to an unknown path',
    order('{}', { key: 'press', headers: { route: 'orders/7' } }),
    { dead: /^bus\.unknown-route: .*"orders\/7"/ },
  ],
  ['a command without any route', order('{}', { key: 'press' }), { dead: /^bus\.unknown-route: / }],
  [
    'a parameter that is no number',
    order('{"pieces": 2}', { key: 'press.orders.seven.start' }),
    { dead: /^bus\.invalid-params: .*seven/ },
  ],
  [
    'a parameter that is missing',
    order('text', { ...byHeader, headers: { route: 'note' } }),
    { dead: /^bus\.invalid-params: .*nothing/ },
  ],
  [
    'a text that says that it is JSON',
    order('text', { ...byHeader, contentType: 'application/json' }),
    { dead: /^bus\.not-json: / },
  ],
  ['an empty text', order('', byHeader), { done: ['note', 3, ''] }],
  [
    'an event that is not JSON',
    { kind: 'events', key: 'plant.north.alarm', body: 'fire' },
    { dead: /^bus\.not-json: / },
  ],
];

/** What only a foreign program can send. */
const onRabbit: readonly Case[] = [
  [
    'a number as a header',
    order('text', { ...byHeader, headers: { route: 'note', line: 3 } }),
    { done: ['note', 3, 'text'] },
  ],
  [
    'bytes as a header',
    order('text', { ...byHeader, headers: { route: Buffer.from('note'), line: Buffer.from('3') } }),
    { done: ['note', 3, 'text'] },
  ],
  [
    'a table as a header',
    order('text', { ...byHeader, headers: { route: 'note', line: { deep: [1] } } }),
    { dead: /^bus\.invalid-params: / },
  ],
  [
    'a number as a route',
    order('text', { ...byHeader, headers: { route: 17 } }),
    { dead: /^bus\.unknown-route: .*"17"/ },
  ],
  [
    'JSON with bytes that are no UTF-8',
    call(Buffer.from('{"pieces": 2, "of": "\xff\xfe"}', 'latin1')),
    { answer: 'bus.not-text' },
  ],
  [
    'a command with bytes that are no UTF-8',
    order(Buffer.from('{"pieces": 2, "of": "\xff"}', 'latin1')),
    { dead: /^bus\.not-text: / },
  ],
  ['a text that is no UTF-8', order(Buffer.from('Gr\xf6\xdfe', 'latin1'), byHeader), { dead: /^bus\.not-text: / }],
  ['a text with a replacement character', order('\ufffd', byHeader), { done: ['note', 3, '\ufffd'] }],
  ['a call that is larger than ours may be', call(`{"pieces": 2, "more": "${LARGE}"}`), { answer: 4 }],
  ['a command that is larger than ours may be', order(`{"pieces": "${LARGE}"}`), { dead: /^bus\.invalid-body: / }],
];

function press(done: unknown[]) {
  const double = ({ body: { pieces } }: { readonly body: { readonly pieces: number } }): unknown => {
    if (pieces === -1) return LARGE;
    if (pieces === -2) throw new ServiceError('press.refused', 'no', LARGE);
    done.push(['double', pieces]);
    return pieces * 2;
  };
  return defineService('press', {
    double: rpc('double', { body: Order, idempotent: true }, double),
    start: command(
      'orders/{order:int}/start',
      { body: Order },
      (m) => void done.push(['start', m.params.order, m.body]),
    ),
    note: command('note/{line:int}', { body: plainText }, (m) => void done.push(['note', m.params.line, m.body])),
    alarm: on('plant.{line}.alarm', { body: z.string() }, (m) => void done.push(['alarm', m.params.line, m.body])),
  });
}

type Properties = { readonly [Name in 'messageId' | 'replyTo' | 'expiration']?: string | undefined };

type Poster = {
  readonly broker: Broker;
  /** As a foreign program would; what is answered comes to `onAnswer`. */
  post(posted: Posted, properties: Properties): Promise<void>;
  readonly replyTo: string;
  readonly close: () => Promise<void>;
};
type OnAnswer = (answer: Pick<Message, 'body' | 'correlationId' | 'headers'>) => void;

async function overMemory(onAnswer: OnAnswer): Promise<Poster> {
  const broker = await openBroker('memory');
  const inbox = await broker.openInbox({ onMessage: onAnswer, onLost: () => {} });
  return {
    broker,
    replyTo: inbox.address,
    post: async ({ kind, key = '', body, headers = {}, contentType }, { messageId = '', replyTo, expiration }) => {
      await broker.publish({
        ...{ id: messageId, exchange: `millrace.${kind}`, routingKey: key, body: String(body), at: Date.now() },
        headers: headers as Record<string, string>,
        ...(contentType !== undefined && { contentType }),
        ...(replyTo !== undefined && { replyTo, correlationId: messageId ?? '' }),
        ...(expiration !== undefined && { expiresInMs: Number(expiration) }),
      });
    },
    close: () => broker.close(),
  };
}

async function overRabbit(onAnswer: OnAnswer): Promise<Poster> {
  const rabbit: FreshRabbit = freshRabbit();
  const broker = await rabbit.open();
  const foreigner: ChannelModel = await connect(rabbitUrl);
  const channel: ConfirmChannel = await foreigner.createConfirmChannel();
  const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
  await channel.consume(replyTo, (frame) => {
    if (frame === null) return;
    const { correlationId, headers } = frame.properties;
    onAnswer({ correlationId, headers: headers as Record<string, string>, body: frame.content.toString() });
  });
  rabbit.rememberServed(['press.rpc', 'press.commands', 'press.events']);
  return {
    broker,
    replyTo,
    post: async ({ kind, key = '', body, headers, contentType }, { messageId, replyTo, expiration }) => {
      channel.publish(rabbit.names.exchange(`millrace.${kind}`), key, Buffer.from(body), {
        ...(messageId !== undefined && { messageId }),
        ...(headers && { headers }),
        ...(contentType !== undefined && { contentType }),
        ...(replyTo !== undefined && { replyTo, correlationId: messageId ?? '' }),
        ...(expiration !== undefined && { expiration }),
      });
      await channel.waitForConfirms();
    },
    close: async () => {
      await foreigner.close();
      await rabbit[Symbol.asyncDispose]();
    },
  };
}

async function served(open: (onAnswer: OnAnswer) => Promise<Poster>) {
  const answers = new Map<string, unknown>();
  const poster = await open(({ correlationId = '', headers, body }) => {
    answers.set(correlationId, headers['mr-error'] ?? JSON.parse(body));
  });
  const done: unknown[] = [];
  const service = press(done);
  let app = await startApp({ broker: poster.broker, services: [service] });
  let count = 0;
  const parts = {
    ...{ answers, done },
    post: async (posted: Posted, properties: Properties = {}): Promise<string> => {
      const messageId = `bad-${count++}`;
      const replyTo = posted.kind === 'rpc' && { replyTo: poster.replyTo };
      await poster.post(posted, { messageId, ...replyTo, ...properties });
      return messageId;
    },
    dead: async () => {
      const queues = ['press.rpc', 'press.commands', 'press.events'];
      return (await Promise.all(queues.map((queue) => poster.broker.deadLetters(queue)))).flat();
    },
    stop: () => app.close(),
    start: async () => {
      app = await startApp({ broker: poster.broker, services: [service] });
    },
    /** A good call, command and event are carried out as if nothing had been. */
    goesOn: async () => {
      expect(await client(app, service).double({ body: { pieces: 21 } })).toBe(42);
      await client(app, service).start({ params: { order: 42 }, body: { pieces: 1 } });
      await app.emit('plant.{line}.alarm', { params: { line: 'south' }, body: 'all is well' });
      await expect
        .poll(() => done)
        .toEqual(
          expect.arrayContaining([
            ['start', 42, { pieces: 1 }],
            ['alarm', 'south', 'all is well'],
          ]),
        );
      await expect.poll(() => app.load().map(({ waiting, running }) => waiting + running)).toEqual([0, 0, 0]);
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await poster.close();
    },
  };
  return parts;
}

const brokers = [
  { name: 'memory', open: overMemory, cases: anywhere, isLeftOut: false },
  { name: 'RabbitMQ', open: overRabbit, cases: [...anywhere, ...onRabbit], isLeftOut: withoutRabbit },
];

describe.each(brokers)('over $name', { timeout: TIMEOUT_MS }, ({ open, cases, isLeftOut }) => {
  it.skipIf(isLeftOut).each(cases)('accounts for %s, and goes on', async (_, posted, fate) => {
    await using parts = await served(open);
    const id = await parts.post(posted);
    if (fate.answer !== undefined)
      await expect.poll(() => parts.answers.get(id), { timeout: 10_000 }).toEqual(fate.answer);
    if (fate.done !== undefined) await expect.poll(() => parts.done, { timeout: 10_000 }).toContainEqual(fate.done);
    if (fate.dead !== undefined) {
      await expect
        .poll(async () => (await parts.dead()).map(({ message, reason }) => [message.id, reason]), { timeout: 10_000 })
        .toEqual([[id, expect.stringMatching(fate.dead)]]);
    }
    await parts.goesOn();
    if (fate.dead === undefined) expect(await parts.dead()).toEqual([]);
  });

  it.skipIf(isLeftOut)('carries a call out that wants no answer', async () => {
    await using parts = await served(open);
    const id = await parts.post({ ...call('{"pieces": 3}') }, { replyTo: undefined });
    await expect.poll(() => parts.done).toContainEqual(['double', 3]);
    await parts.post(call('no JSON'), { replyTo: undefined });
    await parts.goesOn();
    expect(parts.answers.get(id)).toBeUndefined();
    expect(await parts.dead()).toEqual([]);
  });

  it.skipIf(isLeftOut)('drops a call that has expired, and keeps a command that has as a dead letter', async () => {
    await using parts = await served(open);
    await parts.stop();
    await parts.post(call('{"pieces": 3}'), { expiration: '20' });
    const id = await parts.post(order('{"pieces": 3}'), { expiration: '20' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await parts.start();
    await parts.goesOn();
    await expect
      .poll(async () => (await parts.dead()).map(({ message, reason }) => [message.id, reason]))
      .toEqual([[id, 'nobody took it before it expired']]);
    expect([...parts.answers]).toEqual([]);
    expect(parts.done).not.toContainEqual(['double', 3]);
  });
});

it('refuses what is too large before it leaves', async () => {
  await using broker = await openBroker('memory');
  await using app = await startApp({ broker, services: [press([])] });
  const large = app.emit('plant.{line}.alarm', { params: { line: 'north' }, body: LARGE });
  await expect(large).rejects.toMatchObject({ code: 'bus.message-too-large' });
});
