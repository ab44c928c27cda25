/** What is generated is what AsyncAPI's own parser accepts, whatever the services are called and say of themselves. */
import { type Diagnostic, Parser } from '@asyncapi/parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineService } from '../service/define-service.ts';
import { describeService, type ServiceDescription } from '../service/description.ts';
import { command, on, rpc } from '../service/rpc.ts';
import { plainText } from '../service/schema.ts';
import { type AsyncApi, asyncApiOf } from './asyncapi.ts';
import { brokerAddress } from './broker-address.ts';

const parser = new Parser();
const about = { title: 'Line 4', version: '7' };

/** Errors and warnings; remarks about taste are left out. */
async function complaints(document: AsyncApi): Promise<string[]> {
  const diagnostics = await parser.validate(JSON.stringify(document));
  return diagnostics.filter(({ severity }) => severity <= 1).map(inWords);
}
const inWords = ({ code, path, message }: Diagnostic): string => `${code} at ${path.join('.')}: ${message}`;

type Node = { name: string; children: Node[] };
const Tree: z.ZodType<Node> = z.object({ name: z.string(), children: z.array(z.lazy(() => Tree)) });
const Configuration = z.strictObject({
  displayTimeAxisDuration: z.number().positive().optional(),
  nfftSelection: z.int().min(1).max(65_536),
  channels: z.object({ min: z.int(), max: z.int() }).describe('First and last channel.'),
  frequencyRange: z.tuple([z.number(), z.number()]).optional(),
  view: z.union([z.literal('waterfall'), z.literal('single'), z.object({ rows: z.int() })]),
  labels: z.record(z.string(), z.string()),
  note: z.string().nullable().default(null),
});

const focus = defineService(
  'focus',
  {
    configure: rpc(
      'jobs/{jobId}/configure',
      {
        body: Configuration,
        result: z.object({ job: z.string(), streams: z.int() }),
        description: 'Starts a stream job, or changes one that runs.',
        idempotent: true,
        to: 'focus.jobs.{jobId}.configured',
        timeoutMs: 2_000,
      },
      () => ({ job: '1', streams: 1 }),
    ),
    rows: rpc('jobs/{jobId:int}/rows', { body: z.object({ from: z.int(), to: z.int() }) }, async function* () {
      yield 1;
    }),
    tree: rpc('tree', { result: Tree }, () => ({ name: 'root', children: [] })),
    ping: rpc('ping', {}, () => 'pong'),
    say: rpc('say', { body: plainText }, () => 'heard'),
    roi: command('jobs/{jobId}/roi', { body: z.object({ from: z.int(), to: z.int() }), queue: 'roi' }, () => {}),
    note: command('note', { body: plainText, to: 'focus.noted' }, () => {}),
    alarm: on('plant.{line}.alarm', { body: z.object({ level: z.int() }), queue: 'alarms' }, () => {}),
    anything: on('plant.{line}.{machine:int}.stopped', {}, () => {}),
  },
  { description: 'Live views of recordings.', version: '2.1.0' },
);
const accounts = defineService('accounts', {
  generate: command('accounts', { body: z.object({ count: z.int() }), to: 'accounts.generated' }, () => {}),
});
const described = [focus, accounts].map(({ definition }) => describeService(definition));

