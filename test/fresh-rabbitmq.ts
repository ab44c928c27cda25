/** RabbitMQ for tests: where it is, whether it answers, and a prefix of one's own whose queues are deleted afterwards. */
import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import { STEPS } from '../src/adapters/rabbitmq/delay-ladder.ts';
import { RabbitNames } from '../src/adapters/rabbitmq/names.ts';
import { openRabbitBroker, type RabbitBrokerOptions } from '../src/adapters/rabbitmq/rabbit-broker.ts';
import type { Broker } from '../src/bus/broker.ts';
import { COMMAND_EXCHANGE, CONTROL_EXCHANGE, RPC_EXCHANGE } from '../src/bus/service/wire.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { READINGS_QUEUE } from '../src/measurements/ways/bus-service.ts';

/** Never the MILLRACE_… address: tests delete what they declared. */
export const rabbitUrl = process.env.TEST_RABBITMQ_URL ?? 'amqp://guest:guest@127.0.0.1:5672';

const rabbitAnswers: boolean = await connect(rabbitUrl, { timeout: 2_000 }).then(
  (connection) => connection.close().then(() => true),
  () => false,
);

/** In CI a missing RabbitMQ is a failure, not a reason to leave a test out. */
export const withoutRabbit: boolean = !rabbitAnswers && process.env.CI !== 'true';

export type FreshRabbit = {
  readonly prefix: string;
  readonly names: RabbitNames;
  /** A broker with the prefix, as one more process would open it. */
  open(options?: Partial<RabbitBrokerOptions>): Promise<Broker>;
  /** Remembers a queue or an exchange that something else has declared. */
  remember(names: readonly string[]): void;
  /** The same for the queues of services that another process serves, and everything that belongs to them. */
  rememberServed(queues: readonly string[]): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A prefix of one's own; leaving the scope ends everything that was opened with it and deletes what it declared. */
export function freshRabbit(url = rabbitUrl): FreshRabbit {
  const prefix = `test.${randomBytes(6).toString('hex')}.`;
  const names = new RabbitNames(prefix);
  const queues = new Set([READINGS_QUEUE]);
  const exchanges = new Set<string | undefined>([undefined]);
  const foreign = new Set<string>();
  const opened: Broker[] = [];
  return {
    prefix,
    names,
    open: async (options) => {
      const broker = await openRabbitBroker({ url, clock: systemClock, log: silentLog, prefix, ...options });
      opened.push(broker);
      return remembering(broker, { queues, exchanges });
    },
    remember: (more) => {
      for (const name of more) foreign.add(name);
    },
    rememberServed: (served) => {
      for (const name of served) queues.add(name);
      for (const name of [RPC_EXCHANGE, COMMAND_EXCHANGE, CONTROL_EXCHANGE]) exchanges.add(name);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((broker) => broker.close()));
      const waits = STEPS.map(({ name }) => names.wait(name));
      const ofQueues = [...queues].flatMap((name) => [
        names.queue(name),
        names.urgentQueue(name),
        names.deadQueue(name),
      ]);
      const ofExchanges = [...exchanges].flatMap((name) => [names.exchange(name), names.urgentExchange(name)]);
      const own = [names.unrouted, ...waits, ...foreign];
      await remove(url, {
        queues: [...ofQueues, ...own],
        exchanges: [...ofExchanges, names.deadExchange, names.returnExchange, ...own],
      });
    },
  };
}

/** The broker, with everything that it will declare written down. */
function remembering(
  broker: Broker,
  { queues, exchanges }: { readonly queues: Set<string>; readonly exchanges: Set<string | undefined> },
): Broker {
  const { publish, subscribe } = broker;
  return Object.assign(broker, {
    publish: (...[message, options]: Parameters<typeof publish>) => {
      exchanges.add(message.exchange);
      return publish.call(broker, message, options);
    },
    subscribe: (subscription: Parameters<typeof subscribe>[0]) => {
      queues.add(subscription.queue);
      exchanges.add(subscription.exchange);
      return subscribe.call(broker, subscription);
    },
  });
}

/** To delete what does not exist is no error. */
async function remove(
  url: string,
  { queues, exchanges }: { readonly queues: readonly string[]; readonly exchanges: readonly string[] },
): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const isName = (name: string): boolean => name !== '' && !name.startsWith('amq.') && Buffer.byteLength(name) <= 255;
  for (const queue of queues.filter(isName)) await channel.deleteQueue(queue);
  for (const exchange of exchanges.filter(isName)) await channel.deleteExchange(exchange);
  await connection.close();
}
