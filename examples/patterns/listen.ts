/** Plays whoever is at the other end: takes messages from an exchange, one by one. */
import type { Broker, Message } from '../../src/index.ts';

type Listener = AsyncDisposable & { next(): Promise<Message> };

export async function listen(
  broker: Broker,
  { exchange, patterns }: { readonly exchange: string; readonly patterns: readonly string[] },
): Promise<Listener> {
  const heard: Message[] = [];
  let wake = (): void => {};
  const consumer = await broker.subscribe({
    queue: `demo.${process.pid}.${exchange}`,
    kind: 'temporary',
    exchange,
    patterns,
    prefetch: 10,
    onMessage: (message, delivery) => {
      delivery.ack();
      heard.push(message);
      wake();
    },
  });
  return {
    next: async () => {
      while (heard.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return heard.shift() as Message;
    },
    [Symbol.asyncDispose]: () => consumer.close(),
  };
}
