/** What a handler answers: it does not throw to steer. An exception is a surprise and counts as `fail`. */
export type Settlement =
  | { readonly kind: 'done'; readonly outcome: string; readonly output?: Readonly<Record<string, unknown>> }
  /** Tried again with backoff, until the attempts are used up. */
  | { readonly kind: 'fail'; readonly error: string }
  /** Again later; costs no attempt. */
  | { readonly kind: 'snooze'; readonly delayMs: number }
  /** Never again. */
  | { readonly kind: 'discard'; readonly reason: string };

export const done = (outcome = 'done', output?: Readonly<Record<string, unknown>>): Settlement =>
  output === undefined ? { kind: 'done', outcome } : { kind: 'done', outcome, output };
export const fail = (error: string): Settlement => ({ kind: 'fail', error });
export const snooze = (delay: { readonly delayMs: number }): Settlement => ({ kind: 'snooze', ...delay });
export const discard = (reason: string): Settlement => ({ kind: 'discard', reason });
