/** The broker's conformance suite over every adapter under the same names. */
import { describe, it } from 'vitest';
import { openMemoryBroker } from '../src/adapters/memory/memory-broker.ts';
import type { Broker } from '../src/bus/broker.ts';
import { silentLog } from '../src/kernel/log.ts';
import type { OpenBroker } from '../src/testing/broker-conformance/parts.ts';
import { brokerConformance } from '../src/testing/broker-conformance.ts';

const openMemory: OpenBroker = async ({ clock }) => {
  let current: Broker = openMemoryBroker({ clock, log: silentLog });
  return {
    broker: current,
    reopen: async () => {
      await current.close();
      current = openMemoryBroker({ clock, log: silentLog });
      return current;
    },
    [Symbol.asyncDispose]: () => current.close(),
  };
};

const brokers: readonly { readonly name: string; readonly open: OpenBroker }[] = [{ name: 'memory', open: openMemory }];

for (const { name, open } of brokers) {
  describe(`${name} broker`, () => {
    for (const { name: promise, run: prove } of brokerConformance) it(promise, () => prove(open));
  });
}
