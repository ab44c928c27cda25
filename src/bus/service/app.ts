/**
 * An app serves services and asks others, over one broker. Opened, its services take messages; closed, it drains:
 * consumers stop, what was not started goes back, handlers end or are aborted at the end of the grace, their answers and
 * acks go out, services end, and calls of its own that are still open are told so. The broker is the caller's.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { ServiceStack, service } from '../../kernel/lifecycle.ts';
import { type Log, silentLog } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Random } from '../../kernel/random.ts';
import type { Store } from '../../store/store.ts';
import type { Broker } from '../broker.ts';
import { JSON_CONTENT } from '../broker.ts';
import { wrapCloudEvent } from '../cloud-event.ts';
import { jsonText } from '../envelope.ts';
import type { AppParts } from './app-parts.ts';
import type { App, Emitted } from './app-type.ts';
import { currentCall } from './call-context.ts';
import { Caller } from './caller.ts';
import { listenToControl } from './control.ts';
import { Deadlines } from './deadlines.ts';
import { servedOf } from './define-service.ts';
import { DirectServices } from './direct.ts';
import { rememberInMemory, rememberInStore } from './remembered.ts';
import { parseRoute, renderRoute } from './route.ts';
import { type ServingService, serveService } from './serve-service.ts';
import { serviceMetrics } from './service-metrics.ts';
import { openStreams } from './stream-server.ts';
import type { Tracing } from './tracing.ts';

export type AppOptions = {
  readonly broker: Broker;
  /** Instances of service classes, or what `defineService` made. Without any the app only asks. */
  readonly services?: readonly object[];
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly metrics?: Metrics;
  readonly tracing?: Tracing;
  /** Where operations with `dedupMs` remember what they have carried out. Default: in memory. */
  readonly store?: Store;
  /** How long handlers may still run when the app closes. Default: {@link DEFAULT_GRACE_MS}. */
  readonly graceMs?: number;
  /**
   * broker (the default): every call goes through the broker. direct: calls to services of this app run in place, checked
   * but not copied, and no other app takes a share of them.
   */
  readonly local?: 'broker' | 'direct';
  /**
   * `emit` sends CloudEvents in structured mode, which come from this source: a URI or a path, `/plants/haifa/focus`.
   * Without it events are plain JSON. Handlers read either.
   */
  readonly cloudEvents?: { readonly source: string };
};

export const DEFAULT_GRACE_MS = 30_000;

/** Throws `bus.invalid-service` before anything is opened. */
export async function startApp(options: AppOptions): Promise<App> {
  const { broker, clock = systemClock, services = [], store, graceMs = DEFAULT_GRACE_MS, local = 'broker' } = options;
  const served = services.map((given) => servedOf(given));
  const parts = appParts(options, store === undefined ? rememberInMemory(clock) : rememberInStore(store));
  const stop = new ServiceStack();
  stop.defer(() => parts.deadlines.close());
  const caller = stop.use(new Caller(parts));
  const streams = openStreams(parts);
  const serving: ServingService[] = [];
  const definitions = served.map(({ definition }) => definition);
  const app: App = service(
    {
      id: parts.id,
      broker,
      services: definitions,
      emit: <Topic extends string>(topic: Topic, event: Emitted<Topic>) => emit(parts, topic, event as Emitted<string>),
      load: () => serving.flatMap((one) => one.load()),
      caller,
      direct: new DirectServices(local === 'direct' ? served : [], parts),
    },
    () => stop.close(),
  );
  try {
    stop.use(await listenToControl(parts, { serving, streams, definitions }));
    for (const one of served) serving.push(stop.use(await serveService(parts, one, { app, streams, graceMs })));
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

function appParts(
  { broker, log = silentLog, clock = systemClock, random = Math.random, metrics, tracing, cloudEvents }: AppOptions,
  remembered: AppParts['remembered'],
): AppParts {
  const id = randomUUID();
  let messages = 0;
  const nextId = (): string => `${id}-${(messages++).toString(36)}`;
  const deadlines = new Deadlines(clock);
  return {
    id,
    broker,
    clock,
    random,
    log,
    deadlines,
    remembered,
    metrics: serviceMetrics(metrics),
    tracing,
    nextId,
    cloudEvents,
  };
}

async function emit(
  { broker, clock, nextId, tracing, cloudEvents }: AppParts,
  topic: string,
  event: Emitted<string>,
): Promise<void> {
  const { id = nextId(), params = {}, body } = event;
  const headers = { ...currentCall()?.trace, ...event.headers };
  tracing?.inject(headers);
  const routingKey = renderRoute(parseRoute(topic, '.'), params);
  const message = { id, routingKey, body: jsonText(id, body), contentType: JSON_CONTENT, headers, at: clock.now() };
  await broker.publish(cloudEvents === undefined ? message : wrapCloudEvent(message, cloudEvents));
}
