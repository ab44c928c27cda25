/** The messages of an operation, and what is the same for all of them: headers, the error reply, how an answer finds its call. */
import type { OperationDescription } from '../service/description.ts';
import { header } from '../service/wire.ts';
import type { RouteParam } from './address.ts';
import type { JsonSchema } from './payload-schema.ts';

type Part = Readonly<Record<string, unknown>>;
export type MessageParts = {
  readonly name: string;
  readonly title: string;
  readonly summary?: string | undefined;
  readonly isText?: boolean;
  readonly payload?: JsonSchema | undefined;
  readonly headers: JsonSchema;
  readonly answers?: boolean;
};

export const AMQP_BINDING = '0.3.0';

export function messageOf({ name, title, summary, isText = false, payload, headers, answers }: MessageParts): Part {
  return {
    name,
    title,
    ...(summary !== undefined && { summary }),
    contentType: isText ? 'text/plain' : 'application/json',
    headers,
    ...(isText ? { payload: { type: 'string' } } : payload && { payload }),
    ...(answers && { correlationId: { $ref: '#/components/correlationIds/call' } }),
    bindings: { amqp: { contentEncoding: 'utf-8', bindingVersion: AMQP_BINDING } },
  };
}

/** Parameters of a route may be headers of their names; of an event they are only in the routing key. */
export function requestHeaders(kind: OperationDescription['kind'], params: readonly RouteParam[]): JsonSchema {
  const common = { $ref: `#/components/schemas/${COMMON_HEADERS[kind]}` };
  if (kind === 'event' || params.length === 0) return common;
  const properties = Object.fromEntries(
    params.map(({ name, isWhole }) => [
      name,
      {
        type: 'string',
        ...(isWhole && { pattern: '^-?[0-9]{1,16}$' }),
        description: 'A parameter of the route. Needed where the routing key is the name of the operation.',
      },
    ]),
  );
  return { type: 'object', properties, allOf: [common] };
}

const COMMON_HEADERS = { rpc: 'CallHeaders', command: 'CommandHeaders', event: 'EventHeaders' } as const;

export const replyHeaders: JsonSchema = { $ref: '#/components/schemas/ReplyHeaders' };
export const eventHeaders: JsonSchema = { $ref: '#/components/schemas/EventHeaders' };

const milliseconds = (description: string): JsonSchema => ({ type: 'string', pattern: '^[0-9]+$', description });
const TRACE = {
  traceparent: { type: 'string', description: 'W3C Trace Context.' },
  tracestate: { type: 'string', description: 'W3C Trace Context.' },
};
const ROUTE = {
  [header.route]: {
    type: 'string',
    description: 'Names the operation where the routing key is only the name of the service: by its name or its route.',
  },
};
const FROM = { [header.from]: { type: 'string', description: 'The app that answers.' } };
const ERROR = { [header.error]: { type: 'string', description: 'The code of the error.' } };
const headersOf = (properties: JsonSchema, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});

export const commonSchemas: Readonly<Record<string, JsonSchema>> = {
  CallHeaders: headersOf({
    ...ROUTE,
    [header.timeout]: milliseconds('How long the caller waits, in milliseconds from sending on.'),
    [header.deadline]: milliseconds('Until when the caller waits, in milliseconds since 1970 by its own clock.'),
    [header.credit]: milliseconds('Items of a streamed answer that may be sent before the caller asks for more.'),
    ...TRACE,
  }),
  CommandHeaders: headersOf({ ...ROUTE, ...TRACE }),
  EventHeaders: headersOf(TRACE),
  ReplyHeaders: headersOf({
    ...FROM,
    [header.seq]: milliseconds('The place of an item in a streamed answer, from 0.'),
    [header.end]: { type: 'string', description: 'The streamed answer has ended here; the body is null.' },
  }),
  ErrorHeaders: headersOf({ ...FROM, ...ERROR, ...TRACE }, [header.error]),
  Error: {
    type: 'object',
    required: ['code', 'message'],
    properties: {
      code: { type: 'string', description: 'Stable; programs decide by it.' },
      message: { type: 'string', description: 'For people.' },
      data: { description: 'What the service adds.' },
    },
  },
};

export const commonMessages: Readonly<Record<string, Part>> = {
  Error: messageOf({
    name: 'Error',
    title: 'Error',
    summary: 'Instead of the result: the operation failed or was refused.',
    payload: { $ref: '#/components/schemas/Error' },
    headers: { $ref: '#/components/schemas/ErrorHeaders' },
    answers: true,
  }),
};

export const correlationIds: Readonly<Record<string, Part>> = {
  call: {
    description: 'The property correlation_id, the same in the answer as in the question.',
    location: '$message.header#/correlation_id',
  },
};
