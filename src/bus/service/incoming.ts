/** What a handler is given: the parameters and body that its route and schema promise, and what is known of the message. */
import type { Instant } from '../../kernel/clock.ts';
import type { Unit } from '../../store/unit.ts';
import type { ParamsOf } from './route.ts';
import type { OutputOf, Schema } from './schema.ts';

export type OperationKind = 'rpc' | 'command' | 'event';

declare const shape: unique symbol;

export type Incoming<Kind extends OperationKind, Route extends string, Body extends Schema | undefined> = {
  /** Only for the compiler: decorator, annotation and client must speak of the same route and schema. */
  readonly [shape]?: (of: readonly [Kind, Route, Body]) => readonly [Kind, Route, Body];
  readonly params: ParamsOf<Route>;
  readonly body: OutputOf<Body>;
  /** The same for every repeat. */
  readonly id: string;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: Instant;
  /** 1, and one more for each retry. */
  readonly attempt: number;
  /** Until then somebody waits for the answer, or this attempt may last. */
  readonly deadline: Instant;
  /** Aborts at the deadline, when the caller gives up, and when the app must end. */
  readonly signal: AbortSignal;
  /**
   * With a store and `dedupMs`: the parts that a handler merges into a unit of its own; then its writes happen exactly
   * once, however often the message comes.
   */
  readonly intake?: Unit;
};

export type Rpc<Route extends string, Body extends Schema | undefined = undefined> = Incoming<'rpc', Route, Body>;
export type Cmd<Route extends string, Body extends Schema | undefined = undefined> = Incoming<'command', Route, Body>;
export type Evt<Topic extends string, Body extends Schema | undefined = undefined> = Incoming<'event', Topic, Body>;
export type AnyIncoming = Omit<Incoming<OperationKind, string, Schema>, typeof shape | 'params' | 'body'> & {
  readonly params: Readonly<Record<string, string | number>>;
  readonly body: unknown;
};
