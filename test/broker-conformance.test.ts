/** The broker's conformance suite over every adapter under the same names. */
import { describe, it } from 'vitest';
import { openMemoryBroker } from '../src/adapters/memory/memory-broker.ts';
import type { Broker } from '../src/bus/broker.ts';
import { silentLog } from '../src/kernel/log.ts';
import type { OpenBroker } from '../src/testing/broker-conformance/parts.ts';
import { brokerConformance } from '../src/testing/broker-conformance.ts';
import { freshRabbit, withoutRabbit } from './fresh-rabbitmq.ts';
import { freshRedis, withoutRedis } from './fresh-redis.ts';

const openMemory: OpenBroker = async (options) => {
  let current: Broker = openMemoryBroker({ ...options, log: silentLog });
  return {
    broker: current,
    reopen: async () => {
      await current.close();
      current = openMemoryBroker({ ...options, log: silentLog });
      return current;
    },
    [Symbol.asyncDispose]: () => current.close(),
  };
};

const openRabbit: OpenBroker = async (options) => {
  const place = freshRabbit();
  const broker = await place.open(options);
  return {
    broker,
    reopen: async () => {
      await broker.close();
      return place.open(options);
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
};

const openRedis: OpenBroker = async (options) => {
  const place = await freshRedis();
  const broker = await place.open(options);
  return {
    broker,
    reopen: async () => {
      await broker.close();
      return place.open(options);
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
};

const brokers: readonly { readonly name: string; readonly open: OpenBroker; readonly isMissing?: boolean }[] = [
  { name: 'memory', open: openMemory },
  { name: 'rabbitmq', open: openRabbit, isMissing: withoutRabbit },
  { name: 'redis', open: openRedis, isMissing: withoutRedis },
];

for (const { name, open, isMissing = false } of brokers) {
  describe.skipIf(isMissing)(`${name} broker`, () => {
    for (const { name: promise, run: prove } of brokerConformance) it(promise, () => prove(open));
  });
}
