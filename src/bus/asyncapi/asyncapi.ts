/**
 * What services say of themselves as an AsyncAPI 3.0 document, for generators and readers that know nothing of Millrace.
 *
 * Each operation has a channel of its own, whose address is its routing key; an RPC has another one for its answer, and
 * an operation with `to` one for its results. A queue is a channel too, because AMQP's binding knows either an exchange or
 * a queue. Exchanges and queues are those that the RabbitMQ adapter declares.
 */
import { EVENTS_EXCHANGE } from '../broker.ts';
import type { OperationDescription, QueueDescription, ServiceDescription } from '../service/description.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from '../service/operation.ts';
import { COMMAND_EXCHANGE, RPC_EXCHANGE } from '../service/wire.ts';
import { type Address, addressIn, addressOf } from './address.ts';
import {
  AMQP_BINDING,
  commonMessages,
  commonSchemas,
  correlationIds,
  eventHeaders,
  messageOf,
  replyHeaders,
  requestHeaders,
} from './messages.ts';
import { payloadSchema } from './payload-schema.ts';
import { orderedServices } from './readable.ts';

type Part = Readonly<Record<string, unknown>>;
type Parts = Record<string, Part>;

export type AsyncApiServer = {
  readonly host: string;
  readonly protocol: string;
  readonly protocolVersion?: string;
  readonly pathname?: string;
  readonly description?: string;
};
export type AsyncApiOptions = {
  readonly title: string;
  readonly version: string;
  /** By name. Never with a user or a password in it. */
  readonly servers?: Readonly<Record<string, AsyncApiServer>>;
  /** Before the names of exchanges and queues on that server. */
  readonly prefix?: string;
};
export type AsyncApi = {
  readonly asyncapi: '3.0.0';
  readonly info: Part;
  readonly defaultContentType: string;
  readonly servers: Readonly<Record<string, AsyncApiServer>>;
  readonly channels: Parts;
  readonly operations: Parts;
  readonly components: Readonly<Record<string, Parts>>;
};

const EXCHANGE = { rpc: RPC_EXCHANGE, command: COMMAND_EXCHANGE, event: EVENTS_EXCHANGE } as const;

/** The same services give the same text, in whatever order they are handed in. */
export function asyncApiOf(
  services: readonly ServiceDescription[],
  { title, version, servers = {}, prefix = '' }: AsyncApiOptions,
): AsyncApi {
  const draft = new Draft(prefix);
  const ordered = orderedServices(services);
  for (const { name, operations, queues } of ordered) {
    const messages = operations.map((operation) => ({ operation, message: addOperation(draft, name, operation) }));
    for (const queue of queues) addQueue(draft, { service: name, queue, messages });
  }
  const tags = ordered.map(({ name, description, version: of }) => ({
    name,
    ...((description ?? of) && { description: [description, of && `Version ${of}.`].filter(Boolean).join(' ') }),
  }));
  return {
    asyncapi: '3.0.0',
    info: { title, version, description: ABOUT, license: { name: 'Apache-2.0' }, ...(tags.length > 0 && { tags }) },
    defaultContentType: 'application/json',
    servers,
    channels: draft.channels,
    operations: draft.operations,
    components: {
      schemas: { ...commonSchemas, ...draft.schemas },
      messages: { ...commonMessages, ...draft.messages },
      correlationIds: { ...correlationIds },
    },
  };
}

const ABOUT =
  'Message services. A call or command goes to its exchange with the routing key that is the address of its channel, or with ' +
  '<service>.<operation> and the parameters as headers. Values in a routing key have . * # % and / written as %2E %2A %23 %25 %2F.';

/** The document as it grows. */
class Draft {
  readonly channels: Parts = {};
  readonly operations: Parts = {};
  readonly messages: Parts = {};
  readonly schemas: Parts = {};
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Of an exchange or a queue, as the server knows it. */
  nameOf(plain: string): string {
    return `${this.#prefix}${plain}`;
  }

  /** A key of its own for a channel: as the text says, in characters that keys may have. */
  keyFor(text: string): string {
    const plain = this.plain(text);
    let key = plain;
    for (let count = 2; Object.hasOwn(this.channels, key); count++) key = `${plain}-${count}`;
    return key;
  }

  plain(text: string): string {
    return text.replace(/[^\w.-]/g, '_');
  }

  /** Puts the schema among the others and answers the reference to it. */
  schema(key: string, schema: object | undefined): Part | undefined {
    if (schema === undefined) return undefined;
    const at = `#/components/schemas/${key}`;
    this.schemas[key] = payloadSchema(schema, at);
    return { $ref: at };
  }

  message(key: string, message: Part): Part {
    this.messages[key] = message;
    return { $ref: `#/components/messages/${key}` };
  }
}

