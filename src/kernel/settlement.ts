/** What a handler answers, of a job or of a message: it does not throw to steer. An exception is a surprise and counts as `fail`. */
export type Settlement =
  | { readonly kind: 'done'; readonly outcome: string; readonly output?: Readonly<Record<string, unknown>> }
  /** A BPMN error: the process catches it by its code. A job that belongs to no process is dead. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly message?: string;
      readonly output?: Readonly<Record<string, unknown>>;
    }
  /** Tried again with backoff, until the attempts are used up. */
  | { readonly kind: 'fail'; readonly error: string }
  /** Again later; costs no attempt. */
  | { readonly kind: 'snooze'; readonly delayMs: number }
  /** Never again. */
  | { readonly kind: 'discard'; readonly reason: string };

export const done = (outcome = 'done', output?: Readonly<Record<string, unknown>>): Settlement =>
  made(output === undefined ? { kind: 'done', outcome } : { kind: 'done', outcome, output });
export const error = (
  code: string,
  rest: { readonly message?: string; readonly output?: Readonly<Record<string, unknown>> } = {},
): Settlement => made({ kind: 'error', code, ...rest });
export const fail = (error: string): Settlement => made({ kind: 'fail', error });
export const snooze = (delay: { readonly delayMs: number }): Settlement => made({ kind: 'snooze', ...delay });
export const discard = (reason: string): Settlement => made({ kind: 'discard', reason });

/** Whether a handler that may also return a result of its own has answered with a settlement. */
export const isSettlement = (value: unknown): value is Settlement => value instanceof Answer;

/**
 * Those made here are known by their class: a result may look like a settlement and be none. (A WeakSet that knows them
 * cost a worker a tenth of its time, most of it in the garbage collector.)
 */
class Answer {
  readonly kind: Settlement['kind'];

  constructor({ kind, ...rest }: Settlement) {
    this.kind = kind;
    Object.assign(this, rest);
  }
}

const made = (settlement: Settlement): Settlement => new Answer(settlement) as Settlement;
