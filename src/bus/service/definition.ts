/**
 * A service: a name, its operations by name, and what they share. It is written as a class with decorators
 * (decorators.ts), or without them by `defineService`; a service in another language is declared by `declareService`.
 */
import { MillraceError } from '../../kernel/errors.ts';
import type { AnyIncoming } from './incoming.ts';
import { countProblems, type Middleware, type Operation, type RetryPolicy } from './operation.ts';

export type Handler = (message: AnyIncoming) => unknown;

export type ServiceOptions = {
  readonly description?: string;
  readonly version?: string;
  /** Handlers of one queue that run at once, in this process. Default: {@link DEFAULT_CONCURRENCY}. */
  readonly concurrency?: number;
  readonly retry?: Partial<RetryPolicy>;
  readonly use?: readonly Middleware[];
};

export type ServiceDefinition = ServiceOptions & {
  readonly name: string;
  readonly operations: ReadonlyMap<string, Operation>;
};

/** A word of a routing key, and the first part of its queues' names. */
const NAME = /^[A-Za-z][\w-]{0,99}$/;

/** Throws `bus.invalid-service`. */
export function defineOperations(
  name: string,
  operations: ReadonlyMap<string, Operation>,
  options: ServiceOptions,
): ServiceDefinition {
  const problem = [
    ...(NAME.test(name) ? [] : ['its name is not a word of letters, digits, - and _']),
    ...(operations.size > 0 ? [] : ['it has no operations']),
    ...[...operations.keys()].filter((key) => !NAME.test(key)).map((key) => `"${key}" is not a name for an operation`),
    ...countProblems({ concurrency: options.concurrency }),
    ...ambiguities(operations),
  ];
  if (problem.length > 0)
    throw new MillraceError('bus.invalid-service', { service: name, problem: problem.join('; ') });
  return { ...options, name, operations };
}

/** Two routes that mean the same paths: which one is asked could not be told. */
function ambiguities(operations: ReadonlyMap<string, Operation>): string[] {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, { kind, route }] of operations) {
    if (kind === 'event') continue;
    const key = `${kind} ${route.pattern}`;
    const other = seen.get(key);
    if (other !== undefined) problems.push(`"${other}" and "${name}" have routes that mean the same paths`);
    seen.set(key, name);
  }
  return problems;
}
