/** What is published: one object for all of its way. */
export type Letter = {
  readonly head: string;
  readonly body: string;
  readonly expiresInMs: number | undefined;
  /** Where a message goes, or the inbox and the place in it where an answer goes. */
  readonly to:
    | { readonly routingKey: string; readonly exchange: string | undefined }
    | { readonly inbox: string; readonly place: string };
  /** By this the one who waits for the settlement hears of it; as long as it may be needed. */
  tag?: string;
  refusals?: number;
  /** It is sent once more, and the server may already have it. */
  onSentAgain?: () => void;
  /** How many queues took it, and how many of them have to see it settled. */
  onConfirmed: (queues: number, work: number) => void;
  onFailed: (error: unknown) => void;
};
