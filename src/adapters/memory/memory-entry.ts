/** What stands in a queue: a published message with its place, so that what comes back stands where it stood. */
import type { Message } from '../../bus/broker.ts';

/** A published message on its way through one or more queues; the body is text, so that nobody shares an object. */
export type Publication = {
  readonly message: Omit<Message, 'body'>;
  readonly body: string;
  /** One queue is through with it. */
  readonly settle: () => void;
};

export type Entry = { readonly place: number; readonly publication: Publication; deliveries: number };

/** The message as its receiver gets it, sharing nothing. */
export const copyOf = ({ message, body }: Publication): Message => ({
  ...message,
  headers: { ...message.headers },
  body: JSON.parse(body) as unknown,
});
