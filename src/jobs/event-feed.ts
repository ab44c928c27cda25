/**
 * What the bus says of jobs, for the live pages of this server: of the jobs of all servers, while somebody looks. It is as
 * it comes: what was said before, or while the broker was away, is not said again.
 */
import { randomUUID } from 'node:crypto';
import type { Broker, Consumer, Message } from '../bus/broker.ts';
import { jsonValue } from '../bus/envelope.ts';
import { messageOf } from '../kernel/errors.ts';
import { type Service, service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import { JOB_TOPIC_PREFIX } from './job-event.ts';

export type ToldEvent = { readonly topic: string; readonly body: Readonly<Record<string, unknown>> };
export type EventListener = (event: ToldEvent) => void;
export type EventFeed = Service & {
  /** Resolves to how to stop, once nothing that happens from then on is missed. A broker that is away is waited for. */
  follow(listener: EventListener): Promise<() => void>;
};

const PREFETCH = 1_000;

export type EventFeedParts = {
  readonly broker: Broker;
  readonly log: Log;
  /** Somebody listens from now on. */
  readonly listenedTo: () => void;
};

export function openEventFeed({ broker, log, listenedTo }: EventFeedParts): EventFeed {
  const listeners = new Set<EventListener>();
  let consumer: Promise<Consumer> | undefined;

  const tell = (message: Message): void => {
    const body = bodyOf(message);
    if (body === undefined) log.debug({ messageId: message.id }, 'an event of a job could not be read');
    else for (const listener of [...listeners]) listener({ topic: message.routingKey, body });
  };
  const subscribe = (): Promise<Consumer> =>
    broker.subscribe({
      queue: `millrace.jobs.live.${randomUUID()}`,
      kind: 'temporary',
      patterns: [`${JOB_TOPIC_PREFIX}*`],
      prefetch: PREFETCH,
      onMessage: (message, delivery) => {
        delivery.ack();
        tell(message);
      },
    });
  const leave = async (): Promise<void> => {
    const left = consumer;
    consumer = undefined;
    await left?.then(
      (opened) => opened.close(),
      () => {},
    );
  };

  const follow = async (listener: EventListener): Promise<() => void> => {
    listeners.add(listener);
    consumer ??= subscribe();
    try {
      await consumer;
      listenedTo();
    } catch (error) {
      consumer = undefined;
      log.warn({ reason: messageOf(error) }, 'live pages hear nothing of jobs: the broker lets nobody listen');
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) void leave();
    };
  };
  return service({ follow }, leave);
}

function bodyOf(message: Message): ToldEvent['body'] | undefined {
  try {
    const body = jsonValue(message);
    return typeof body === 'object' && body !== null ? (body as ToldEvent['body']) : undefined;
  } catch {
    return undefined;
  }
}
