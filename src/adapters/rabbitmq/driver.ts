/** The driver `amqplib`, loaded when a RabbitMQ broker is opened, and how its connections are made and ended. */
import type { Duplex } from 'node:stream';
import type { ChannelModel } from 'amqplib';
import { MillraceError } from '../../kernel/errors.ts';

export type Driver = Pick<typeof import('amqplib'), 'connect'>;

/** Loads the driver; without the package, says which one to install. */
export async function loadDriver(importDriver: () => Promise<Driver> = () => import('amqplib')): Promise<Driver> {
  try {
    return await importDriver();
  } catch (cause) {
    throw new MillraceError('config.driver-missing', { name: 'amqplib', purpose: 'the RabbitMQ broker' }, { cause });
  }
}

/** A server that is silent for longer than this while a connection is made counts as away. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Both sides notice a peer that vanished without a word after two of these. The URL may ask for another value. */
const HEARTBEAT_SECONDS = 10;
/** A server that does not answer to a goodbye by then is left without one. */
const GOODBYE_MS = 2_000;

export async function connectTo(driver: Driver, url: string): Promise<ChannelModel> {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return await driver.connect(address.href, {
    noDelay: true, // with Nagle's algorithm a request takes 40 ms longer
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    clientProperties: { connection_name: 'millrace' },
  });
}

/** Ends the connection with a goodbye if the server answers to it, and without one otherwise. */
export async function endConnection(connection: ChannelModel): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  await Promise.race([connection.close().catch(() => {}), late]); // closed already: nothing to say
  clearTimeout(timer);
  cut(connection);
}

/** Ends the socket at once: the driver only half-closes it, and a peer that vanished never answers to that. */
export function cut({ connection }: ChannelModel): void {
  (connection as { readonly stream?: Duplex }).stream?.destroy();
}

/** The address as it may be shown. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(an address that cannot be read)';
  const address = new URL(url);
  if (address.password !== '') address.password = '***';
  return address.href;
}