/** Answers the reference to its message. */
function addOperation(draft: Draft, service: string, operation: OperationDescription): Part {
  const { name, kind, description, isText, body, queue } = operation;
  const key = draft.keyFor(`${service.replaceAll('.', '_')}.${name.replaceAll('.', '_')}`);
  const address = addressOf(service, operation);
  const request = draft.message(
    `${key}.${REQUEST[kind]}`,
    messageOf({
      name: `${key}.${REQUEST[kind]}`,
      title: `${service} ${name}`,
      summary: description,
      isText,
      payload: isText ? undefined : draft.schema(`${key}.body`, body),
      headers: requestHeaders(kind, address.params),
      answers: kind === 'rpc',
    }),
  );
  draft.channels[key] = {
    address: address.text,
    title: `${service} ${name}`,
    ...(description !== undefined && { description }),
    messages: { [REQUEST[kind]]: request },
    ...parametersOf(address, kind === 'event' ? 'key' : 'header'),
    bindings: exchangeBinding(draft.nameOf(EXCHANGE[kind])),
  };
  const { idempotent, timeoutMs, attempts, to } = operation;
  const common = { tags: [{ name: service }], 'x-millrace': { kind, queue, idempotent, timeoutMs, attempts } };
  draft.operations[key] = {
    action: 'receive',
    channel: { $ref: `#/channels/${key}` },
    title: `${service} ${name}`,
    ...(description !== undefined && { summary: description }),
    messages: [{ $ref: `#/channels/${key}/messages/${REQUEST[kind]}` }],
    ...(kind === 'rpc' && { reply: addReply(draft, key, { service, operation }) }),
    bindings: { amqp: kind === 'rpc' ? callBinding(timeoutMs) : workBinding },
    ...withoutUndefined(common),
  };
  if (to !== undefined) addResults(draft, key, { service, operation, topic: addressIn(to, '.') });
  return request;
}

const REQUEST = { rpc: 'request', command: 'command', event: 'event' } as const;

type Described = { readonly service: string; readonly operation: OperationDescription };

/** The answer of a call goes to where its property reply_to says. */
function addReply(draft: Draft, key: string, { service, operation }: Described): Part {
  const reply = `${key}.reply`;
  const title = `Answer of ${service} ${operation.name}`;
  const payload = resultSchema(draft, key, operation);
  draft.channels[reply] = {
    address: null,
    title,
    messages: {
      result: draft.message(reply, messageOf({ name: reply, title, payload, headers: replyHeaders, answers: true })),
      error: { $ref: '#/components/messages/Error' },
    },
  };
  return {
    address: { description: 'The property reply_to of the request.', location: '$message.header#/reply_to' },
    channel: { $ref: `#/channels/${reply}` },
    messages: ['result', 'error'].map((name) => ({ $ref: `#/channels/${reply}/messages/${name}` })),
  };
}

function addResults(draft: Draft, key: string, { service, operation, topic }: Described & { topic: Address }): void {
  const results = `${key}.results`;
  const title = `Results of ${service} ${operation.name}`;
  const payload = resultSchema(draft, key, operation);
  draft.channels[results] = {
    address: topic.text,
    title,
    messages: {
      result: draft.message(
        results,
        messageOf({ name: results, title, payload, headers: eventHeaders, answers: true }),
      ),
      error: { $ref: '#/components/messages/Error' },
    },
    ...parametersOf(topic, 'key'),
    bindings: exchangeBinding(draft.nameOf(EVENTS_EXCHANGE)),
  };
  draft.operations[results] = {
    action: 'send',
    channel: { $ref: `#/channels/${results}` },
    title,
    messages: ['result', 'error'].map((name) => ({ $ref: `#/channels/${results}/messages/${name}` })),
    bindings: { amqp: { deliveryMode: 2, timestamp: true, bindingVersion: AMQP_BINDING } },
    tags: [{ name: service }],
  };
}

const resultSchema = (draft: Draft, key: string, { result }: OperationDescription): Part | undefined =>
  draft.schema(`${key}.result`, result);

type Queued = {
  readonly service: string;
  readonly queue: QueueDescription;
  readonly messages: readonly { readonly operation: OperationDescription; readonly message: Part }[];
};

function addQueue(draft: Draft, { service, queue, messages }: Queued): void {
  const key = draft.keyFor(`${queue.name}.queue`);
  const own = messages.filter(({ operation }) => operation.queue === queue.name);
  draft.channels[key] = {
    address: draft.nameOf(queue.name),
    title: `Queue ${queue.name}`,
    description: `${service} takes its messages from it.`,
    messages: Object.fromEntries(own.map(({ operation, message }) => [draft.plain(operation.name), message])),
    bindings: {
      amqp: {
        is: 'queue',
        queue: {
          name: draft.nameOf(queue.name).slice(0, MAX_NAME),
          durable: true,
          exclusive: false,
          autoDelete: false,
        },
        bindingVersion: AMQP_BINDING,
      },
    },
    'x-millrace': { exchange: draft.nameOf(EXCHANGE[queue.kind]), patterns: queue.patterns },
  };
}

function parametersOf({ params }: Address, from: 'key' | 'header'): { readonly parameters?: Parts } {
  if (params.length === 0) return {};
  const parameters = params.map(({ name, isWhole }) => {
    const description = isWhole ? 'A whole number.' : 'A text.';
    return [name, { description, ...(from === 'header' && { location: `$message.header#/${name}` }) }] as const;
  });
  return { parameters: Object.fromEntries(parameters) };
}

const exchangeBinding = (name: string): Part => ({
  amqp: {
    is: 'routingKey',
    exchange: { name, type: 'topic', durable: true, autoDelete: false },
    bindingVersion: AMQP_BINDING,
  },
});

/** A call that nobody could answer in time is not kept; one that no queue takes comes back. */
const callBinding = (timeoutMs = DEFAULT_CALL_TIMEOUT_MS): Part => ({
  expiration: timeoutMs,
  deliveryMode: 1,
  mandatory: true,
  timestamp: true,
  ack: true,
  bindingVersion: AMQP_BINDING,
});
const workBinding: Part = {
  deliveryMode: 2,
  mandatory: true,
  timestamp: true,
  ack: true,
  bindingVersion: AMQP_BINDING,
};

/** AMQP's names are not longer. */
const MAX_NAME = 255;

const withoutUndefined = <Value extends object>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
