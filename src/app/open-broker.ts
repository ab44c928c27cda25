/** Which broker a URL means. Drivers are loaded when they are asked for. */
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import type { Broker } from '../bus/broker.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { MillraceError } from '../kernel/errors.ts';
import { type Log, silentLog } from '../kernel/log.ts';

export type OpenBrokerOptions = {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Before every name that is declared on a shared server. Default: none. */
  readonly prefix?: string;
};

/** As the configuration has them. */
export const brokerOptions = ({ brokerPrefix: prefix }: { readonly brokerPrefix?: string }): OpenBrokerOptions =>
  prefix === undefined ? {} : { prefix };

/** Of the URLs that {@link openBroker} takes. */
export const BROKER_PROTOCOLS = ['amqp:', 'amqps:', 'redis:', 'rediss:'];

/**
 * `memory`, or the URL of a server: `amqp://user:password@host:5672/vhost`, `redis://user:password@host:6379/0`. Throws `bus.unreachable` when it does not answer,
 * and `config.driver-missing` when its driver is not installed.
 */
export async function openBroker(url: string, options: OpenBrokerOptions = {}): Promise<Broker> {
  const { clock = systemClock, log = silentLog, prefix } = options;
  if (url === 'memory') return openMemoryBroker({ clock, log });
  const parts = { url, clock, log, ...(prefix !== undefined && { prefix }) };
  if (/^amqps?:/.test(url)) {
    const { openRabbitBroker } = await import('../adapters/rabbitmq/rabbit-broker.ts');
    return openRabbitBroker(parts);
  }
  if (/^rediss?:/.test(url)) {
    const { openRedisBroker } = await import('../adapters/redis/redis-broker.ts');
    return openRedisBroker(parts);
  }
  throw new MillraceError('config.unknown-broker', { url: url.replace(/\/\/[^@/]*@/, '//…@') });
}
