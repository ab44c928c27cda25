/**
 * The words a service is written in: `rpc`, `command` and `on`. With a handler behind the options they make an operation
 * for `defineService`; without one they decorate a method, or declare an operation that somebody else serves.
 */
import { markMethod } from './decorators.ts';
import type { Cmd, Evt, Rpc } from './incoming.ts';
import {
  type CommandOptions,
  type EventOptions,
  type Operation,
  type OperationOptions,
  parseOperation,
  type RpcOptions,
} from './operation.ts';
import type { InputOf, OutputOf, Schema } from './schema.ts';

/** An operation together with its handler's type: what `defineService` takes, and clients read. */
export type Served<Message, Result> = {
  readonly operation: Operation;
  readonly run: (message: Message) => Result;
};

type Method<Message, Result> = (this: never, message: Message) => Result;
type Items<Result> = AsyncIterable<Result>;
type Answer<Result extends Schema | undefined> = Result extends Schema
  ? InputOf<Result> | Promise<InputOf<Result>> | Items<InputOf<Result>>
  : unknown;

/** Decorates a method with this parameter and result; also the declaration of an operation that others serve. */
export type Declared<Message, Result, Out = Result> = {
  (method: Method<Message, Result>, context: ClassMethodDecoratorContext): void;
  readonly operation: Operation;
  /** Only for the compiler. */
  readonly declares?: (message: Message) => Out;
};

type Reply<Result extends Schema | undefined> = Promise<Result extends Schema ? OutputOf<Result> : unknown>;
type Work = unknown;

export function rpc<
  Template extends string,
  Body extends Schema | undefined = undefined,
  Result extends Schema | undefined = undefined,
  To extends string = never,
>(
  route: Template,
  options?: RpcOptions<Template, Body, Result, To>,
): Declared<Rpc<Template, Body>, Answer<Result>, Reply<Result>>;
export function rpc<
  Out extends Answer<Result>,
  Template extends string,
  Body extends Schema | undefined = undefined,
  Result extends Schema | undefined = undefined,
  To extends string = never,
>(
  route: Template,
  options: RpcOptions<Template, Body, Result, To>,
  handler: (message: Rpc<Template, Body>) => Out,
): Served<Rpc<Template, Body>, Out>;
export function rpc(route: string, options: OperationOptions = {}, handler?: (message: never) => unknown): unknown {
  return made(parseOperation('rpc', route, options), handler);
}

export function command<
  Template extends string,
  Body extends Schema | undefined = undefined,
  To extends string = never,
>(route: Template, options?: CommandOptions<Template, Body, To>): Declared<Cmd<Template, Body>, Work, Promise<void>>;
export function command<
  Template extends string,
  Body extends Schema | undefined = undefined,
  To extends string = never,
>(
  route: Template,
  options: CommandOptions<Template, Body, To>,
  handler: (message: Cmd<Template, Body>) => Work,
): Served<Cmd<Template, Body>, Work>;
export function command(route: string, options: OperationOptions = {}, handler?: (message: never) => unknown): unknown {
  return made(parseOperation('command', route, options), handler);
}

export function on<Template extends string, Body extends Schema | undefined = undefined, To extends string = never>(
  topic: Template,
  options?: EventOptions<Template, Body, To>,
): Declared<Evt<Template, Body>, Work, never>;
export function on<Template extends string, Body extends Schema | undefined = undefined, To extends string = never>(
  topic: Template,
  options: EventOptions<Template, Body, To>,
  handler: (message: Evt<Template, Body>) => Work,
): Served<Evt<Template, Body>, Work>;
export function on(topic: string, options: OperationOptions = {}, handler?: (message: never) => unknown): unknown {
  return made(parseOperation('event', topic, options), handler);
}

function made(operation: Operation, handler: ((message: never) => unknown) | undefined): unknown {
  if (handler !== undefined) return { operation, run: handler };
  const decorate = (method: object): void => markMethod(method, operation);
  return Object.assign(decorate, { operation });
}
