/** Where a broker is, as a document may say it: never with the user and password that its URL holds. */
import type { AsyncApiServer } from './asyncapi.ts';

/** What programs elsewhere need to know to reach the same exchanges and queues. */
export type BrokerAddress = {
  readonly servers: Readonly<Record<string, AsyncApiServer>>;
  readonly prefix?: string;
};

/** Of `memory` there is none: only its own process reaches it. */
export function brokerAddress(broker: string, prefix?: string): BrokerAddress {
  if (!URL.canParse(broker)) return { servers: {} };
  const { protocol, host, pathname } = new URL(broker);
  const name = protocol.slice(0, -1);
  const version = /^amqps?$/.test(name) ? { protocolVersion: '0.9.1' } : {};
  const server = { host, protocol: name, ...version, ...(pathname.length > 1 && { pathname }) };
  return { servers: { broker: server }, ...(prefix !== undefined && { prefix }) };
}
