/** What a handler passes on without saying so: calls it makes end no later than its own, and belong to the same trace. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Instant } from '../../kernel/clock.ts';
import type { Message } from '../broker.ts';
import type { Cancellation } from './cancellation.ts';

export type CallContext = {
  readonly deadline: Instant;
  readonly cancellation: Cancellation;
  /** W3C Trace Context: `traceparent` and `tracestate`, as they came. */
  readonly trace: Readonly<Record<string, string>>;
};

const contexts = new AsyncLocalStorage<CallContext>();

/** Of the handler that runs; undefined outside of any. */
export const currentCall = (): CallContext | undefined => contexts.getStore();

export const runInCall = <Result>(context: CallContext, act: () => Result): Result => contexts.run(context, act);

/** Of a message that is carried out. Its deadline may be renewed while it runs. */
export class RunContext implements CallContext {
  readonly trace: Readonly<Record<string, string>>;
  readonly #run: Running;

  constructor(run: Running) {
    this.#run = run;
    this.trace = traceIn(run.message.headers);
  }

  get deadline(): Instant {
    return this.#run.deadline;
  }

  get cancellation(): Cancellation {
    return this.#run.cancellation;
  }
}

type Running = {
  readonly message: Pick<Message, 'headers'>;
  readonly deadline: Instant;
  readonly cancellation: Cancellation;
};

const NO_TRACE = {};

export function traceIn(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { traceparent, tracestate } = headers;
  if (traceparent === undefined) return NO_TRACE;
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}
