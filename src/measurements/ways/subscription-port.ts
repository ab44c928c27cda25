/**
 * A server elsewhere that readings come from message by message, such as an MQTT broker (port). The server keeps a message
 * until it is acknowledged, also while nobody is connected; what is not acknowledged it delivers again.
 */
import type { Service } from '../../kernel/lifecycle.ts';

/** A message that came. */
export type Arrival = {
  /** Whom its topic names. */
  readonly device: string;
  /** The payload, read as UTF-8. */
  readonly text: string;
  /** It is the latest that was said before anybody listened, and not said now. */
  readonly isRetained: boolean;
  /** Tells the server that the message is kept here; nothing once its connection is gone. */
  readonly ack: () => void;
  /** Whether its connection is gone: the server will deliver it again if it was to be acknowledged. */
  readonly isGone: () => boolean;
};

/** Resolves when there is room for the next message. Until then the server is not asked for more. */
export type OnArrival = (arrival: Arrival) => Promise<void>;

export type SubscriptionState = {
  readonly isConnected: boolean;
  /** Why not, in the server's words; undefined where it never said. */
  readonly problem: string | undefined;
  /** How often the connection has been made anew. */
  readonly reconnects: number;
};

/** Open, it connects by itself, and again whenever the connection breaks. */
export type Subscription = Service & { readonly state: () => SubscriptionState };
export type OpenSubscription = (onArrival: OnArrival) => Subscription;
