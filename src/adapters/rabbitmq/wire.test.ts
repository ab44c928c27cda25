import type { Message as Frame } from 'amqplib';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../bus/broker.ts';
import { letterFrom } from './dead-letter.ts';
import { RabbitNames } from './names.ts';
import { copiedProperties, deliveriesOf, HEADER, messageFrom, originOf, propertiesOf } from './wire.ts';

const names = new RabbitNames('plant-7.');
type Properties = Record<string, unknown>;

function frameOf(properties: Properties, { exchange = 'plant-7.millrace.events', routingKey = 'a.b' } = {}): Frame {
  const fields = { deliveryTag: 1, redelivered: false, exchange, routingKey };
  return { content: Buffer.from('"x"'), fields, properties } as unknown as Frame;
}

const whole = (part: Message): Message => ({ contentType: 'application/json', ...part });

const message: Message = {
  id: '1',
  routingKey: 'a.b',
  body: '"x"',
  headers: { traceparent: '00-1' },
  at: 1_767_592_800_123,
  replyTo: 'inbox',
  correlationId: 'call',
  expiresInMs: 1_500,
  urgent: true,
};

describe('a message on the wire', () => {
  it('is there and back the same', () => {
    const properties = propertiesOf(message);
    expect(properties).toMatchObject({
      messageId: '1',
      timestamp: 1_767_592_800,
      expiration: '1500',
      persistent: false,
    });
    expect(whole(messageFrom(frameOf(properties as Properties), names))).toEqual(whole(message));
  });

  it('outlives the server unless somebody waits for its answer, and does not expire after more than AMQP can say', () => {
    const { replyTo: _, ...command } = message;
    expect(propertiesOf(command).persistent).toBe(true);
    expect(propertiesOf({ ...message, expiresInMs: 5_000_000_000 }).expiration).toBeUndefined();
  });

  it('keeps where it came from when it is copied, and loses what the server wrote', () => {
    const original = frameOf({ ...propertiesOf(message), userId: 'guest' }, { exchange: 'plant-7.lines.urgent' });
    const ours = { ...originOf(original, names), [HEADER.attempt]: 3, [HEADER.deliveries]: 2 };
    const copy = frameOf(copiedProperties(original, ours) as Properties, { exchange: 'other', routingKey: 'queue' });
    expect(copy.properties.userId).toBeUndefined();
    expect(messageFrom(copy, names)).toMatchObject({ exchange: 'lines', routingKey: 'a.b', headers: message.headers });
    expect(originOf(copy, names)).toEqual({});
    copy.properties.headers = { ...copy.properties.headers, 'x-delivery-count': 4 };
    expect(deliveriesOf(copy)).toBe(6);
    expect(copiedProperties(copy, {}).headers).not.toHaveProperty('x-delivery-count');
  });

  it('is given an id once when it has none', () => {
    const foreign = frameOf({ headers: undefined });
    const { id } = messageFrom(foreign, names);
    expect(id).toMatch(/^foreign-/);
    expect(messageFrom(foreign, names).id).toBe(id);
  });
});

describe('a dead letter', () => {
  const death = {
    reason: 'expired',
    queue: 'plant-7.orders',
    exchange: 'plant-7.lines',
    'routing-keys': ['line.1'],
    'original-expiration': '1500',
    time: { '!': 'timestamp', value: 1_767_592_900 },
    count: 1,
  };

  it('says what the server wrote when the adapter did not give it up', () => {
    const properties = { messageId: '1', headers: { 'x-death': [death] } };
    const letter = letterFrom(frameOf(properties, { exchange: 'plant-7.millrace.dead' }) as never, names);
    expect(letter).toEqual({
      message: {
        id: '1',
        routingKey: 'line.1',
        exchange: 'lines',
        body: '"x"',
        headers: {},
        at: 0,
        expiresInMs: 1_500,
      },
      reason: 'nobody took it before it expired',
      deliveries: 0,
      at: 1_767_592_900_000,
    });
    const limited = { messageId: '1', headers: { 'x-death': [{ ...death, reason: 'delivery_limit' }] } };
    expect(letterFrom(frameOf(limited) as never, names).reason).toBe('it came back too often');
  });

  it('says what the adapter wrote when it did, and something about those that other programs put there', () => {
    const headers = { [HEADER.reason]: 'broken', [HEADER.deliveries]: 3, [HEADER.deadAt]: 7, [HEADER.key]: 'line.1' };
    const letter = letterFrom(frameOf({ messageId: '1', headers }) as never, names);
    expect([letter.reason, letter.deliveries, letter.at, letter.message.routingKey]).toEqual([
      'broken',
      3,
      7,
      'line.1',
    ]);
    expect(letterFrom(frameOf({ messageId: '1' }) as never, names).reason).toContain('another program');
  });
});
