/** CloudEvents 1.0 as other programs write and read them; the events of the specification's own examples, in our words. */
import { HTTP, CloudEvent as OtherEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import type { Message } from './broker.ts';
import { CLOUD_EVENT_CONTENT, fromCloudEvent, toCloudEvent, unwrapCloudEvent, wrapCloudEvent } from './cloud-event.ts';
import { startApp } from './service/app.ts';
import { defineService } from './service/define-service.ts';
import type { AnyIncoming } from './service/incoming.ts';
import { on } from './service/rpc.ts';

const required = { specversion: '1.0', id: 'A234-1234-1234', source: '/mycontext/4', type: 'com.example.someevent' };
const text = (event: object): string => JSON.stringify(event);
const from = { source: '/plants/haifa/focus' };
const message: Message = {
  id: 'm-1',
  routingKey: 'plant.l4.alarm',
  body: '{"level":3}',
  headers: {},
  at: Date.parse('2026-03-01T08:00:00.250Z'),
};

describe('a CloudEvent that comes in', () => {
  it.each([
    ['only what is required', required, { body: 'null', contentType: 'application/json' }],
    [
      'an object',
      { ...required, data: { appinfoA: 'abc', appinfoB: 123 } },
      { body: '{"appinfoA":"abc","appinfoB":123}' },
    ],
    ['JSON that is a text', { ...required, datacontenttype: 'application/json', data: 'hi' }, { body: '"hi"' }],
    ['JSON of another name', { ...required, datacontenttype: 'application/x+json', data: 'hi' }, { body: '"hi"' }],
    ['a number, a list, false', { ...required, data: [1.5, false, null] }, { body: '[1.5,false,null]' }],
    [
      'XML',
      { ...required, datacontenttype: 'application/xml', data: '<a/>' },
      { body: '<a/>', contentType: 'application/xml' },
    ],
    ['bytes that are text', { ...required, datacontenttype: 'text/plain', data_base64: 'w6Rh' }, { body: 'äa' }],
    ['bytes that are JSON', { ...required, data_base64: 'eyJhIjoxfQ==' }, { body: '{"a":1}' }],
    ['null, which is not said', { ...required, subject: null, data_base64: null, data: null }, { body: 'null' }],
  ])('may carry %s', (_, event, expected) => {
    const read = fromCloudEvent(text(event));
    expect(read).toMatchObject(expected);
    expect(read.attributes).toMatchObject(required);
    expect(read.attributes).not.toHaveProperty('subject');
  });

  it('may have every attribute, and extensions of every type', () => {
    const event = {
      ...required,
      ...{
        subject: 'mynewfile.jpg',
        time: '2018-04-05T17:31:00Z',
        dataschema: 'https://example.com/s',
        comexampleextension1: 'value',
      },
      ...{ comexampleothervalue: 5, flag: true, unset: null, datacontenttype: 'application/json' },
    };
    const { unset, ...rest } = event;
    expect(unset).toBeNull();
    const asText = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
    expect(fromCloudEvent(text(event)).attributes).toEqual(asText);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['a list', '[]', 'not an object'],
    ['a text', '"x"', 'not an object'],
    ['nothing of what is required', '{}', 'it has no specversion; it has no id; it has no source; it has no type'],
    ['an empty id', text({ ...required, id: '' }), 'id is empty'],
    ['another version', text({ ...required, specversion: '0.3' }), 'specversion is 0.3'],
    ['a name with a capital', text({ ...required, myExtension: 'x' }), '"myExtension" is not a name'],
    ['a name with a dash', text({ ...required, 'my-extension': 'x' }), '"my-extension" is not a name'],
    ['an object as attribute', text({ ...required, extension: {} }), '"extension" has a value of no type'],
    ['a number with a fraction', text({ ...required, extension: 1.5 }), '"extension" has a value of no type'],
    ['a number of more than 32 bits', text({ ...required, extension: 2 ** 31 }), '"extension" has a value of no type'],
    ['a time that is none', text({ ...required, time: 'yesterday' }), 'time is not'],
    ['a source that is none', text({ ...required, source: 'a b' }), 'source is neither'],
    ['an empty subject', text({ ...required, subject: '' }), 'subject is empty'],
    ['a schema without a scheme', text({ ...required, dataschema: '/x' }), 'dataschema is not'],
    ['two kinds of data', text({ ...required, data: 1, data_base64: 'eA==' }), 'both data and data_base64'],
    ['Base64 that is none', text({ ...required, data_base64: '???' }), 'not Base64'],
    ['bytes that are no text', text({ ...required, data_base64: '/////w==' }), 'not text'],
  ])('is refused with %s', (_, event, problem) => {
    expect(() => fromCloudEvent(event)).toThrow(expect.objectContaining({ code: 'bus.invalid-cloud-event' }));
    expect(() => fromCloudEvent(event)).toThrow(problem);
  });

  it('becomes the message that it carries, whatever its headers began with', () => {
    const structured = unwrapCloudEvent({
      ...message,
      ...{ headers: { other: 'kept' }, contentType: 'Application/CloudEvents+JSON; charset=utf-8' },
      body: text({ ...required, data: { level: 1 } }),
    });
    expect(structured).toMatchObject({ body: '{"level":1}', contentType: 'application/json' });
    expect(structured.headers).toMatchObject({ other: 'kept', 'ce-id': required.id, 'ce-type': required.type });
    for (const prefix of ['ce-', 'cloudEvents_', 'cloudEvents:']) {
      const headers = Object.fromEntries(Object.entries(required).map(([name, value]) => [prefix + name, value]));
      const binary = unwrapCloudEvent({ ...message, headers: { ...headers, other: 'kept' } });
      expect(binary.headers).toEqual({ ...binaryHeaders, other: 'kept' });
      expect(binary.body).toBe(message.body);
    }
  });

  it('is nothing special where a message does not say so', () => {
    expect(unwrapCloudEvent(message)).toBe(message);
  });

  it('is refused in batches and in other formats', () => {
    const batch = { ...message, contentType: 'application/cloudevents-batch+json', body: '[]' };
    expect(() => unwrapCloudEvent(batch)).toThrow(expect.objectContaining({ code: 'bus.cloud-event-batch' }));
    for (const contentType of ['application/cloudevents+avro', 'application/cloudevents'])
      expect(() => unwrapCloudEvent({ ...message, contentType })).toThrow(/its format is/);
  });
});
const binaryHeaders = Object.fromEntries(Object.entries(required).map(([name, value]) => [`ce-${name}`, value]));

describe('a CloudEvent that goes out', () => {
  it('says what the message says', () => {
    const headers = { 'ce-subject': 'V-12', traceparent: '00-a-b-01', other: 'not an attribute' };
    expect(JSON.parse(toCloudEvent({ ...message, headers }, from))).toEqual({
      ...{
        specversion: '1.0',
        id: 'm-1',
        source: from.source,
        type: 'plant.l4.alarm',
        time: '2026-03-01T08:00:00.250Z',
      },
      ...{ subject: 'V-12', traceparent: '00-a-b-01', datacontenttype: 'application/json', data: { level: 3 } },
    });
  });

  it('may have another type and source, but not another id or version', () => {
    const headers = { 'ce-type': 'com.example.x', 'ce-source': 'urn:x', 'ce-id': 'other', 'ce-specversion': '0.3' };
    const wanted = { type: 'com.example.x', source: 'urn:x', id: 'm-1', specversion: '1.0' };
    expect(JSON.parse(toCloudEvent({ ...message, headers }, from))).toMatchObject(wanted);
  });

  it('carries a text as it is', () => {
    const event = JSON.parse(toCloudEvent({ ...message, body: '{"a', contentType: 'text/plain' }, from)) as object;
    expect(event).toMatchObject({ datacontenttype: 'text/plain', data: '{"a' });
  });

  it('is refused with attributes that CloudEvents does not allow', () => {
    const wrong = { ...message, headers: { 'ce-Subject': 'x', 'ce-time': 'now' } };
    expect(() => toCloudEvent(wrong, from)).toThrow(/"Subject" is not a name.*time is not a time/);
    expect(() => toCloudEvent(message, { source: '' })).toThrow('source is empty');
  });

  it('comes back as the message that it was', () => {
    const body = fc.jsonValue().map((value) => JSON.stringify(value));
    const subject = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(body, subject, (data, about) => {
        const sent = { ...message, body: data, headers: { 'ce-subject': about, other: 'x' } };
        const back = unwrapCloudEvent(wrapCloudEvent(sent, from));
        expect(JSON.parse(back.body)).toEqual(JSON.parse(data));
        expect(back.headers).toMatchObject(sent.headers);
      }),
    );
  });
});

