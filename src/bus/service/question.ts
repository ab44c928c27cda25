/** What is asked of a service, and how long and how earnestly. */
import type { OperationKind } from './incoming.ts';

export type CallOptions = {
  /** Default: {@link DEFAULT_CALL_TIMEOUT_MS}; never longer than what is left to the handler that calls. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The same id for the same intent: a repeat is recognised by it. Default: a new one. */
  readonly id?: string;
  /** Sent again when the connection broke before the answer came. Default: what the operation says, else no. */
  readonly idempotent?: boolean;
  /** Goes before the others that wait. */
  readonly urgent?: boolean;
  /** Gets an answer that came after the call was given up, for whoever must not lose what it grants. */
  readonly late?: (answer: unknown) => void;
};

export type Question = {
  readonly service: string;
  readonly operation: string;
  /** The routing key, by name: `focus.configure`. */
  readonly address: string;
  /** undefined: not known here. */
  readonly kind: OperationKind | undefined;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly contentType?: string;
};
