/**
 * Typed clients without generated code. `client<FocusServer>(app, 'focus')` needs only the type of the class; a client of a
 * declared service also checks what it sends and what it gets.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { JSON_CONTENT, TEXT_CONTENT } from '../broker.ts';
import { jsonText } from '../envelope.ts';
import type { App } from './app-type.ts';
import { definitionOf } from './decorators.ts';
import type { DeclaredService, DefinedService } from './define-service.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Incoming, OperationKind } from './incoming.ts';
import type { Operation } from './operation.ts';
import type { CallOptions, Question } from './question.ts';
import { type Reply, replyFrom, replyOf } from './reply.ts';
import { type Params, type ParamsOf, writeParams } from './route.ts';
import type { Served } from './rpc.ts';
import { check, type InputOf, type Schema } from './schema.ts';

type Field<Name extends string, Value, IsNeeded extends boolean> = IsNeeded extends true
  ? { readonly [Key in Name]: Value }
  : { readonly [Key in Name]?: Value };
type Input<Route extends string, Body extends Schema | undefined> = Field<
  'params',
  ParamsOf<Route>,
  keyof ParamsOf<Route> extends never ? false : true
> &
  Field<'body', InputOf<Body>, Body extends Schema ? true : false>;
type Arguments<Route extends string, Body extends Schema | undefined> =
  Record<never, never> extends Input<Route, Body>
    ? [input?: Input<Route, Body>, options?: CallOptions]
    : [input: Input<Route, Body>, options?: CallOptions];

/** Streams are read, calls are awaited, commands are confirmed. */
type ResultOf<Kind extends OperationKind, Out> = Kind extends 'command'
  ? Promise<void>
  : [Out] extends [never]
    ? Promise<never>
    : [Out] extends [AsyncIterable<infer Item>]
      ? AsyncIterable<Item>
      : Promise<Awaited<Out>>;

type MethodOf<Handler> = Handler extends (message: infer Message) => infer Out
  ? Message extends Incoming<infer Kind, infer Route, infer Body>
    ? Kind extends 'event'
      ? never
      : (...args: Arguments<Route, Body>) => ResultOf<Kind, Out>
    : never
  : never;

type HandlersIn<Service> =
  Service extends DefinedService<infer Ops>
    ? { [Name in keyof Ops]: Ops[Name] extends Served<infer Message, infer Out> ? (message: Message) => Out : never }
    : Service extends DeclaredService<infer Ops>
      ? {
          [Name in keyof Ops]: Ops[Name] extends { readonly declares?: infer Handler } ? NonNullable<Handler> : never;
        }
      : Service;

/** Only what decorators or `defineService` made operations of; everything else of the class vanishes. */
export type Client<Service> = {
  readonly [Name in keyof HandlersIn<Service> as MethodOf<HandlersIn<Service>[Name]> extends never
    ? never
    : Name]: MethodOf<HandlersIn<Service>[Name]>;
};

export function client<Service extends object>(app: App, name: string): Client<Service>;
export function client<Service extends DefinedService | DeclaredService>(app: App, service: Service): Client<Service>;
/** By the class itself the client also knows the schemas, timeouts and what is idempotent. */
export function client<Class extends abstract new (...parts: never[]) => object>(
  app: App,
  service: Class,
): Client<InstanceType<Class>>;
export function client(app: App, given: string | DefinedService | DeclaredService | ServiceClass): unknown {
  const definition = definitionIn(given);
  const name = typeof given === 'string' ? given : (definition?.name ?? '');
  const methods = new Map<string, Method>(Object.entries(app.direct.of(name) ?? {}));
  if (definition !== undefined) {
    for (const operation of definition.operations.keys()) {
      if (!methods.has(operation)) methods.set(operation, methodOf(app, name, { operation, definition }));
    }
    return Object.freeze(Object.fromEntries(methods));
  }
  return new Proxy(Object.freeze(Object.create(null)), {
    get: (_, key) => {
      if (typeof key !== 'string' || key === 'then') return undefined;
      const known = methods.get(key);
      if (known !== undefined) return known;
      const method = methodOf(app, name, { operation: key, definition });
      methods.set(key, method);
      return method;
    },
  });
}

const NO_INPUT = {};

type ServiceClass = abstract new (...parts: never[]) => object;

function definitionIn(given: string | DefinedService | DeclaredService | ServiceClass): ServiceDefinition | undefined {
  if (typeof given === 'string') return undefined;
  return typeof given === 'function' ? definitionOf(given) : given.definition;
}

type AnyInput = { readonly params?: Params; readonly body?: unknown };
type Method = (input?: AnyInput, options?: CallOptions) => unknown;

function methodOf(
  app: App,
  service: string,
  { operation: name, definition }: { readonly operation: string; readonly definition: ServiceDefinition | undefined },
): Method {
  if (definition === undefined) {
    const asked = { service, operation: name, address: `${service}.${name}` };
    return (input = NO_INPUT, options) => app.caller.ask(openQuestion(asked, input), options);
  }
  const operation = definition.operations.get(name);
  if (operation === undefined || operation.kind === 'event') {
    const error = new MillraceError('bus.unknown-route', { service, route: name });
    return () => replyFrom(Promise.reject(error));
  }
  return (input = {}, options) => askChecked(app, { service, name, operation }, { input, options });
}

/** What is asked where only the names are known; the service checks it. */
function openQuestion(
  { service, operation, address }: Pick<Question, 'service' | 'operation' | 'address'>,
  { params, body }: AnyInput,
): Question {
  const headers: Record<string, string> = {};
  if (params !== undefined) for (const [name, value] of Object.entries(params)) headers[name] = String(value);
  return { service, operation, address, kind: undefined, headers, body: jsonText(operation, body ?? null) };
}

type Known = { readonly service: string; readonly name: string; readonly operation: Operation };

function askChecked(
  app: App,
  known: Known,
  { input, options }: { readonly input: AnyInput; readonly options: CallOptions | undefined },
): Reply<unknown> {
  const { idempotent = false, timeoutMs } = known.operation;
  const own = { idempotent, ...(timeoutMs !== undefined && { timeoutMs }), ...options };
  const asking = question(known, input).then((asked) => ({ answer: app.caller.ask(asked, own) }));
  const answered = asking.then(({ answer }) => answer).then((value) => checkedResult(known, value));
  return replyOf(answered, () => checkedItems(known, asking));
}

async function* checkedItems(known: Known, asking: Promise<{ readonly answer: Reply<unknown> }>) {
  for await (const item of (await asking).answer) yield checkedResult(known, item);
}

async function question({ service, name, operation }: Known, { params = {}, body }: AnyInput): Promise<Question> {
  const { kind, route, isText } = operation;
  const headers = writeParams(route, params);
  if (operation.body !== undefined) {
    const checked = await check(operation.body, body);
    if (!('value' in checked)) {
      throw new MillraceError('bus.invalid-body', { service, operation: name, problems: checked.problems.join('; ') });
    }
  }
  const asked = { service, operation: name, address: `${service}.${name}`, kind, headers };
  if (isText) return { ...asked, body: String(body), contentType: TEXT_CONTENT };
  return { ...asked, body: jsonText(name, body ?? null), contentType: JSON_CONTENT };
}

async function checkedResult({ service, name, operation }: Known, value: unknown): Promise<unknown> {
  if (operation.result === undefined) return value;
  const checked = await check(operation.result, value);
  if ('value' in checked) return checked.value;
  throw new MillraceError('bus.invalid-result', { service, operation: name, problems: checked.problems.join('; ') });
}
