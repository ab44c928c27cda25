/** What stands in a queue: a published message with its place, so that what comes back stands where it stood. */
import type { Message } from '../../bus/broker.ts';
import type { Instant } from '../../kernel/clock.ts';

/** A published message on its way through one or more queues. Nothing in it can be changed: texts, and headers frozen. */
export type Publication = {
  readonly message: Message;
  readonly expiresAt: Instant;
  /** One queue is through with it. */
  readonly settle: () => void;
};

export type Entry = {
  readonly place: number;
  readonly publication: Publication;
  deliveries: number;
  attempt: number;
  /** Where it stands among what its consumer holds. */
  heldAt: number;
};

export const NOT_HELD = -1;

/** The message as its receiver gets it, sharing nothing that can be changed. */
export const copyOf = ({ message }: Publication): Message => ({ ...message, headers: { ...message.headers } });
