/** Carries one operation out: reads parameters and body, checks them, and runs the handler inside its middleware. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { Unit } from '../../store/unit.ts';
import type { Message } from '../broker.ts';
import { unwrapCloudEvent } from '../cloud-event.ts';
import { isJsonContent, jsonValue } from '../envelope.ts';
import { type CallContext, runInCall } from './call-context.ts';
import type { Cancellation } from './cancellation.ts';
import type { Handler } from './definition.ts';
import type { AnyIncoming } from './incoming.ts';
import type { Middleware, Operation } from './operation.ts';
import { type Params, readParams } from './route.ts';
import { type Checked, check } from './schema.ts';
import type { Tracing } from './tracing.ts';

/** An operation with everything that runs it. */
export type Performer = {
  readonly service: string;
  readonly name: string;
  readonly operation: Operation;
  /** The handler inside of its middleware. */
  readonly run: Handler;
  readonly tracing: Tracing | undefined;
};

export type Performed = {
  readonly message: Pick<Message, 'id' | 'routingKey' | 'headers' | 'at'>;
  readonly attempt: number;
  readonly context: CallContext;
  readonly intake?: Unit;
};

export type Input = { readonly params: Params; readonly body: unknown; readonly headers: Message['headers'] };

/**
 * A message as its operation wants it; a promise only if its schema needs one. Throws `bus.invalid-params`, `bus.not-text`,
 * `bus.not-json` or `bus.invalid-body`, and for CloudEvents `bus.invalid-cloud-event` or `bus.cloud-event-batch`.
 */
export function read(
  { service, name, operation }: Performer,
  received: Message,
  texts: Readonly<Record<string, string>> | undefined,
): Input | Promise<Input> {
  const message = unwrapCloudEvent(received);
  const { headers } = message;
  const params = readParams(operation.route, texts ?? headers);
  if (operation.body === undefined) return { params, body: undefined, headers };
  if (message.isGarbled) throw new MillraceError('bus.not-text', { id: message.id });
  const take = (checked: Checked): Input => {
    if ('value' in checked) return { params, body: checked.value, headers };
    throw new MillraceError('bus.invalid-body', { service, operation: name, problems: checked.problems.join('; ') });
  };
  const checking = check(operation.body, operation.isText ? textOf(message) : jsonValue(message));
  return checking instanceof Promise ? checking.then(take) : take(checking);
}

/** A text may also come as a JSON string, which is what a sender makes who does not know the route. */
function textOf(message: Message): unknown {
  const isJson = message.contentType !== undefined && isJsonContent(message.contentType);
  return isJson ? jsonValue(message) : message.body;
}

/** Runs the handler: answers what it answers, a value or a promise, and throws what it throws. */
export function perform(performer: Performer, performed: Performed, input: Input): unknown {
  const { service, name, operation, tracing, run } = performer;
  const { context, message } = performed;
  const handed = new Handed(performed, input);
  const act = (): unknown => run(handed);
  if (tracing === undefined) return runInCall(context, act);
  const traced = { service, operation: name, kind: operation.kind, id: message.id };
  return tracing.serve(traced, message.headers, async () => runInCall(context, act));
}

/** The handler inside of its middleware. */
export function layersOf(handler: Handler, use: readonly Middleware[]): Handler {
  return use.reduceRight<Handler>((inner, layer) => (message) => layer(message, async () => inner(message)), handler);
}

/** Gives the signal only to those who ask for it. */
class Handed implements AnyIncoming {
  readonly params: Params;
  readonly body: unknown;
  readonly id: string;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: Instant;
  readonly attempt: number;
  readonly deadline: Instant;
  readonly intake?: Unit;
  readonly #cancellation: Cancellation;

  constructor({ message, attempt, context, intake }: Performed, input: Input) {
    this.params = input.params;
    this.body = input.body;
    this.id = message.id;
    this.routingKey = message.routingKey;
    this.headers = input.headers;
    this.at = message.at;
    this.attempt = attempt;
    this.deadline = context.deadline;
    if (intake !== undefined) this.intake = intake;
    this.#cancellation = context.cancellation;
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }
}
