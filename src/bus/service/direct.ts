/** Calls in place: to services of the same app, checked like any other, without a broker and without copies. */
import { MillraceError } from '../../kernel/errors.ts';
import type { AppParts } from './app-parts.ts';
import { type CallContext, currentCall } from './call-context.ts';
import { Cancellation } from './cancellation.ts';
import type { ServedService } from './definition.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './operation.ts';
import { type Performer, perform } from './perform.ts';
import type { CallOptions } from './question.ts';
import { type Params, writeParams } from './route.ts';
import { check } from './schema.ts';
import { performersOf } from './serve-service.ts';

const NO_HEADERS = {};
const NO_TRACE = {};

export class DirectServices {
  readonly #app: AppParts;
  readonly #performers = new Map<string, ReadonlyMap<string, Performer>>();

  constructor(services: readonly ServedService[], app: AppParts) {
    this.#app = app;
    for (const served of services) {
      const rpcs = [...served.definition.operations].filter(([, { kind }]) => kind === 'rpc');
      this.#performers.set(served.definition.name, performersOf(app, served, rpcs));
    }
  }

  /** The call's performer, if it is served here and calls are direct. */
  find(service: string, operation: string): Performer | undefined {
    return this.#performers.get(service)?.get(operation);
  }

  /** Runs under the caller's deadline and signal. What the handler throws, the caller gets as it is. */
  async run(
    performer: Performer,
    { params = {}, body }: { readonly params?: Params; readonly body?: unknown },
    options: CallOptions = {},
  ): Promise<unknown> {
    const { operation, service, name } = performer;
    if (operation.route.name !== operation.route.template) writeParams(operation.route, params);
    const checking = check(operation.body, body);
    const checked = checking instanceof Promise ? await checking : checking;
    if (!('value' in checked)) {
      throw new MillraceError('bus.invalid-body', { service, operation: name, problems: checked.problems.join('; ') });
    }
    const message = { id: options.id ?? this.#app.nextId(), routingKey: name, headers: NO_HEADERS, at: 0 };
    const performed = { message, attempt: 1, context: this.#context(options) };
    return perform(performer, performed, { params, body: checked.value });
  }

  #context({ timeoutMs = DEFAULT_CALL_TIMEOUT_MS, signal }: CallOptions): CallContext {
    const own = this.#app.clock.now() + timeoutMs;
    const outer = currentCall();
    const cancellation = new Cancellation();
    signal?.addEventListener('abort', () => cancellation.abort(signal.reason), { once: true });
    outer?.cancellation.onAbort((reason) => cancellation.abort(reason));
    return { deadline: Math.min(own, outer?.deadline ?? own), cancellation, trace: outer?.trace ?? NO_TRACE };
  }
}
