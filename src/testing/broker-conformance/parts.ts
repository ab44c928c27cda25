/** What the cases of the broker's conformance suite share: how a broker is opened, a consumer that records, builders. */
import assert from 'node:assert/strict';
import {
  type Broker,
  type Consumer,
  type DeadLetter,
  type Delivery,
  EVENTS_EXCHANGE,
  JSON_CONTENT,
  type Message,
  type Subscription,
} from '../../bus/broker.ts';
import type { Clock } from '../../kernel/clock.ts';

export type OpenOptions = {
  readonly clock: Clock;
  /** Messages that a queue holds before its publishers wait; a few more are no harm. Default: the broker's own. */
  readonly maxQueueLength?: number;
};

/** Opens a broker in a fresh, empty place. Disposing closes it and removes the place. */
export type OpenBroker = (options: OpenOptions) => Promise<BrokerUnderTest>;

export type BrokerUnderTest = AsyncDisposable & {
  readonly broker: Broker;
  /** Closes the broker and opens one on the same place. */
  reopen(): Promise<Broker>;
};

export type BrokerCase = { readonly name: string; readonly run: (open: OpenBroker) => Promise<void> };

/** How long a case waits for something that must happen. */
const HAPPENS_WITHIN_MS = 20_000;

let messages = 0;

/** A message that shows only what matters to the case; its body is the JSON of the value given. */
export function aMessage({
  body = null,
  ...parts
}: Partial<Omit<Message, 'body'>> & { readonly body?: unknown } = {}): Message {
  messages += 1;
  const text = JSON.stringify(body);
  return { id: `message-${messages}`, routingKey: 'plant.line-1.alarm', body: text, headers: {}, at: 0, ...parts };
}

/** With what a message has when it does not say. */
export const whole = (message: Message): Message => ({
  exchange: EVENTS_EXCHANGE,
  contentType: JSON_CONTENT,
  ...message,
});

export const bodyOf = ({ body }: Pick<Message, 'body'>): unknown => JSON.parse(body) as unknown;

export type Received = { readonly message: Message; readonly body: unknown; readonly delivery: Delivery };

/** A consumer that keeps what it gets and answers nothing by itself. */
export class Recorder {
  readonly received: Received[] = [];
  #taken = 0;
  #wake: (() => void) | undefined;

  readonly onMessage = (message: Message, delivery: Delivery): void => {
    this.received.push({ message, body: bodyOf(message), delivery });
    this.#wake?.();
  };

  /** The next delivery that nobody has asked for yet. */
  async next(): Promise<Received> {
    const [received] = await this.take(1);
    assert.ok(received !== undefined);
    return received;
  }

  async take(count: number): Promise<Received[]> {
    while (this.received.length < this.#taken + count) {
      await within(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        `delivery ${this.#taken + count}; there were ${this.received.length}`,
      );
    }
    this.#taken += count;
    return this.received.slice(this.#taken - count, this.#taken);
  }

  get bodies(): unknown[] {
    return this.received.map(({ body }) => body);
  }
}

/** Fails instead of waiting for ever. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `waited for ${what}` })), HAPPENS_WITHIN_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something that happens once. */
export function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

type Wanted = Partial<Subscription> & Pick<Subscription, 'queue'>;

/** Subscribes a recorder to everything, holding up to 100 messages, unless the case says otherwise. */
export async function record(broker: Broker, wanted: Wanted): Promise<{ recorder: Recorder; subscription: Consumer }> {
  const recorder = new Recorder();
  const { onMessage } = recorder;
  const subscription = await broker.subscribe({ patterns: ['#'], prefetch: 100, onMessage, ...wanted });
  return { recorder, subscription };
}

/** Declares a queue that nobody consumes yet. */
export async function declare(broker: Broker, wanted: Omit<Wanted, 'onMessage'>): Promise<void> {
  const { subscription } = await record(broker, wanted);
  await subscription.close();
}

/** Asks until the queue has that many dead letters; a server may take a moment to move them. */
export async function deadLettersOf(broker: Broker, queue: string, count: number): Promise<DeadLetter[]> {
  const deadline = performance.now() + HAPPENS_WITHIN_MS;
  for (;;) {
    const letters = await broker.deadLetters(queue);
    if (letters.length >= count || performance.now() > deadline) {
      assert.equal(letters.length, count);
      return letters;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Proves that nothing else waits in a queue: whatever it holds would come before this last message. */
export async function assertDrained(broker: Broker, queue: string): Promise<void> {
  const { recorder, subscription } = await record(broker, { queue, prefetch: 1 });
  await broker.publish(aMessage({ routingKey: 'conformance.last', body: 'last' }));
  const { body, delivery } = await recorder.next();
  assert.equal(body, 'last');
  delivery.ack();
  await subscription.close();
}

export async function publishAll(broker: Broker, bodies: readonly unknown[]): Promise<void> {
  for (const body of bodies) await broker.publish(aMessage({ body }));
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

export const rejectsWith = (code: string, act: () => Promise<unknown>): Promise<void> =>
  assert.rejects(act, (error: { readonly code?: string }) => error.code === code);
