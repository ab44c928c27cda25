/**
 * A message as an entry of a stream, there and back: `head` is JSON with everything but the body, `body` the text. Fields
 * beside them say what happened to the entry on its way. An entry of another program may say `id` and `routingKey` as
 * fields instead of a head.
 */
import { JSON_CONTENT, type Message } from '../../bus/broker.ts';

/** Fields by turns with their values, as the server has them. */
export type Fields = readonly string[];
export type Entry = readonly [id: string, fields: Fields];

type Head = Omit<Message, 'body'>;
type Addressed = Omit<Message, 'routingKey' | 'exchange'> & Partial<Pick<Message, 'routingKey' | 'exchange'>>;

export function headOf(message: Addressed): string {
  const { id, routingKey, exchange, contentType, headers, at, replyTo, correlationId, expiresInMs, urgent } = message;
  return JSON.stringify({
    id,
    routingKey,
    exchange,
    contentType: contentType ?? JSON_CONTENT,
    headers,
    at,
    replyTo,
    correlationId,
    expiresInMs,
    urgent: urgent === true ? true : undefined,
  });
}

/** The value of a field; undefined when there is none. */
export function fieldOf(fields: Fields, name: string): string | undefined {
  for (let place = 0; place < fields.length; place += 2) if (fields[place] === name) return fields[place + 1];
  return undefined;
}

export function numberIn(fields: Fields, name: string): number | undefined {
  const text = fieldOf(fields, name);
  return text === undefined ? undefined : Number(text);
}

export function messageFrom([id, fields]: Entry): Message {
  const head = headFrom(fieldOf(fields, 'head'));
  return {
    id: fieldOf(fields, 'id') ?? `foreign-${id}`,
    routingKey: fieldOf(fields, 'routingKey') ?? 'foreign',
    headers: {},
    at: Number(id.slice(0, id.indexOf('-'))),
    ...head,
    body: fieldOf(fields, 'body') ?? '',
  };
}

function headFrom(text: string | undefined): Head | undefined {
  if (text === undefined) return undefined;
  try {
    const head: unknown = JSON.parse(text);
    return typeof head === 'object' && head !== null ? (head as Head) : undefined;
  } catch {
    return undefined; // it is handed out as what it is, so that somebody sees it
  }
}

/** What its publisher called it. */
export const messageIdOf = (entry: Entry): string => messageFrom(entry).id;
