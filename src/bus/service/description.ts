/** What an app says of itself when somebody asks who is there: its services, their operations, queues and schemas. */
import type { AppParts } from './app-parts.ts';
import type { ServiceDefinition } from './definition.ts';
import type { OperationKind } from './incoming.ts';
import { DEFAULT_RETRY } from './operation.ts';
import { jsonSchemaOf } from './schema.ts';
import { patternsOf, queuePlans } from './serve-service.ts';

export type OperationDescription = {
  readonly name: string;
  readonly kind: OperationKind;
  readonly route: string;
  readonly queue: string;
  readonly description?: string;
  /** JSON Schemas, where the schema's library can say them. */
  readonly body?: object;
  readonly result?: object;
  readonly isText: boolean;
  readonly to?: string;
  readonly idempotent: boolean;
  readonly timeoutMs?: number;
  readonly attempts?: number;
};

export type QueueDescription = {
  readonly name: string;
  readonly kind: OperationKind;
  readonly patterns: readonly string[];
  readonly waiting: number;
  readonly running: number;
};

export type ServiceDescription = {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly operations: readonly OperationDescription[];
  readonly queues: readonly QueueDescription[];
};

export type AppDescription = { readonly app: string; readonly services: readonly ServiceDescription[] };

type Load = readonly { readonly queue: string; readonly waiting: number; readonly running: number }[];

export const describeApp = (
  { id }: Pick<AppParts, 'id'>,
  { definitions, load }: { readonly definitions: readonly ServiceDefinition[]; readonly load: Load },
): AppDescription => ({ app: id, services: definitions.map((definition) => describeService(definition, load)) });

export function describeService(definition: ServiceDefinition, load: Load = []): ServiceDescription {
  const { name, version, description } = definition;
  const plans = queuePlans(definition);
  const queues = plans.map((plan): QueueDescription => {
    const { waiting = 0, running = 0 } = load.find(({ queue }) => queue === plan.queue) ?? {};
    return { name: plan.queue, kind: plan.kind, patterns: patternsOf(name, plan), waiting, running };
  });
  const queueOf = (operation: string): string =>
    plans.find(({ operations: planned }) => planned.some(([one]) => one === operation))?.queue ?? '';
  const operations = [...definition.operations.keys()].map((operation) =>
    describeOperation(definition, { operation, queue: queueOf(operation) }),
  );
  return { name, ...(version && { version }), ...(description && { description }), operations, queues };
}

function describeOperation(
  { operations, retry }: ServiceDefinition,
  { operation: name, queue }: { readonly operation: string; readonly queue: string },
): OperationDescription {
  const operation = operations.get(name);
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  const { kind, route, description, to, idempotent = false, timeoutMs, isText } = operation;
  const body = jsonSchemaOf(operation.body, 'input');
  const result = jsonSchemaOf(operation.result, 'output');
  const { attempts } = { ...DEFAULT_RETRY, ...retry, ...operation.retry };
  return {
    ...{ name, kind, route: route.template, queue, isText, idempotent },
    ...(description !== undefined && { description }),
    ...(body && { body }),
    ...(result && { result }),
    ...(to !== undefined && { to }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(kind !== 'rpc' && { attempts }),
  };
}
