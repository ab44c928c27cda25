/** Which operation a message means, and with what parameters. */
import type { Message } from '../broker.ts';
import type { Operation } from './operation.ts';
import { matchRoute } from './route.ts';
import { header } from './wire.ts';

export type Dispatched = {
  readonly name: string;
  readonly operation: Operation;
  /** From the path or the routing key; undefined: they are in the headers. */
  readonly texts: Readonly<Record<string, string>> | undefined;
};
export type Dispatch = (message: Pick<Message, 'routingKey' | 'headers'>) => Dispatched | undefined;

type Named = readonly (readonly [name: string, operation: Operation])[];

/**
 * An operation of a service is named by the second word of the routing key (`focus.configure`) or by its path
 * (`focus.jobs.42.configure`); where the header `route` is there, by that: the operation's name, its route, its route
 * without parameters (`train_model`), or its path (`train_model/17`).
 */
export function dispatchCalls(service: string, operations: Named): Dispatch {
  const known = new Map<string, Dispatched>();
  const learn = (name: string, dispatched: Dispatched): void => {
    if (!known.has(name)) known.set(name, dispatched);
  };
  const own = operations.map(([name, operation]): Dispatched => ({ name, operation, texts: undefined }));
  for (const dispatched of own) learn(dispatched.name, dispatched);
  for (const dispatched of own) learn(dispatched.operation.route.template, dispatched);
  for (const dispatched of own) {
    const isOnly = own.filter(({ operation }) => operation.route.name === dispatched.operation.route.name).length === 1;
    if (isOnly) learn(dispatched.operation.route.name, dispatched);
  }
  const prefix = `${service}.`;
  return ({ routingKey, headers }) => {
    const route = headers[header.route];
    const rest = routingKey.startsWith(prefix) ? routingKey.slice(prefix.length) : '';
    return route === undefined
      ? (known.get(rest) ?? match(operations, rest.split('.')))
      : (known.get(route) ?? match(operations, route.split('/')));
  };
}

/** Events are named by their topic. More than one operation may match; the first one listens. */
export function dispatchEvents(operations: Named): Dispatch {
  return ({ routingKey }) => match(operations, routingKey.split('.'));
}

function match(operations: Named, words: readonly string[]): Dispatched | undefined {
  for (const [name, operation] of operations) {
    const texts = matchRoute(operation.route, words);
    if (texts !== undefined) return { name, operation, texts };
  }
  return undefined;
}
