/**
 * CloudEvents 1.0: events in the form that strangers know, in and out.
 *
 * Structured mode: body and attributes are one JSON object, of the content type `application/cloudevents+json`. So are
 * ours, if an app says so. Binary mode: the body is the data, the attributes are headers; what they begin with differs
 * from protocol to protocol, and all of it is understood. Whoever reads finds attributes as headers `ce-…` either way.
 */
import { MillraceError } from '../kernel/errors.ts';
import { JSON_CONTENT, type Message } from './broker.ts';
import { isJsonContent, jsonValue } from './envelope.ts';

export const CLOUD_EVENT_CONTENT = 'application/cloudevents+json';
/** Before an attribute's name in a header. */
export const ATTRIBUTE_PREFIX = 'ce-';
/** As other protocols' bindings write it: AMQP 1.0, and the same where a colon cannot be. */
const OTHER_PREFIXES = ['cloudEvents_', 'cloudEvents:'];
const OTHER_VERSIONS = OTHER_PREFIXES.map((prefix) => `${prefix}specversion`);

/** Attributes as texts, by name; the data as text of its content type. */
export type CloudEvent = {
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
};

type Source = {
  /** Where the events of this app come from: a URI or a path, `/plants/haifa/focus`. */
  readonly source: string;
};
type Sent = Pick<Message, 'id' | 'routingKey' | 'body' | 'contentType' | 'headers' | 'at'>;

/**
 * An event as the text of a CloudEvent. Its type is the routing key and its time that of the message; headers `ce-…` add
 * attributes, or say another type or source. Throws `bus.invalid-cloud-event`.
 */
export function toCloudEvent(message: Sent, { source }: Source): string {
  const { id, routingKey, body, contentType = JSON_CONTENT, headers, at } = message;
  const { traceparent, tracestate } = headers;
  const attributes = {
    ...{ source, type: routingKey, time: new Date(at).toISOString() },
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
    ...attributesIn(headers),
    ...{ specversion: '1.0', id, datacontenttype: contentType },
  };
  const problems = problemsOf(attributes);
  if (problems.length > 0) throw invalid(problems);
  return JSON.stringify({ ...attributes, data: isJsonContent(contentType) ? jsonValue(message) : body });
}

/** What the text of a CloudEvent says. Throws `bus.invalid-cloud-event`. */
export function fromCloudEvent(text: string): CloudEvent {
  const event = objectIn(text);
  const { data, data_base64: base64, ...rest } = event;
  const given = Object.entries(rest).filter(([, value]) => isGiven(value));
  const wrong = given
    .filter(([, value]) => !isAttributeValue(value))
    .map(([name]) => `"${name}" has a value of no type`);
  const attributes = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  const both = isGiven(data) && isGiven(base64) ? ['it has both data and data_base64'] : [];
  const problems = [...wrong, ...problemsOf(attributes), ...both];
  if (problems.length > 0) throw invalid(problems);
  const contentType = attributes.datacontenttype ?? JSON_CONTENT;
  if (isGiven(base64)) return { attributes, contentType, body: textOfBase64(base64) };
  const isText = typeof data === 'string' && !isJsonContent(contentType);
  return { attributes, contentType, body: isText ? data : JSON.stringify(data ?? null) };
}

/** The message with its event as a CloudEvent in structured mode. */
export function wrapCloudEvent(message: Message, source: Source): Message {
  const others = Object.entries(message.headers).filter(([name]) => attributeName(name) === undefined);
  const body = toCloudEvent(message, source);
  return { ...message, body, contentType: CLOUD_EVENT_CONTENT, headers: Object.fromEntries(others) };
}

/**
 * A CloudEvent as the message that it carries, its attributes as headers `ce-…`; any other message as it is. Throws
 * `bus.invalid-cloud-event` and `bus.cloud-event-batch`.
 */
export function unwrapCloudEvent(message: Message): Message {
  const { contentType, headers } = message;
  const isOther = contentType !== undefined && contentType !== JSON_CONTENT;
  if (isOther && STRUCTURED.test(contentType)) return unwrapStructured(message, contentType);
  if (!OTHER_VERSIONS.some((name) => headers[name] !== undefined)) return message;
  const renamed = Object.entries(headers).map(([name, value]) => {
    const attribute = attributeName(name);
    return [attribute === undefined ? name : `${ATTRIBUTE_PREFIX}${attribute}`, value];
  });
  return { ...message, headers: Object.fromEntries(renamed) };
}

const STRUCTURED = /^application\/cloudevents\b/i;

function unwrapStructured(message: Message, contentType: string): Message {
  const [, isBatch, format] = /^application\/cloudevents(-batch)?\+(\w+)\s*(?:;|$)/i.exec(contentType) ?? [];
  if (isBatch !== undefined) throw new MillraceError('bus.cloud-event-batch', { id: message.id });
  if (format?.toLowerCase() !== 'json') throw invalid([`its format is ${contentType}, not ${CLOUD_EVENT_CONTENT}`]);
  const { attributes, body, contentType: inner } = fromCloudEvent(message.body);
  const added = Object.entries(attributes).map(([name, value]) => [`${ATTRIBUTE_PREFIX}${name}`, value]);
  return { ...message, body, contentType: inner, headers: { ...message.headers, ...Object.fromEntries(added) } };
}

function attributesIn(headers: Message['headers']): Record<string, string> {
  const found = Object.entries(headers).map(([name, value]) => [attributeName(name), value] as const);
  return Object.fromEntries(found.filter(([name]) => name !== undefined));
}

function attributeName(header: string): string | undefined {
  const prefix = [ATTRIBUTE_PREFIX, ...OTHER_PREFIXES].find((one) => header.startsWith(one));
  return prefix === undefined ? undefined : header.slice(prefix.length);
}

const REQUIRED = ['specversion', 'id', 'source', 'type'];
const NAME = /^[a-z0-9]+$/;
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const URI_REFERENCE = /^[^\s<>"{}|\\^`]+$/;

function problemsOf(attributes: Readonly<Record<string, string>>): string[] {
  const { specversion, time, source, dataschema } = attributes;
  return [
    ...REQUIRED.filter((name) => !Object.hasOwn(attributes, name)).map((name) => `it has no ${name}`),
    ...Object.keys(attributes)
      .filter((name) => !NAME.test(name))
      .map((name) => `"${name}" is not a name of lower-case letters and digits`),
    ...[...REQUIRED, 'subject', 'datacontenttype']
      .filter((name) => attributes[name] === '')
      .map((name) => `${name} is empty`),
    ...(specversion && specversion !== '1.0' ? [`its specversion is ${specversion}, not 1.0`] : []),
    ...(time !== undefined && !TIME.test(time) ? ['time is not a time of RFC 3339'] : []),
    ...(source && !URI_REFERENCE.test(source) ? ['source is neither a URI nor a path'] : []),
    ...(dataschema !== undefined && !/^[A-Za-z][\w+.-]*:/.test(dataschema) ? ['dataschema is not a URI'] : []),
  ];
}

/** null is as good as not said. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

const isAttributeValue = (value: unknown): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (Number.isInteger(value) && Number(value) === (Number(value) | 0));

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(['it is not JSON'], cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(['it is not an object']);
}

function textOfBase64(base64: unknown): string {
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0)
    throw invalid(['data_base64 is not Base64']);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw invalid(['its data is not text'], cause);
  }
}

const invalid = (problems: readonly string[], cause?: unknown): MillraceError =>
  new MillraceError('bus.invalid-cloud-event', { problems: problems.join('; ') }, cause === undefined ? {} : { cause });
