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
  const connection = await driver.connect(address.href, {
    noDelay: true, // with Nagle's algorithm a request takes 40 ms longer
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    clientProperties: { connection_name: 'millrace' },
  });
  const socket = socketOf(connection);
  if (socket !== undefined) writeTogether(socket);
  return connection;
}

/**
 * What is written in one turn of the event loop leaves together. The driver writes every frame by itself, and a system
 * call for each of them took more time than everything else together.
 */
function writeTogether(socket: Duplex): void {
  const write = socket.write.bind(socket) as (chunk: Buffer) => boolean;
  let isCorked = false;
  const uncork = (): void => {
    isCorked = false;
    socket.uncork();
  };
  socket.write = (chunk: Buffer): boolean => {
    if (!isCorked) {
      isCorked = true;
      socket.cork();
      process.nextTick(uncork);
    }
    return write(chunk);
  };
}

/** Not part of the driver's interface; without it everything is a little slower, and a dead socket goes a little later. */
const socketOf = ({ connection }: ChannelModel): Duplex | undefined =>
  (connection as { readonly stream?: Duplex }).stream;

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

/**
 * Ends the socket at once: the driver only half-closes it, and a peer that vanished never answers to that. With a reason,
 * because the driver does not notice otherwise.
 */
export function cut(connection: ChannelModel, reason = 'the connection was given up'): void {
  socketOf(connection)?.destroy(new Error(reason));
}

/**
 * The server's answer. If it does not come in time the connection is cut, so that everything on it starts anew.
 */
export async function answerOf<T>(connection: ChannelModel, ask: () => Promise<T>, withinMs: number): Promise<T> {
  const timer = setTimeout(() => cut(connection, `the server did not answer within ${withinMs} ms`), withinMs);
  try {
    return await ask();
  } finally {
    clearTimeout(timer);
  }
}

/** The address as it may be shown. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(an address that cannot be read)';
  const address = new URL(url);
  if (address.password !== '') address.password = '***';
  return address.href;
}
