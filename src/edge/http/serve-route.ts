/**
 * The life of one call: who is it, may they, is it in a form the route takes – before the body is read –, then parse,
 * run, present. Everything that is refused leaves by an error of the table.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { MillraceError } from '../../kernel/errors.ts';
import { plainWords } from '../../kernel/plain-words.ts';
import type { Services } from '../services.ts';
import { requireAudience } from './audience.ts';
import { authenticate, isByCookie } from './authenticate.ts';
import { requireContentType } from './content.ts';
import type { Idempotency } from './idempotency.ts';
import { LOCAL, NOBODY, type Principal } from './principal.ts';
import { invalidRequest, refused } from './problem.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Call, Route } from './route.ts';
import { requireOwnHost, requireSameSite } from './same-site.ts';

export type ServeParts = {
  readonly services: Services;
  readonly auth: 'on' | 'off';
  readonly bodyLimitBytes: number;
  readonly idempotency: Idempotency;
  readonly limiter: RateLimiter | undefined;
  /** Tests hold every answer against its schema. */
  readonly checkAnswers: boolean;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Known once the call is admitted. */
    principal?: Principal;
    trace: string;
  }
}

const MAX_KEY_LENGTH = 200;

export function serveRoute(server: FastifyInstance, route: Route, parts: ServeParts): void {
  server.route({
    method: route.method,
    url: route.path,
    config: { judgesRows: route.judgesRows === true },
    bodyLimit: route.bodyLimitBytes ?? parts.bodyLimitBytes,
    exposeHeadRoute: route.method === 'GET' && route.answer.type !== 'text/event-stream' && route.isOnce !== true,
    onRequest: async (request) => admit(request, route, parts),
    handler: async (request, reply) => serve({ request, reply }, route, parts),
  });
}

async function admit(request: FastifyRequest, route: Route, parts: ServeParts): Promise<void> {
  const { services, auth, limiter } = parts;
  if (auth === 'off') requireOwnHost(request);
  const known = await authenticate(services, request);
  const principal = known ?? (auth === 'off' ? LOCAL : NOBODY);
  request.principal = principal;
  limiter?.take(known === undefined ? `address ${request.ip}` : `principal ${known.id}`, services.clock.now());
  if (route.audience !== 'public' && principal === NOBODY) throw new MillraceError('access.unauthenticated');
  if (route.method !== 'GET' || route.isOnce === true)
    requireSameSite(request, { isByCookie: known !== undefined && isByCookie(request) });
  requireAudience(route.audience, principal);
  requireContentType(request, route.accepts);
}

type Wire = { readonly request: FastifyRequest; readonly reply: FastifyReply };

async function serve({ request, reply }: Wire, route: Route, parts: ServeParts): Promise<unknown> {
  let signal: AbortSignal | undefined;
  const call: Call<unknown, unknown, unknown> = {
    params: parse('path', route.params, request.params),
    query: parse('query', route.query, request.query),
    body: parse('body', route.body, request.body ?? undefined),
    principal: request.principal ?? NOBODY,
    services: parts.services,
    headers: request.headers,
    get signal() {
      signal ??= endOf(reply, parts.closing);
      return signal;
    },
  };
  if (route.reply !== undefined) return route.reply(call, { request, reply });
  const other = alternativeOf(route, request.headers.accept);
  if (other !== undefined) {
    const text = await other.write(call as Call<never, never, never>);
    return reply.status(route.answer.status).header('cache-control', 'no-store').type(other.type).send(text);
  }
  const value = await runOnce(route, call, { request, reply, idempotency: parts.idempotency });
  if (parts.checkAnswers) route.answer.schema?.parse(value);
  reply.status(route.answer.status).header('cache-control', 'no-store');
  if (route.answer.type !== undefined) return reply.type(route.answer.type).send(value);
  return route.answer.schema === undefined
    ? reply.send()
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
}

/** Only what a caller names: everything else gets JSON. */
function alternativeOf({ alternatives = {} }: Route, accept = '') {
  const asked = accept.split(',').map((one) => one.split(';')[0]?.trim().toLowerCase() ?? '');
  const type = Object.keys(alternatives).find((one) => asked.includes(one));
  const write = type === undefined ? undefined : alternatives[type];
  return type === undefined || write === undefined ? undefined : { type, write };
}

/** For the few calls that wait: when nobody waits for their answer any more, or nobody may. */
function endOf({ raw }: FastifyReply, closing: AbortSignal): AbortSignal {
  const end = new AbortController();
  const abort = (): void => end.abort();
  if (closing.aborted) abort();
  closing.addEventListener('abort', abort, { once: true });
  raw.once('close', () => {
    closing.removeEventListener('abort', abort);
    if (!raw.writableFinished) abort();
  });
  return end.signal;
}

async function runOnce(
  route: Route,
  call: Call<unknown, unknown, unknown>,
  { request, reply, idempotency }: Wire & { readonly idempotency: Idempotency },
): Promise<unknown> {
  const key = request.headers['idempotency-key'];
  if (route.method !== 'POST' || route.isSecret === true || key === undefined) return route.run(call);
  if (typeof key !== 'string' || key.length > MAX_KEY_LENGTH || !/^[\x21-\x7e]+$/.test(key)) {
    throw refused([
      { path: 'header.Idempotency-Key', message: `has up to ${MAX_KEY_LENGTH} visible ASCII characters` },
    ]);
  }
  const asked = { key, actor: call.principal.id, route: `${request.method} ${request.url}`, body: request.body };
  const { value, isRepeat } = await idempotency.once(asked, async () => route.run(call));
  if (isRepeat) reply.header('idempotency-replayed', 'true');
  return value;
}

/** A route without a schema takes nothing there: what is sent all the same is refused by name, or ignored as a body. */
function parse(part: 'path' | 'query' | 'body', schema: z.ZodType | undefined, given: unknown): unknown {
  if (schema === undefined) {
    const surplus = part === 'query' ? Object.keys(given as object) : [];
    if (surplus.length > 0)
      throw refused(surplus.map((name) => ({ path: `query.${name}`, message: 'is not a parameter of this route' })));
    return undefined;
  }
  const parsed = schema.safeParse(given, { error: plainWords });
  if (!parsed.success) throw invalidRequest(part, parsed.error);
  return parsed.data;
}
