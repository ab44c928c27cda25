/** The driver `redis`, loaded when a Redis broker is opened, and how its connections are made and ended. */
import type { RedisArgument } from 'redis';
import { MillraceError } from '../../kernel/errors.ts';

export type Driver = Pick<typeof import('redis'), 'createClient' | 'ErrorReply'>;

/** What is used of a connection of the driver. */
export type Connection = {
  sendCommand<Reply = unknown>(args: readonly RedisArgument[]): Promise<Reply>;
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  on(event: 'error' | 'end' | 'terminated', listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
};

/** Loads the driver; without the package, says which one to install. */
export async function loadDriver(importDriver: () => Promise<Driver> = () => import('redis')): Promise<Driver> {
  try {
    return await importDriver();
  } catch (cause) {
    throw new MillraceError('config.driver-missing', { name: 'redis', purpose: 'the Redis broker' }, { cause });
  }
}

/** A server that is silent for longer than this while a connection is made counts as away. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A connection on which nothing came for so many heartbeats is dead. */
const SILENT_HEARTBEATS = 2.5;

/** An idle connection is asked every `heartbeatMs` whether it still lives; a blocking read comes back by itself as often. */
export async function connectTo(
  driver: Driver,
  { url, heartbeatMs }: { readonly url: string; readonly heartbeatMs: number },
): Promise<Connection> {
  const socketTimeout = SILENT_HEARTBEATS * heartbeatMs;
  const client = driver.createClient({
    url,
    name: 'millrace',
    RESP: 3, // with which one connection carries commands and subscriptions
    pingInterval: heartbeatMs,
    disableOfflineQueue: true, // the link makes the next connection, and its users know that it is another one
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 }, // the driver's default makes a timer for every command
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout, reconnectStrategy: false, noDelay: true },
  }) as unknown as Connection;
  client.on('error', () => {}); // connect() rejects, or the link hears it too
  await client.connect();
  return client;
}

/** The address as it may be shown. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(an address that cannot be read)';
  const address = new URL(url);
  if (address.password !== '') address.password = '***';
  return address.href;
}
