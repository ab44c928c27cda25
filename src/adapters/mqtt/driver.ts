/** The driver `mqtt`, loaded when a subscription is opened, and how its connections are made, answered and ended. */
import type { MqttClient } from 'mqtt';
import { MillraceError } from '../../kernel/errors.ts';

export type Driver = Pick<typeof import('mqtt'), 'connect'>;

/** Loads the driver; without the package, says which one to install. */
export async function loadDriver(
  importDriver: () => Promise<Driver | { readonly default: Driver }> = () => import('mqtt'),
): Promise<Driver> {
  try {
    const loaded = await importDriver();
    return 'connect' in loaded ? loaded : loaded.default;
  } catch (cause) {
    throw new MillraceError('config.driver-missing', { name: 'mqtt', purpose: 'the MQTT subscription' }, { cause });
  }
}

/** A server that is silent for longer than this while a connection is made counts as away. */
const CONNECT_TIMEOUT_MS = 10_000;
/** An idle connection is asked as often whether it still lives; half a time later it counts as broken. */
const KEEP_ALIVE_SECONDS = 20;
const PORTS = { 'mqtt:': 1_883, 'mqtts:': 8_883 } as const;

/**
 * One connection, in a session that the server keeps while we are away (clean session 0): version 3.1.1, which every server
 * speaks. It does not come back by itself; whoever uses it makes the next one, and knows that it is another one.
 */
export function connectTo(
  driver: Driver,
  { url, clientId }: { readonly url: string; readonly clientId: string },
): MqttClient {
  const { protocol, hostname, port, username, password } = new URL(url);
  return driver.connect({
    protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[protocol as keyof typeof PORTS] : Number(port),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    clientId,
    clean: false,
    protocolVersion: 4,
    keepalive: KEEP_ALIVE_SECONDS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
  });
}

/**
 * Acknowledges a message of quality 1 (MQTT 3.1.1, section 3.4). The driver itself does it before the next message is
 * looked at, one message at a time; here many are stored together and acknowledged when they are.
 */
export function acknowledge({ stream }: MqttClient, messageId: number): void {
  stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]));
}

/** A server that does not answer to a goodbye by then is left without one. */
const GOODBYE_MS = 2_000;

/** Ends the connection with a goodbye where it stands; the session stays. */
export async function endConnection(client: MqttClient): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  const ended = client.endAsync(!client.connected).catch(() => {}); // gone already: nothing to say
  await Promise.race([ended, late]);
  clearTimeout(timer);
  client.stream?.destroy();
}

/** The address as it may be shown. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(an address that cannot be read)';
  const address = new URL(url);
  if (address.password !== '') address.password = '***';
  return address.href;
}
