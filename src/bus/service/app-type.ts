/** What an app offers to its services and to clients. */
import type { Service } from '../../kernel/lifecycle.ts';
import type { Broker } from '../broker.ts';
import type { ServiceDefinition } from './definition.ts';
import type { CallOptions, Question } from './question.ts';
import type { Reply } from './reply.ts';
import type { Params, ParamsOf } from './route.ts';

/** A call in place, to a service of the same app. */
export type DirectCall = (
  input?: { readonly params?: Params; readonly body?: unknown },
  options?: CallOptions,
) => unknown;

export type Emitted<Topic extends string> = {
  readonly body: unknown;
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
} & (keyof ParamsOf<Topic> extends never ? { readonly params?: undefined } : { readonly params: ParamsOf<Topic> });

export type App = Service & {
  readonly id: string;
  readonly broker: Broker;
  readonly services: readonly ServiceDefinition[];
  /** Tells everybody who listens to the topic; resolves at the broker's confirm. Throws `bus.invalid-params`. */
  emit<const Topic extends string>(topic: Topic, event: Emitted<Topic>): Promise<void>;
  /** What waits and runs, by queue. */
  load(): readonly { readonly queue: string; readonly waiting: number; readonly running: number }[];
  /** Only for clients. */
  readonly caller: {
    ask(question: Question, options?: CallOptions): Reply<unknown>;
    tell(question: Question, options?: CallOptions): Promise<void>;
  };
  readonly direct: { of(service: string): Readonly<Record<string, DirectCall>> | undefined };
};
