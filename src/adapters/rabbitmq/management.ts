/** What RabbitMQ's management plugin says over its HTTP API. A server without the plugin works as well; then nobody answers. */
import { z } from 'zod';
import type { ServerInspection, ServerReport } from '../../bus/tools/server-inspection.ts';
import { messageOf } from '../../kernel/errors.ts';

export type ManagementOptions = {
  /** Of the broker; user, password and virtual host are those of the API too. */
  readonly brokerUrl: string;
  /** Default: port {@link MANAGEMENT_PORT} of the same host. */
  readonly url?: string;
  readonly fetch?: typeof fetch;
};

export const MANAGEMENT_PORT = 15_672;
export const MANAGEMENT_TIMEOUT_MS = 5_000;

export async function inspectServer(options: ManagementOptions): Promise<ServerInspection> {
  const { base, user, password } = addressOf(options);
  const shown = base.href.replace(/\/$/, '');
  const virtualHost = virtualHostOf(options.brokerUrl);
  const send = options.fetch ?? fetch;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const ask = async (path: string): Promise<unknown> => {
    const answer = await send(new URL(`${base.pathname.replace(/\/$/, '')}/api/${path}`, base), {
      headers: { authorization, accept: 'application/json' },
      signal: AbortSignal.timeout(MANAGEMENT_TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`it answers ${answer.status} ${answer.statusText}`.trim());
    return answer.json();
  };
  try {
    return { url: shown, report: await reportOf(ask, virtualHost) };
  } catch (error) {
    return { url: shown, absent: reasonOf(error) };
  }
}

type Ask = (path: string) => Promise<unknown>;

async function reportOf(ask: Ask, virtualHost: string): Promise<ServerReport> {
  const place = encodeURIComponent(virtualHost);
  const [overview, host, exchanges, bindings, queues, connections] = await Promise.all([
    ask('overview').then((said) => overviewSchema.parse(said)),
    ask(`vhosts/${place}`).then((said) => hostSchema.parse(said)),
    ask(`exchanges/${place}`).then((said) => exchangesSchema.parse(said)),
    ask(`bindings/${place}`).then((said) => bindingsSchema.parse(said)),
    ask(`queues/${place}`).then((said) => queuesSchema.parse(said)),
    ask(`vhosts/${place}/connections`).then((said) => connectionsSchema.parse(said)),
  ]);
  const stats = host.message_stats;
  return {
    product: overview.product_name,
    version: overview.rabbitmq_version,
    node: overview.node,
    virtualHost,
    // The default exchange has no name, and every queue is bound to it.
    exchanges: exchanges.filter(({ name }) => name !== '').map(({ name, type }) => ({ name, type })),
    bindings: bindings
      .filter(({ source }) => source !== '')
      .map(({ source: from, destination: to, routing_key: key }) => ({ from, to, key })),
    queues: queues.map(queueOf),
    connections: connections.map(({ user, peer_host, peer_port, state, channels, ...rest }) => ({
      ...{ name: rest.client_properties?.connection_name ?? rest.name, user, state, channels },
      peer: `${peer_host}:${peer_port}`,
    })),
    rates: {
      published: stats?.publish_details?.rate ?? 0,
      delivered: stats?.deliver_get_details?.rate ?? 0,
      acked: stats?.ack_details?.rate ?? 0,
    },
  };
}

/** The server knows the oldest message's time of classic queues only, and only where its publisher said it. */
function queueOf({ name, type, messages, consumers, head_message_timestamp: head, message_stats: stats }: Queue) {
  return {
    ...{ name, type, messages, consumers },
    ...(typeof head === 'number' && { oldestAt: head * 1_000 }),
    inRate: stats?.publish_details?.rate ?? 0,
    outRate: stats?.deliver_get_details?.rate ?? 0,
  };
}

const rate = z.object({ rate: z.number() }).optional();
const statsSchema = z.object({ publish_details: rate, deliver_get_details: rate, ack_details: rate }).optional();
const overviewSchema = z.object({
  product_name: z.string().default('RabbitMQ'),
  rabbitmq_version: z.string(),
  node: z.string(),
});
const hostSchema = z.object({ message_stats: statsSchema });
const exchangesSchema = z.array(z.object({ name: z.string(), type: z.string() }));
const bindingsSchema = z.array(z.object({ source: z.string(), destination: z.string(), routing_key: z.string() }));
/** Of a queue that was made a moment ago the server has no numbers yet. */
const queueSchema = z.object({
  name: z.string(),
  type: z.string().default('classic'),
  messages: z.number().default(0),
  consumers: z.number().default(0),
  /** "" where there is none. */
  head_message_timestamp: z.union([z.number(), z.string()]).nullish(),
  message_stats: statsSchema,
});
type Queue = z.output<typeof queueSchema>;
const queuesSchema = z.array(queueSchema);
const connectionsSchema = z.array(
  z.object({
    name: z.string().default(''),
    user: z.string().default(''),
    peer_host: z.string().default(''),
    peer_port: z.number().default(0),
    state: z.string().default('starting'),
    channels: z.number().default(0),
    client_properties: z.looseObject({ connection_name: z.string().optional() }).optional(),
  }),
);

type Address = { readonly base: URL; readonly user: string; readonly password: string };

function addressOf({ brokerUrl, url }: ManagementOptions): Address {
  const broker = new URL(brokerUrl);
  const base = url === undefined ? new URL(`http://${broker.hostname}:${MANAGEMENT_PORT}`) : new URL(url);
  const own = base.username === '' ? broker : base;
  const credentials = {
    user: decodeURIComponent(own.username) || GUEST,
    password: decodeURIComponent(own.password) || GUEST,
  };
  base.username = '';
  base.password = '';
  return { base, ...credentials };
}

/** Who somebody is that does not say it. */
const GUEST = 'guest';

/** `amqp://host` is the virtual host "/", `amqp://host/plant` is "plant". */
const virtualHostOf = (brokerUrl: string): string =>
  decodeURIComponent(new URL(brokerUrl).pathname.replace(/^\//, '')) || '/';

/** What fetch says is that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'it is not the API of RabbitMQ';
  if (error instanceof SyntaxError) return 'it answers no JSON';
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