describe('the AsyncAPI document', { timeout: 60_000 }, () => {
  it('is valid for a service with every kind of operation', async () => {
    const servers = {
      broker: { host: 'rabbit.plant:5672', protocol: 'amqp', protocolVersion: '0.9.1', pathname: '/' },
    };
    expect(await complaints(asyncApiOf(described, { ...about, servers }))).toEqual([]);
  });

  it('would be refused by the parser if it were not valid', async () => {
    const document = asyncApiOf(described, about);
    const broken = { ...document, channels: { ...document.channels, lost: { address: '{a}', messages: 7 } } };
    expect(await complaints(broken as never)).not.toEqual([]);
  });

  it('names no server for a broker that only one process reaches', () => {
    expect(asyncApiOf([], { ...about, ...brokerAddress('memory') }).servers).toEqual({});
  });

  it('is valid for no service, and for the smallest one', async () => {
    expect(await complaints(asyncApiOf([], about))).toEqual([]);
    const smallest = defineService('x', { y: on('z', {}, () => {}) });
    expect(await complaints(asyncApiOf([describeService(smallest.definition)], about))).toEqual([]);
  });

  it('says where a call goes, with what, and what comes back', () => {
    const { channels, operations, components } = asyncApiOf(described, about);
    expect(channels['focus.configure']).toMatchObject({
      address: 'focus.jobs.{jobId}.configure',
      parameters: { jobId: { location: '$message.header#/jobId' } },
      bindings: {
        amqp: { is: 'routingKey', exchange: { name: 'millrace.rpc', type: 'topic', durable: true, autoDelete: false } },
      },
    });
    expect(operations['focus.configure']).toMatchObject({
      action: 'receive',
      channel: { $ref: '#/channels/focus.configure' },
      reply: { channel: { $ref: '#/channels/focus.configure.reply' } },
      bindings: { amqp: { expiration: 2_000, deliveryMode: 1, ack: true } },
      tags: [{ name: 'focus' }],
      'x-millrace': { kind: 'rpc', queue: 'focus.rpc', idempotent: true, timeoutMs: 2_000 },
    });
    expect(components.messages?.['focus.configure.request']).toMatchObject({
      contentType: 'application/json',
      payload: { $ref: '#/components/schemas/focus.configure.body' },
      headers: { properties: { jobId: { type: 'string' } }, allOf: [{ $ref: '#/components/schemas/CallHeaders' }] },
    });
    expect(components.schemas?.CallHeaders).toMatchObject({ properties: { route: {}, 'mr-timeout': {} } });
    expect(channels['focus.rpc.queue']).toMatchObject({
      address: 'focus.rpc',
      bindings: { amqp: { is: 'queue', queue: { name: 'focus.rpc', durable: true, exclusive: false } } },
    });
  });

  it('has the results that go to a topic as messages that the service sends', () => {
    const { channels, operations } = asyncApiOf(described, about);
    expect(channels['focus.configure.results']).toMatchObject({ address: 'focus.jobs.{jobId}.configured' });
    expect(operations['focus.configure.results']).toMatchObject({ action: 'send' });
    expect(Object.entries(operations).filter(([, { action }]) => action === 'send')).toHaveLength(3);
  });

  it('has texts as text/plain, and events on their topics', () => {
    const { channels, components } = asyncApiOf(described, about);
    expect(components.messages?.['focus.say.request']).toMatchObject({
      contentType: 'text/plain',
      payload: { type: 'string' },
    });
    expect(channels['focus.anything']).toMatchObject({ address: 'plant.{line}.{machine}.stopped' });
  });

  it('points references inside of a schema to where the schema stands', async () => {
    const document = asyncApiOf(described, about);
    expect(JSON.stringify(document.components.schemas?.['focus.tree.result'])).toContain(
      '"$ref":"#/components/schemas/focus.tree.result',
    );
    const { document: parsed } = await parser.parse(JSON.stringify(document));
    expect(parsed?.operations().all()).toHaveLength(13);
  });

  it('is the same text whatever the order of services and operations', () => {
    const turned = described
      .map((service) => ({ ...service, operations: [...service.operations].reverse() }))
      .reverse();
    expect(JSON.stringify(asyncApiOf(turned, about))).toBe(JSON.stringify(asyncApiOf(described, about)));
  });
});

const operation = { name: 'o', kind: 'rpc', route: 'o', queue: 's.rpc', isText: false, idempotent: false } as const;
const hostile = (text: string): ServiceDescription => ({
  name: text,
  description: text,
  version: text,
  operations: [
    { ...operation, name: text, route: text, description: text, to: text, body: { description: text, const: text } },
    { ...operation, name: `${text} `, kind: 'event', route: text },
  ],
  queues: [{ name: text, kind: 'rpc', patterns: [text], waiting: 0, running: 0 }],
});

describe('what other programs say of themselves', { timeout: 60_000 }, () => {
  const texts = [
    '<script>alert("x")</script> **bold** [a](javascript:1)',
    ...['../../etc/passwd#/x?y=1', '#/components/schemas/Error', '$message.header#/x', '{a{b}} {} {{x}} {a b}', '...'],
    ...['__proto__', 'constructor', 'error', 'reply', 'שירות\u202e\u0000\ud800', 'x'.repeat(300), ' ', '\n'],
  ];

  it('may be markup, paths, pointers, braces, prototypes, marks that turn the text, and long', async () => {
    for (const text of texts) expect(await complaints(asyncApiOf([hostile(text)], about))).toEqual([]);
    expect(await complaints(asyncApiOf([...texts.map(hostile), ...described], about))).toEqual([]);
  });

  it('may be any text', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 8 }), async (found) => {
        expect(await complaints(asyncApiOf(found.map(hostile), about))).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it('may be schemas that are none, lead elsewhere or have no end', async () => {
    let deep: object = { type: 'string' };
    for (let level = 0; level < 2_000; level++) deep = { properties: { next: deep }, required: 7, multipleOf: 0 };
    const none = {
      allOf: [{ $ref: 'http://elsewhere.invalid/x' }, { $ref: '#/info' }, { type: 'none', pattern: '(' }],
    };
    const body = { $id: 'http://elsewhere.invalid/', properties: { $ref: { type: 'string' }, deep, none } };
    const bodies: object[] = [
      body,
      [],
      { $ref: '#/definitions/Gone' },
      { $ref: '#' },
      { $ref: '#/definitions/A', definitions: { A: { $ref: '#/definitions/A' } } },
      { $ref: '#/$defs/A', $defs: { A: { items: { $ref: '#/$defs/A' } } } },
      { enum: [], items: [] },
      { const: { $ref: '#' } },
    ];
    for (const each of bodies) {
      const service = { ...hostile('s'), operations: [{ ...operation, body: each, result: each }] };
      const document = asyncApiOf([service], about);
      expect(await complaints(document)).toEqual([]);
      expect(JSON.stringify(document)).not.toContain('elsewhere');
    }
  });

  it('may be in no form at all', async () => {
    const nothing = [{}, { name: 1 }, { name: 'a' }, { name: 'b', operations: [null, {}, 'x'], queues: {} }] as never;
    const document = asyncApiOf(nothing, about);
    expect(await complaints(document)).toEqual([]);
    expect(document.info.tags).toEqual([{ name: 'a' }, { name: 'b' }]);
  });
});
