/** What is seen of every call: a line at debug, a count, how long it took. */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { traceOf } from './trace.ts';

/** Calls that no route took share one name, so that addresses tried at random make no series. */
const UNMATCHED = 'unmatched';
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function observeCalls(server: FastifyInstance, { metrics, log }: Services): void {
  const requests = metrics.counter('millrace_http_requests', 'Calls over HTTP, by route, method and status.');
  const seconds = metrics.histogram('millrace_http_request_seconds', 'How long calls over HTTP took.');
  server.decorateRequest('trace', '');
  server.addHook('onRequest', async (request, reply) => {
    request.trace = traceOf(request.headers.traceparent);
    reply.header('x-trace-id', request.trace);
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? UNMATCHED;
    const method = KNOWN_METHODS.has(request.method) ? request.method : 'other';
    const status = reply.statusCode;
    requests.add(1, { route, method, status: String(status) });
    seconds.observe(reply.elapsedTime / 1_000, { route, method });
    log.debug(
      { trace: request.trace, method, route, status, ms: Math.round(reply.elapsedTime), actor: request.principal?.id },
      'a call was answered',
    );
  });
}
