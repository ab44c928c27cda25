/** Listens to the results that the services send to their topics. Any other program could. */
import type { Broker } from '../../src/index.ts';
import type { Say } from './services.ts';

type Results = AsyncDisposable & {
  /** Resolves when so many have come. */
  count(wanted: number): Promise<void>;
};

/** A temporary queue: what comes while nobody listens is not kept. */
export async function sayResults(
  broker: Broker,
  { services, say }: { readonly services: readonly string[]; readonly say: Say },
): Promise<Results> {
  let count = 0;
  let wake = (): void => {};
  const consumer = await broker.subscribe({
    queue: `results.${process.pid}.${Math.random().toString(36).slice(2)}`,
    kind: 'temporary',
    patterns: services.map((name) => `${name}.#`),
    prefetch: 10,
    onMessage: ({ routingKey, body }, delivery) => {
      say(`result on ${routingKey}: ${body}`);
      delivery.ack();
      count += 1;
      wake();
    },
  });
  return {
    count: async (wanted) => {
      while (count < wanted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    [Symbol.asyncDispose]: () => consumer.close(),
  };
}
