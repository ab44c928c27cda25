/**
 * An operation is what a service can be asked or told: an RPC that is answered, a command that is carried out, an event
 * that is listened to. It is data: route, schemas and policies, which the server, the client and the documents share.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { AnyIncoming, OperationKind } from './incoming.ts';
import { type ParamsOf, parseRoute, type Route, typedAs } from './route.ts';
import { plainText, type Schema } from './schema.ts';

/** Runs around every handler it is given to; `next` runs the rest and answers its result. */
export type Middleware = (message: AnyIncoming, next: () => Promise<unknown>) => Promise<unknown>;

/** How often a command or event is tried, and how long it waits in between: exponentially longer, with full jitter. */
export type RetryPolicy = { readonly attempts: number; readonly firstMs: number; readonly longestMs: number };

export const DEFAULT_RETRY: RetryPolicy = { attempts: 3, firstMs: 1_000, longestMs: 120_000 };
/** How long a caller waits for an answer, or for the next item of a stream. */
export const DEFAULT_CALL_TIMEOUT_MS = 5_000;
/** How long one attempt at a command or event may last. RabbitMQ itself ends a consumer after 30 minutes. */
export const DEFAULT_ATTEMPT_TIMEOUT_MS = 60_000;
export const DEFAULT_CONCURRENCY = 32;

type CommonOptions<Body extends Schema | undefined> = {
  /** Any Standard Schema; {@link plainText} for a body that is not JSON. Without it the body is left unread. */
  readonly body?: Body;
  /** One sentence for the documents. */
  readonly description?: string;
  /** Handlers of this operation that run at once, in this process. Default: no limit but that of its queue. */
  readonly concurrency?: number;
  readonly use?: readonly Middleware[];
  /** How long a caller waits, or one attempt may last. */
  readonly timeoutMs?: number;
};
/** Topic that a result goes to; its parameters are those of the route. A failure goes there too, with its code. */
type ResultTo<Template extends string, To extends string> = keyof ParamsOf<To> extends keyof ParamsOf<Template>
  ? { readonly to?: To }
  : { readonly to?: `${To}: has parameters that the route has not` };

export type RpcOptions<
  Template extends string,
  Body extends Schema | undefined,
  Result extends Schema | undefined,
  To extends string,
> = CommonOptions<Body> & {
  readonly result?: Result;
  /** Carried out twice it does no more than once: then it is asked again when a server or a connection was lost. */
  readonly idempotent?: boolean;
} & ResultTo<Template, To>;

type WorkOptions<Body extends Schema | undefined> = CommonOptions<Body> & {
  /** A queue of its own, `<service>.<queue>`, that scales by itself. */
  readonly queue?: string;
  readonly retry?: Partial<RetryPolicy>;
  /** A message id that was carried out is remembered so long, and a repeat is passed over. */
  readonly dedupMs?: number;
};
export type CommandOptions<
  Template extends string,
  Body extends Schema | undefined,
  To extends string,
> = WorkOptions<Body> & ResultTo<Template, To>;
export type EventOptions<Template extends string, Body extends Schema | undefined, To extends string> = CommandOptions<
  Template,
  Body,
  To
>;

/** Everything an operation may say, as read from its options. */
export type OperationOptions = WorkOptions<Schema | undefined> & {
  readonly result?: Schema | undefined;
  readonly idempotent?: boolean;
  readonly to?: string;
};

export type Operation = OperationOptions & {
  readonly kind: OperationKind;
  readonly route: Route;
  readonly topicTo: Route | undefined;
  readonly isText: boolean;
};

/** Throws `bus.invalid-route` or `bus.invalid-service`. */
export function parseOperation(kind: OperationKind, template: string, options: OperationOptions): Operation {
  const route = parseRoute(template, kind === 'event' ? '.' : '/');
  const topicTo = options.to === undefined ? undefined : typedAs(parseRoute(options.to, '.'), route);
  const known = new Set(namesIn(route));
  const unknown = topicTo === undefined ? [] : namesIn(topicTo).filter((name) => !known.has(name));
  const problem = [
    ...unknown.map((name) => `"to" has the parameter "${name}", which its route has not`),
    ...countProblems({ concurrency: options.concurrency, timeoutMs: options.timeoutMs, dedupMs: options.dedupMs }),
    ...countProblems({ 'retry.attempts': options.retry?.attempts, 'retry.firstMs': options.retry?.firstMs }),
    ...countProblems({ 'retry.longestMs': options.retry?.longestMs }),
  ];
  if (problem.length > 0)
    throw new MillraceError('bus.invalid-service', { service: template, problem: problem.join('; ') });
  return { ...options, kind, route, topicTo, isText: options.body === plainText };
}

/** Numbers that must be whole and at least one. */
export const countProblems = (counts: Readonly<Record<string, number | undefined>>): string[] =>
  Object.entries(counts)
    .filter(([, count]) => count !== undefined && !(Number.isSafeInteger(count) && count >= 1))
    .map(([name, count]) => `${name} is ${count}, not a whole number from 1`);

const namesIn = ({ segments }: Route): string[] =>
  segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
