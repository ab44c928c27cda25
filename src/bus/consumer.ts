/**
 * A consumer whose effect happens once, however often a message comes: what it writes carries a guard on the inbox.
 * A message it cannot take in now comes again later, with growing pauses; one that is wrong goes to the dead letters.
 */
import { type Backoff, backoffMs } from '../kernel/backoff.ts';
import { MillraceError, messageOf } from '../kernel/errors.ts';
import type { Service } from '../kernel/lifecycle.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Store } from '../store/store.ts';
import type { CommitVerdict, Unit } from '../store/unit.ts';
import type { Broker, Message, Subscription } from './broker.ts';
import { intakeOf, isTakenIn } from './inbox.ts';
import { isWrongInput } from './wrong-input.ts';

/**
 * Commits the effect of a message in a unit that carries the parts of `intake`, and answers the verdict. On a conflict it
 * is asked again, unless the message turns out to be a repeat. Throwing puts the message off.
 */
export type TakeIn = (message: Message, intake: Unit) => Promise<CommitVerdict>;

export type OnceConsumer = Omit<Subscription, 'onMessage' | 'kind'> & {
  readonly broker: Broker;
  readonly store: Store;
  readonly log: Log;
  readonly random: Random;
  readonly takeIn: TakeIn;
};

/** How often a unit may conflict before the message is put off. */
export const MAX_INTAKE_CONFLICTS = 5;
const PUT_OFF: Backoff = { firstMs: 100, longestMs: 60_000 };

/** Subscribes under the queue's name, which is also the name that the inbox remembers. */
export function consumeOnce(consumer: OnceConsumer): Promise<Service> {
  const { broker, store, log, random, takeIn, ...subscription } = consumer;
  const { queue } = subscription;
  return broker.subscribe({
    ...subscription,
    onMessage: async (message, delivery) => {
      try {
        await takeInOnce(consumer, message);
        delivery.ack();
      } catch (error) {
        const requeue = !isWrongInput(error);
        const afterMs = requeue ? backoffMs(PUT_OFF, delivery.count, random) : 0;
        const fields = { queue, messageId: message.id, delivery: delivery.count, afterMs, err: error };
        log.warn(fields, requeue ? 'a message could not be taken in; it comes again' : 'a message is wrong');
        delivery.reject({ reason: messageOf(error), requeue, afterMs });
      }
    },
  });
}

async function takeInOnce({ store, queue, takeIn }: OnceConsumer, message: Message): Promise<void> {
  for (let attempt = 1; attempt <= MAX_INTAKE_CONFLICTS; attempt++) {
    const verdict = await takeIn(message, intakeOf(queue, message.id, store.now()));
    if (verdict === 'ok' || (await isTakenIn(store, queue, message.id))) return;
  }
  throw new MillraceError('store.conflict', { subject: `message ${message.id}`, attempts: MAX_INTAKE_CONFLICTS });
}
