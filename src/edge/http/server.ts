/** The HTTP server: every declared route, the user interface, and what holds for all calls. */
import { setMaxListeners } from 'node:events';
import fastifyCookie from '@fastify/cookie';
import { type FastifyInstance, fastify } from 'fastify';
import type { Services } from '../services.ts';
import { addBodyParsers } from './content.ts';
import { answerBrokenRequest, answerFailures, notTaken, sendProblem } from './failures.ts';
import { Idempotency } from './idempotency.ts';
import { openLiveFeed } from './live/live-feed.ts';
import { observeCalls } from './observe.ts';
import { errorOf } from './problem.ts';
import { type RateLimit, RateLimiter } from './rate-limit.ts';
import type { Route } from './route.ts';
import { apiRoutes } from './routes/all.ts';
import { eventRoutes } from './routes/events.ts';
import { documentationRoutes } from './routes/system.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { serveRoute } from './serve-route.ts';
import { watchSpareConnections } from './spare-connections.ts';
import { serveWebFiles } from './web-files.ts';

export const DEFAULT_BODY_BYTES = 1_000_000;
/** A request has to be in by then. */
const REQUEST_TIMEOUT_MS = 60_000;

export type HttpOptions = {
  /** Of one body, where a route says nothing else. */
  readonly bodyLimitBytes?: number;
  /** For each caller; undefined: no limit. */
  readonly rateLimit?: RateLimit;
  /** The directory of the built user interface. */
  readonly webRoot?: string;
  readonly auth: 'on' | 'off';
  /** How many may listen to live events. */
  readonly maxListeners?: number;
  /** Holds every answer against its schema; for tests. */
  readonly checkAnswers?: boolean;
};

/** Built, not listening. Closing it ends live streams, waits for running calls, and touches none of the services. */
export async function buildHttpServer(services: Services, options: HttpOptions): Promise<FastifyInstance> {
  const { bodyLimitBytes = DEFAULT_BODY_BYTES, auth, rateLimit, webRoot, maxListeners, checkAnswers = false } = options;
  const { store, clock, log } = services;
  const server = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1_000 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) =>
      sendProblem(reply, errorOf(error, { bodyLimitBytes, trace: request.trace ?? '' })),
  });
  server.decorateRequest('principal');
  addBodyParsers(server);
  observeCalls(server, services);
  answerFailures(server, { log, bodyLimitBytes });
  server.addHook('onSend', async (_, reply) => void reply.headers(SECURITY_HEADERS));
  await server.register(fastifyCookie);

  const closing = new AbortController();
  // Each claim that waits listens, and there may be many.
  setMaxListeners(0, closing.signal);
  // A client that keeps its connection after its last answer would hold up the end until the connection times out.
  server.addHook('onSend', async (_, reply) => void (closing.signal.aborted && reply.header('connection', 'close')));
  const feed = openLiveFeed({ store, clock, log });
  const events = eventRoutes({ feed, signal: closing.signal, ...(maxListeners !== undefined && { maxListeners }) });
  const routes = withDocumentation([...apiRoutes, ...events.routes], services.info.version);
  const limiter = rateLimit && new RateLimiter(rateLimit);
  const common = { services, auth, bodyLimitBytes, idempotency: new Idempotency(store), limiter };
  const parts = { ...common, checkAnswers, closing: closing.signal };
  for (const route of routes) serveRoute(server, route, parts);

  const pageFor = await serveWebFiles(server, webRoot);
  const refusal = notTaken(routes);
  server.setNotFoundHandler((request, reply) => {
    const page = pageFor(request);
    if (page === undefined) return sendProblem(reply, refusal(request));
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  });
  const dropSpare = watchSpareConnections(server.server);
  server.addHook('preClose', async () => {
    closing.abort();
    dropSpare();
    await events.ended();
    await feed.close();
  });
  return server;
}

const withDocumentation = (routes: readonly Route[], version: string): readonly Route[] => [
  ...routes,
  ...documentationRoutes(routes, version),
];
