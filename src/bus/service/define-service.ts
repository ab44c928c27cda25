/** Services without decorators, and the declaration of services that somebody else serves, in whatever language. */
import { MillraceError } from '../../kernel/errors.ts';
import { servedInstance } from './decorators.ts';
import { defineOperations, type Handler, type ServiceDefinition, type ServiceOptions } from './definition.ts';
import type { Operation } from './operation.ts';
import type { Declared, Served } from './rpc.ts';
import type { Lifespan, ServedService } from './served-service.ts';

export type Operations = Readonly<Record<string, Served<never, unknown>>>;
export type Declarations = Readonly<Record<string, Pick<Declared<never, never, unknown>, 'operation' | 'declares'>>>;

export type DefinedService<Ops extends Operations = Operations> = {
  readonly definition: ServiceDefinition;
  readonly operations: Ops;
  readonly lifespan: Lifespan;
};

export type DeclaredService<Ops extends Declarations = Declarations> = {
  readonly definition: ServiceDefinition;
  readonly declarations: Ops;
};

/** Throws `bus.invalid-service`. */
export function defineService<const Ops extends Operations>(
  name: string,
  operations: Ops,
  { onStart, onStop, ...options }: ServiceOptions & Lifespan = {},
): DefinedService<Ops> {
  const lifespan = { ...(onStart && { onStart }), ...(onStop && { onStop }) };
  return { definition: defineOperations(name, operationsOf(operations), options), operations, lifespan };
}

/** Routes and schemas of a service elsewhere; its client checks what it sends and what it gets. Throws `bus.invalid-service`. */
export function declareService<const Ops extends Declarations>(
  name: string,
  declarations: Ops,
  options: ServiceOptions = {},
): DeclaredService<Ops> {
  return { definition: defineOperations(name, operationsOf(declarations), options), declarations };
}

/** What an app serves: an instance of a service class, or a defined service. */
export function servedOf(service: object): ServedService {
  if (!isDefined(service)) return servedInstance(service);
  const { definition, operations, lifespan } = service;
  return {
    definition,
    handlerOf: (name) => handlerIn(definition, operations[name]),
    start: async (app) => lifespan.onStart?.(app),
    stop: async () => lifespan.onStop?.(),
  };
}

const isDefined = (service: object): service is DefinedService => 'definition' in service && 'operations' in service;

function handlerIn({ name: service }: ServiceDefinition, served: Operations[string] | undefined): Handler {
  if (served === undefined) throw new MillraceError('bus.invalid-service', { service, problem: 'it lacks a handler' });
  return served.run as Handler;
}

const operationsOf = (declared: Readonly<Record<string, { readonly operation: Operation }>>): Map<string, Operation> =>
  new Map(Object.entries(declared).map(([name, { operation }]) => [name, operation]));
