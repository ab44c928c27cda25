/**
 * A service under test: on the product's own memory broker, with payloads through the same codec, and a clock that stands
 * still until the test moves it. What the service publishes and what it gave up can be looked at.
 */
import { openMemoryBroker } from '../adapters/memory/memory-broker.ts';
import { type Broker, type DeadLetter, EVENTS_EXCHANGE, type Message } from '../bus/broker.ts';
import { jsonValue } from '../bus/envelope.ts';
import { type AppOptions, startApp } from '../bus/service/app.ts';
import type { App } from '../bus/service/app-type.ts';
import { type Client, client } from '../bus/service/client.ts';
import { definitionOf } from '../bus/service/decorators.ts';
import type { DefinedService } from '../bus/service/define-service.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';

/** An event, or a result that went to its topic. */
export type Published = {
  readonly topic: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

export type TestApp<Service> = AsyncDisposable & {
  readonly app: App;
  readonly broker: Broker;
  readonly client: Client<Service>;
  readonly clock: VirtualClock;
  /** In the order of publishing. */
  readonly published: readonly Published[];
  /** What the queues of the service gave up, the oldest first. */
  dead(): Promise<DeadLetter[]>;
  /** Resolves when nothing waits and nothing runs; what waits for its next attempt needs the clock to be moved. */
  settled(): Promise<void>;
  /** Drains the service and closes the broker. */
  close(): Promise<void>;
};

type Class<Service> = new () => Service;
export type TestAppOptions = Omit<AppOptions, 'broker' | 'services' | 'clock'> & {
  /** Where the clock starts. Default: 2026-01-05T06:00Z, a Monday. */
  readonly at?: Date;
};

const MONDAY = new Date('2026-01-05T06:00:00Z');

/** Opens a class without constructor parameters, an instance, or what `defineService` made. Throws `bus.invalid-service`. */
export async function testApp<Service extends object>(
  given: Class<Service> | Service,
  { at = MONDAY, ...options }: TestAppOptions = {},
): Promise<TestApp<Service>> {
  const clock = new VirtualClock(at.getTime());
  const memory = openMemoryBroker({ clock, log: silentLog });
  const published: Published[] = [];
  const broker = watched(memory, (message) => {
    if ((message.exchange ?? EVENTS_EXCHANGE) === EVENTS_EXCHANGE) published.push(publishedOf(message));
  });
  const served: object = typeof given === 'function' ? new (given as Class<Service>)() : given;
  const app = await startApp({ random: () => 0.5, ...options, broker, clock, services: [served] });
  const close = async (): Promise<void> => {
    const closing = app.close();
    await closing;
    await memory.close();
  };
  return {
    app,
    broker,
    client: client<Service>(app, nameOf(served)),
    clock,
    published,
    dead: () => deadIn(memory),
    settled: () => settled(app, memory),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The same broker, and whoever watches hears what is published. */
function watched(broker: Broker, onPublish: (message: Message) => void): Broker {
  return new Proxy(broker, {
    get: (target, name: keyof Broker) => {
      if (name !== 'publish') {
        const member = target[name];
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return (message: Message, options: object) => {
        onPublish(message);
        return target.publish(message, options);
      };
    },
  });
}

function publishedOf(message: Message): Published {
  const { routingKey: topic, headers } = message;
  return { topic, body: jsonValue(message), headers };
}

function nameOf(served: object): string {
  if ('definition' in served) return (served as DefinedService).definition.name;
  return definitionOf(served.constructor as new () => object).name;
}

async function deadIn(broker: Broker): Promise<DeadLetter[]> {
  const queues = await broker.queues();
  const letters = await Promise.all(queues.map(({ name }) => broker.deadLetters(name)));
  return letters.flat().sort((a, b) => a.at - b.at);
}

async function settled(app: App, broker: Broker): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const isBusy =
      app.load().some(({ waiting, running }) => waiting + running > 0) ||
      (await broker.queues()).some(({ unacked }) => unacked > 0);
    quiet = isBusy ? 0 : quiet + 1;
  }
}

/** Turns of the event loop without work before nothing is taken to be under way. */
const QUIET_TURNS = 3;
