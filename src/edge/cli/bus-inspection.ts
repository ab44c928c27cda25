/** A look at a whole bus: the broker, the services that answer, their queues, and what the broker's server says. */
import type { ServerInspection, ServerReport } from '../../bus/tools/server-inspection.ts';
import type { Bus } from '../../client/bus.ts';
import { everyItem } from '../../client/pages.ts';
import type { BusQueue, BusService, BusState } from '../../client/wire-bus.ts';
import { formatDuration } from '../../kernel/duration.ts';
import type { BusDesk } from './shell.ts';
import { facts, table } from './table.ts';

export type BusInspection = {
  readonly state: BusState;
  readonly services: readonly BusService[];
  readonly queues: readonly BusQueue[];
  /** null: only an environment knows where to ask. */
  readonly server: ServerInspection | null;
};

export async function inspectBus({ bus, inspect }: BusDesk): Promise<BusInspection> {
  const [state, services, queues, server] = await Promise.all([
    bus.state(),
    all(everyItem((page) => bus.services(page))),
    listQueues(bus),
    inspect?.(),
  ]);
  return { state, services, queues, server: server ?? null };
}

export const listQueues = (bus: Bus): Promise<BusQueue[]> => all(everyItem((page) => bus.queues(page)));

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export function inspectionText({ state, services, queues, server }: BusInspection, width: number): string {
  return [
    stateText(state),
    titled('Services', servicesText(services, width)),
    titled('Queues', queuesText(queues, width)),
    ...(server === null ? [] : ['absent' in server ? absentText(server) : serverText(server, width)]),
  ].join('\n\n');
}

const titled = (title: string, text: string): string => `${title}\n${text}`;

export function stateText({ broker, isConnected, blocked, reconnects, publishing, capabilities }: BusState): string {
  const can = Object.entries(capabilities).filter(([, has]) => has);
  return facts([
    ['broker', broker],
    ['connected', isConnected ? 'yes' : 'no'],
    ['blocked', blocked],
    ['connected anew', `${reconnects} times`],
    ['on their way', publishing],
    ['can', can.map(([name]) => name).join(', ')],
  ]);
}

const servicesText = (services: readonly BusService[], width: number): string =>
  table(
    services,
    [
      { title: 'service', value: ({ name }) => name },
      { title: 'version', value: ({ version }) => version },
      { title: 'processes', value: ({ instances }) => instances },
      { title: 'operations', value: ({ operations }) => operations.map(({ name }) => name).join(', ') },
      { title: 'description', value: ({ description }) => description },
    ],
    { empty: 'No service answers.', width },
  );

export const queuesText = (queues: readonly BusQueue[], width: number): string =>
  table(
    queues,
    [
      { title: 'queue', value: ({ name }) => name },
      { title: 'depth', value: ({ depth }) => depth },
      { title: 'unacked', value: ({ unacked }) => unacked },
      { title: 'consumers', value: ({ consumers }) => consumers },
      { title: 'dead', value: ({ dead }) => dead },
      { title: 'service', value: ({ service }) => service?.name },
      { title: 'kind', value: ({ service }) => service?.kind },
      { title: 'waiting', value: ({ service }) => service?.waiting },
      { title: 'running', value: ({ service }) => service?.running },
    ],
    { empty: 'No queues.', width },
  );

const absentText = ({ url, absent }: Extract<ServerInspection, { readonly absent: string }>): string =>
  `The server of the broker could not be asked at ${url}: ${absent}. RabbitMQ answers there when its management plugin is on.`;

function serverText(
  { url, report }: Extract<ServerInspection, { readonly report: ServerReport }>,
  width: number,
): string {
  const { product, version, node, virtualHost, rates } = report;
  const own = facts([
    ['server', `${product} ${version}, ${node}`],
    ['asked at', url],
    ['virtual host', virtualHost],
    ['messages a second', `${rates.published} published, ${rates.delivered} delivered, ${rates.acked} acked`],
  ]);
  return [
    titled('Server', own),
    titled('Queues of the server', serverQueuesText(report, width)),
    titled('Exchanges', exchangesText(report, width)),
    titled('Bindings', bindingsText(report, width)),
    titled('Connections', connectionsText(report, width)),
  ].join('\n\n');
}

const serverQueuesText = ({ queues }: ServerReport, width: number): string => {
  const now = Date.now();
  return table(
    queues,
    [
      { title: 'queue', value: ({ name }) => name },
      { title: 'type', value: ({ type }) => type },
      { title: 'messages', value: ({ messages }) => messages },
      { title: 'consumers', value: ({ consumers }) => consumers },
      { title: 'oldest', value: ({ oldestAt }) => (oldestAt === undefined ? '' : ageText(now - oldestAt)) },
      { title: 'in/s', value: ({ inRate }) => inRate },
      { title: 'out/s', value: ({ outRate }) => outRate },
    ],
    { empty: 'None.', width },
  );
};

const SECOND_MS = 1_000;
const ageText = (ms: number): string => formatDuration(Math.max(0, Math.round(ms / SECOND_MS) * SECOND_MS));

const exchangesText = ({ exchanges }: ServerReport, width: number): string =>
  table(
    exchanges,
    [
      { title: 'exchange', value: ({ name }) => name },
      { title: 'type', value: ({ type }) => type },
    ],
    { empty: 'None.', width },
  );

const bindingsText = ({ bindings }: ServerReport, width: number): string =>
  table(
    bindings,
    [
      { title: 'from', value: ({ from }) => from },
      { title: 'to', value: ({ to }) => to },
      { title: 'key', value: ({ key }) => key },
    ],
    { empty: 'None.', width },
  );

const connectionsText = ({ connections }: ServerReport, width: number): string =>
  table(
    connections,
    [
      { title: 'connection', value: ({ name }) => name },
      { title: 'user', value: ({ user }) => user },
      { title: 'peer', value: ({ peer }) => peer },
      { title: 'state', value: ({ state }) => state },
      { title: 'channels', value: ({ channels }) => channels },
    ],
    { empty: 'None.', width },
  );