describe('the CloudEvents SDK', () => {
  it('reads what we write', () => {
    const body = toCloudEvent({ ...message, headers: { 'ce-subject': 'V-12' } }, from);
    const read = HTTP.toEvent({ headers: { 'content-type': CLOUD_EVENT_CONTENT }, body }) as OtherEvent;
    expect(read.validate()).toBe(true);
    expect(read).toMatchObject({ type: message.routingKey, subject: 'V-12', data: { level: 3 } });
  });

  it('writes what we read', () => {
    const event = new OtherEvent({ ...required, subject: 'x', extension: 7, data: { a: [1, 'ä'] } });
    const { headers, body } = HTTP.structured(event);
    const read = unwrapCloudEvent({ ...message, contentType: String(headers['content-type']), body: String(body) });
    expect(JSON.parse(read.body)).toEqual({ a: [1, 'ä'] });
    expect(read.headers).toMatchObject({ ...binaryHeaders, 'ce-subject': 'x', 'ce-extension': '7' });
    const binary = HTTP.binary(event);
    const names = Object.entries(binary.headers).map(([name, value]) => [name, String(value)]);
    expect(unwrapCloudEvent({ ...message, headers: Object.fromEntries(names) }).headers).toMatchObject(binaryHeaders);
  });
});

describe('services', () => {
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await systemClock.sleep(5);
  };
  async function world() {
    const broker = openMemoryBroker({ clock: systemClock, log: silentLog });
    const seen: Pick<AnyIncoming, 'body' | 'headers' | 'params'>[] = [];
    const alarms = defineService('alarms', {
      raised: on('plant.{line}.alarm', { body: z.object({ level: z.int() }) }, (m) => void seen.push(m)),
    });
    const app = await startApp({ broker, services: [alarms], cloudEvents: from });
    return {
      ...{ broker, seen, app },
      async [Symbol.asyncDispose]() {
        await app.close();
        await broker.close();
      },
    };
  }

  it('emit events as CloudEvents, and find data and attributes in them', async () => {
    await using plant = await world();
    const raw: Message[] = [];
    await using _ = await plant.broker.subscribe({
      ...{ queue: 'stranger', patterns: ['#'], prefetch: 1 },
      onMessage: (sent, delivery) => {
        raw.push(sent);
        delivery.ack();
      },
    });
    await plant.app.emit('plant.{line}.alarm', { params: { line: 'l4' }, body: { level: 3 }, headers: { a: 'b' } });
    await until(() => plant.seen.length === 1 && raw.length === 1);
    expect(raw[0]).toMatchObject({ contentType: CLOUD_EVENT_CONTENT, headers: { a: 'b' } });
    expect(plant.seen[0]).toMatchObject({
      ...{ body: { level: 3 }, params: { line: 'l4' } },
      headers: { a: 'b', 'ce-type': 'plant.l4.alarm', 'ce-source': from.source },
    });
  });

  it('put what is none, and batches, among the dead letters with the reason', async () => {
    await using plant = await world();
    const sent = { ...message, contentType: 'application/cloudevents-batch+json', body: '[]' };
    await plant.broker.publish(sent);
    await plant.broker.publish({ ...message, id: 'm-2', contentType: CLOUD_EVENT_CONTENT, body: '{}' });
    await until(async () => (await plant.broker.deadLetters('alarms.events')).length === 2);
    const reasons = (await plant.broker.deadLetters('alarms.events')).map(({ reason }) => reason.split(':')[0]);
    expect(reasons).toEqual(['bus.cloud-event-batch', 'bus.invalid-cloud-event']);
    expect(plant.seen).toEqual([]);
  });
});
