/** Descriptions come from other programs: what is not in their form is passed over, and the rest is put into one order. */
import type { OperationDescription, QueueDescription, ServiceDescription } from '../service/description.ts';

const KINDS: readonly unknown[] = ['rpc', 'command', 'event'];

export function orderedServices(services: readonly ServiceDescription[]): ServiceDescription[] {
  const readable = services.filter((service) => isText(service.name)).map(readableService);
  return readable.sort(byName);
}

function readableService({ name, version, description, operations, queues }: ServiceDescription): ServiceDescription {
  return {
    name,
    ...textOr('version', version),
    ...textOr('description', description),
    operations: listOf(operations).filter(isOperation).map(readableOperation).sort(byName),
    queues: listOf(queues).filter(isQueue).sort(byName),
  };
}

const isOperation = ({ name, kind, route, queue }: OperationDescription): boolean =>
  isText(name) && KINDS.includes(kind) && isText(route) && isText(queue);

function readableOperation(operation: OperationDescription): OperationDescription {
  const { description, to, timeoutMs, attempts, body, result, ...rest } = operation;
  return {
    ...rest,
    ...textOr('description', description),
    ...textOr('to', to),
    ...(isCount(timeoutMs) && { timeoutMs }),
    ...(isCount(attempts) && { attempts }),
    ...(isObject(body) && { body }),
    ...(isObject(result) && { result }),
    isText: rest.isText === true,
    idempotent: rest.idempotent === true,
  };
}

const isQueue = ({ name, kind, patterns }: QueueDescription): boolean =>
  isText(name) && KINDS.includes(kind) && listOf(patterns).every(isText);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const listOf = <Item extends object | string>(value: readonly Item[]): Item[] =>
  Array.isArray(value) ? value.filter((item) => item !== null && item !== undefined) : [];
const textOr = <Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } =>
  (isText(value) ? { [name]: value } : {}) as { readonly [key in Name]?: string };

/** By code points, so that the order is the same everywhere. */
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : Number(a.name > b.name);
