/** Where every failure of a call ends: as a problem on the wire and, when nobody foresaw it, once in the log with its stack. */
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MillraceError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { errorOf, type Failure, PROBLEM_TYPE, problemOf } from './problem.ts';
import { pathTemplate, type Route } from './route.ts';

export function answerFailures(
  server: FastifyInstance,
  { log, bodyLimitBytes }: { readonly log: Log; readonly bodyLimitBytes: number },
): void {
  server.setErrorHandler((thrown, request, reply) => {
    const limit = request.routeOptions.bodyLimit ?? bodyLimitBytes;
    const error = errorOf(thrown, { bodyLimitBytes: limit, trace: request.trace });
    if (error.status >= 500) {
      log.error(
        { err: error.cause ?? error, trace: request.trace, method: request.method, url: request.url, code: error.code },
        'a call failed',
      );
    }
    return sendProblem(reply, error);
  });
}

export function sendProblem(reply: FastifyReply, error: Failure): FastifyReply {
  const { retryAfterSeconds, allowed } = error.details;
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
  else if (error.status === 503 || error.code === 'request.in-progress') reply.header('retry-after', 1);
  if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="millrace"');
  if (error.status === 405 && Array.isArray(allowed)) reply.header('allow', allowed.join(', '));
  return reply
    .status(error.status)
    .type(PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemOf(error)));
}

/** What no route takes: the address is unknown, or known for other methods. */
export function notTaken(routes: readonly Route[]): (request: FastifyRequest) => MillraceError {
  const known = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return ({ method, url }) => {
    const path = url.split('?')[0] ?? url;
    const methods = known.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    const allowed = [...new Set(methods)].sort();
    return allowed.length === 0
      ? new MillraceError('request.not-found', { method, path })
      : new MillraceError('request.method-not-allowed', { method, path, allowed });
  };
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${pathTemplate(path)
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{\w+\}/g, '[^/]+')}$`,
  );

/** A request that is no HTTP at all gets a problem too, as far as the line still takes one. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const body = JSON.stringify(
    problemOf(new MillraceError('request.malformed', { problem: 'it is not HTTP, or its headers are too large' })),
  );
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
