/**
 * Service classes. A method decorator remembers the operation by its method, so nothing is read from types or metadata at
 * run time; `@service` collects them from the class and those it extends. Put the operation's decorator first (outermost):
 * another one around it would hide the method it marked.
 */
import { MillraceError } from '../../kernel/errors.ts';
import { defineOperations, type Handler, type ServiceDefinition, type ServiceOptions } from './definition.ts';
import type { Operation } from './operation.ts';
import type { Lifespan, ServedService } from './served-service.ts';

const operationsByMethod = new WeakMap<object, Operation>();
const definitionsByClass = new WeakMap<object, ServiceDefinition>();

export function markMethod(method: object, operation: Operation): void {
  operationsByMethod.set(method, operation);
}

type Class = abstract new (...parts: never[]) => object;

/** The class is a service with this name. Throws `bus.invalid-service` for what cannot be one. */
export function service(
  name: string,
  options: ServiceOptions = {},
): (class_: Class, context: ClassDecoratorContext) => void {
  return (class_) => {
    definitionsByClass.set(class_, defineOperations(name, operationsOf(class_.prototype), options));
  };
}

/** The definition of a service class. Throws `bus.invalid-service` for any other class. */
export function definitionOf(class_: Class): ServiceDefinition {
  for (let tried: unknown = class_; typeof tried === 'function'; tried = Object.getPrototypeOf(tried)) {
    const found = definitionsByClass.get(tried);
    if (found !== undefined) return found;
  }
  throw new MillraceError('bus.invalid-service', { service: class_.name, problem: 'the class has no @service' });
}

/** An instance of a service class as it is served. */
export function servedInstance(instance: object): ServedService {
  const definition = definitionOf(instance.constructor as Class);
  const lifespan = instance as Lifespan & Partial<AsyncDisposable & Disposable>;
  const methods = instance as Readonly<Record<string, Handler>>;
  return {
    definition,
    handlerOf: (operation) => (message) => methods[operation]?.(message),
    start: async (app) => lifespan.onStart?.(app),
    stop: async () => {
      await lifespan.onStop?.();
      await lifespan[Symbol.asyncDispose]?.();
      lifespan[Symbol.dispose]?.();
    },
  };
}

/** Those of the class itself go before those of the classes it extends. */
function operationsOf(prototype: object): Map<string, Operation> {
  const operations = new Map<string, Operation>();
  for (let level: object | null = prototype; level !== null; level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const operation = typeof value === 'function' ? operationsByMethod.get(value) : undefined;
      if (operation !== undefined && !operations.has(name)) operations.set(name, operation);
    }
  }
  return operations;
}
