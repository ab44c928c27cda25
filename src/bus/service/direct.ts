/** Calls in place: to services of the same app, checked like any other, without a broker and without copies. */
import type { Instant } from '../../kernel/clock.ts';
import { MillraceError } from '../../kernel/errors.ts';
import type { AppParts } from './app-parts.ts';
import type { DirectCall } from './app-type.ts';
import { type CallContext, currentCall, runInCall } from './call-context.ts';
import { Cancellation } from './cancellation.ts';
import type { AnyIncoming } from './incoming.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './operation.ts';
import type { Performer } from './perform.ts';
import type { CallOptions } from './question.ts';
import { type Params, writeParams } from './route.ts';
import { check } from './schema.ts';
import { performersOf } from './serve-service.ts';
import type { ServedService } from './served-service.ts';

type Input = NonNullable<Parameters<DirectCall>[0]>;

const NO_HEADERS = {};
const NO_PARAMS = {};
const NO_TRACE = {};

export class DirectServices {
  readonly #calls = new Map<string, Readonly<Record<string, DirectCall>>>();

  constructor(services: readonly ServedService[], app: AppParts) {
    for (const served of services) {
      const rpcs = [...served.definition.operations].filter(([, { kind }]) => kind === 'rpc');
      const performers = performersOf(app, served, rpcs);
      const calls = Array.from(performers, ([name, performer]) => [name, directCall(app, performer)] as const);
      this.#calls.set(served.definition.name, Object.fromEntries(calls));
    }
  }

  /** The calls of a service that is served here, if calls are direct. */
  of(service: string): Readonly<Record<string, DirectCall>> | undefined {
    return this.#calls.get(service);
  }
}

/** What the handler throws, the caller gets as it is. Without options it runs under the deadline and signal of its caller. */
function directCall(app: AppParts, performer: Performer): DirectCall {
  const { operation, service, name, run } = performer;
  const { route } = operation;
  const hasParams = route.name !== route.template;
  const runChecked = (params: Params, body: unknown, options: CallOptions | undefined): unknown => {
    const message = new DirectIncoming(app, { params, body, routingKey: name, id: options?.id });
    return options === undefined ? run(message) : runInCall(contextOf(app, options), () => run(message));
  };
  const call = ({ params = NO_PARAMS, body }: Input, options: CallOptions | undefined): unknown => {
    if (hasParams) writeParams(route, params);
    const checked = check(operation.body, body);
    if (checked instanceof Promise) {
      return checked.then((later) => runChecked(params, bodyIn(later), options));
    }
    return runChecked(params, bodyIn(checked), options);
  };
  const bodyIn = (checked: Awaited<ReturnType<typeof check>>): unknown => {
    if ('value' in checked) return checked.value;
    throw new MillraceError('bus.invalid-body', { service, operation: name, problems: checked.problems.join('; ') });
  };
  return (input = {}, options) => {
    try {
      const result = call(input, options);
      return isAwaited(result) ? result : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/** A promise or a stream is given to the caller as it is. */
const isAwaited = (result: unknown): boolean =>
  result instanceof Promise || (typeof result === 'object' && result !== null && Symbol.asyncIterator in result);

function contextOf(app: AppParts, { timeoutMs = DEFAULT_CALL_TIMEOUT_MS, signal }: CallOptions): CallContext {
  const own = app.clock.now() + timeoutMs;
  const outer = currentCall();
  const cancellation = new Cancellation();
  if (signal?.aborted) cancellation.abort(signal.reason);
  signal?.addEventListener('abort', () => cancellation.abort(signal.reason), { once: true });
  outer?.cancellation.onAbort((reason) => cancellation.abort(reason));
  return { deadline: Math.min(own, outer?.deadline ?? own), cancellation, trace: outer?.trace ?? NO_TRACE };
}

/** Works out what few handlers ask for only when they do. */
class DirectIncoming implements AnyIncoming {
  readonly params: Params;
  readonly body: unknown;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, string>> = NO_HEADERS;
  readonly attempt = 1;
  readonly #app: AppParts;
  #id: string | undefined;

  constructor(
    app: AppParts,
    { params, body, routingKey, id }: Pick<AnyIncoming, 'params' | 'body' | 'routingKey'> & { id: string | undefined },
  ) {
    this.params = params;
    this.body = body;
    this.routingKey = routingKey;
    this.#app = app;
    this.#id = id;
  }

  get id(): string {
    this.#id ??= this.#app.nextId();
    return this.#id;
  }

  get at(): Instant {
    return this.#app.clock.now();
  }

  get deadline(): Instant {
    return currentCall()?.deadline ?? Number.POSITIVE_INFINITY;
  }

  get signal(): AbortSignal {
    return (currentCall()?.cancellation ?? new Cancellation()).signal;
  }
}
