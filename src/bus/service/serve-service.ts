/** Opens the queues of a service, each a scope of its own, and closes them when the app drains. */
import { type Service, ServiceStack, service } from '../../kernel/lifecycle.ts';
import { EVENTS_EXCHANGE } from '../broker.ts';
import type { AppParts } from './app-parts.ts';
import type { App } from './app-type.ts';
import { type Dispatch, dispatchCalls, dispatchEvents } from './dispatch.ts';
import type { Operation } from './operation.ts';
import { layersOf, type Performer } from './perform.ts';
import { QueueScope } from './queue-scope.ts';
import { resultTopic } from './result-topic.ts';
import { rpcServer } from './rpc-server.ts';
import type { ServedService } from './served-service.ts';
import type { Streams } from './stream-server.ts';
import { COMMAND_EXCHANGE, RPC_EXCHANGE } from './wire.ts';
import { workServer } from './work-server.ts';

export type ServingService = Service & {
  readonly name: string;
  load(): readonly QueueScope['load'][];
  /** Tells what runs for the message with this id to end. */
  cancel(messageId: string, reason: Error): void;
};

type Named = readonly (readonly [name: string, operation: Operation])[];
type QueuePlan = {
  readonly queue: string;
  readonly kind: Operation['kind'];
  readonly operations: Named;
  /** Of its kind: messages that name their operation only in a header come here. */
  readonly isFirst: boolean;
};

const EXCHANGE = { rpc: RPC_EXCHANGE, command: COMMAND_EXCHANGE, event: EVENTS_EXCHANGE } as const;

export async function serveService(
  app: AppParts,
  served: ServedService,
  { app: asking, streams, graceMs }: { readonly app: App; readonly streams: Streams; readonly graceMs: number },
): Promise<ServingService> {
  const { definition } = served;
  const stop = new ServiceStack();
  stop.defer(() => served.stop());
  const scopes: QueueScope[] = [];
  try {
    await served.start(asking);
    for (const plan of queuePlans(definition)) scopes.push(openScope(app, served, { plan, streams }));
    for (const scope of scopes) await scope.open();
  } catch (error) {
    await Promise.all(scopes.map((scope) => scope.close(0)));
    await stop.close();
    throw error;
  }
  stop.defer(async () => void (await Promise.all(scopes.map((scope) => scope.close(graceMs)))));
  const parts = {
    name: definition.name,
    load: () => scopes.map(({ load }) => load),
    cancel: (messageId: string, reason: Error) => {
      for (const scope of scopes) scope.cancel(messageId, reason);
    },
  };
  return service(parts, () => stop.close());
}

/** The queues of a service: `focus.rpc`, `focus.commands`, `focus.events`, and those that operations have of their own. */
export function queuePlans({ name, operations }: ServedService['definition']): QueuePlan[] {
  const plans = new Map<string, { kind: Operation['kind']; operations: [string, Operation][] }>();
  for (const [operationName, operation] of operations) {
    const { kind, queue = DEFAULT_QUEUE[kind] } = operation;
    const key = `${name}.${queue}`;
    const plan = plans.get(key) ?? { kind, operations: [] };
    plan.operations.push([operationName, operation]);
    plans.set(key, plan);
  }
  const first = new Set<Operation['kind']>();
  const all = Array.from(plans, ([queue, plan]) => {
    const isFirst = !first.has(plan.kind);
    first.add(plan.kind);
    return { queue, ...plan, isFirst };
  });
  // Work before calls: a call may hand work to its own service.
  return [...all.filter(({ kind }) => kind !== 'rpc'), ...all.filter(({ kind }) => kind === 'rpc')];
}

const DEFAULT_QUEUE = { rpc: 'rpc', command: 'commands', event: 'events' } as const;

/** Keys by name and by path; the name of the service alone leads to its first queue, where the header `route` decides. */
export function patternsOf(service: string, { kind, operations, isFirst }: QueuePlan): string[] {
  if (kind === 'event') return [...new Set(operations.map(([, { route }]) => route.pattern))];
  const keys = operations.flatMap(([name, { route }]) => [`${service}.${name}`, `${service}.${route.pattern}`]);
  return [...new Set([...keys, ...(isFirst ? [service] : [])])];
}

/** The operation of another queue that a message means, where one does: it came here because only a header names it. */
function elsewhereOf({ name, operations }: ServedService['definition'], plan: QueuePlan): Dispatch | undefined {
  if (plan.kind !== 'command') return undefined;
  const own = new Set(plan.operations.map(([operation]) => operation));
  const dispatch = dispatchCalls(
    name,
    [...operations].filter(([, { kind }]) => kind === 'command'),
  );
  return (message) => {
    const found = dispatch(message);
    return found === undefined || own.has(found.name) ? undefined : found;
  };
}

function openScope(
  app: AppParts,
  served: ServedService,
  { plan, streams }: { readonly plan: QueuePlan; readonly streams: Streams },
): QueueScope {
  const { definition } = served;
  const { queue, kind, operations } = plan;
  const { name: service } = definition;
  const isOwnQueue = operations.length === 1 && operations[0]?.[1].queue !== undefined;
  const results = resultTopic(app);
  const isStopping = (): boolean => scope.isStopping;
  const server =
    kind === 'rpc'
      ? rpcServer({ app, service, streams, results, isStopping })
      : workServer({
          app,
          service,
          queue,
          results,
          retry: definition.retry,
          isStopping,
          elsewhere: elsewhereOf(definition, plan),
        });
  const scope: QueueScope = new QueueScope(app, {
    ...server,
    service,
    queue,
    kind,
    exchange: EXCHANGE[kind],
    patterns: patternsOf(service, plan),
    concurrency: isOwnQueue ? operations[0]?.[1].concurrency : definition.concurrency,
    dispatch: kind === 'event' ? dispatchEvents(operations) : dispatchCalls(service, operations),
    performers: performersOf(app, served, operations),
  });
  return scope;
}

export function performersOf(
  { tracing }: Pick<AppParts, 'tracing'>,
  { definition, handlerOf }: ServedService,
  operations: Named,
): ReadonlyMap<string, Performer> {
  const { name: service, use = [] } = definition;
  return new Map(
    operations.map(([name, operation]): [string, Performer] => {
      const run = layersOf(handlerOf(name), [...use, ...(operation.use ?? [])]);
      return [name, { service, name, operation, run, tracing }];
    }),
  );
}
