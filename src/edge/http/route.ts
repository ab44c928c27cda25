/**
 * A route is declared once, as data: who may call it, what it takes, what it answers, and what it does. From that come
 * its registration, the checks of every call, its place in OpenAPI and its line in docs/reference/http.md.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Services } from '../services.ts';
import type { Audience } from './audience.ts';
import type { Principal } from './principal.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler gets: everything parsed, nothing of the wire. */
export type Call<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  readonly services: Services;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the caller has gone or the server closes: a call that waits then ends. */
  readonly signal: AbortSignal;
};

/** The one answer of a call that goes well. A schema makes it JSON; a type makes it text, which `run` returns. */
export type Answer<Schema extends z.ZodType> = {
  readonly status: 200 | 201 | 202 | 204;
  readonly schema?: Schema;
  readonly type?: string;
  readonly description?: string;
};

type Shared = {
  readonly method: Method;
  /** With `:name` for what `params` parses. */
  readonly path: string;
  readonly audience: Audience;
  /** Its heading in the documentation. */
  readonly area: string;
  /** One sentence: what a call does. */
  readonly summary: string;
  /** Codes of the error table that this route can answer with, besides those of every route. */
  readonly errors?: readonly string[];
  /** Content types of its body. Without it: application/json. */
  readonly accepts?: readonly string[];
  readonly bodyLimitBytes?: number;
  /** Its body is rows, and `run` keeps those that it refuses: then nothing that JSON can say is refused before. */
  readonly judgesRows?: boolean;
  /** Other forms of its answer, by the type that a caller may ask for with Accept. */
  readonly alternatives?: Readonly<Record<string, (call: Call<never, never, never>) => Promise<string>>>;
  /** Its answer is a secret; it is never kept, so an Idempotency-Key counts for nothing. */
  readonly isSecret?: boolean;
  /** A GET that can be answered once: guarded as a change is, and not offered as HEAD, which would use it up. */
  readonly isOnce?: boolean;
};

type Declaration<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Out extends z.ZodType,
> = Shared & {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer<Out>;
  readonly run: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => z.input<Out> | Promise<z.input<Out>>;
};

/** A route with its types forgotten, as the server keeps it. */
export type Route = Shared & {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: Answer<z.ZodType>;
  readonly run: (call: Call<unknown, unknown, unknown>) => unknown;
  /** Answers by itself: streams and redirects. */
  readonly reply?: (call: Call<unknown, unknown, unknown>, wire: Wire) => Promise<unknown>;
};
export type Wire = { readonly request: FastifyRequest; readonly reply: FastifyReply };

type None = z.ZodType<undefined, undefined>;

/** The one way to declare a route. */
export function route<
  Params extends z.ZodType = None,
  Query extends z.ZodType = None,
  Body extends z.ZodType = None,
  Out extends z.ZodType = z.ZodType<unknown, unknown>,
>(declaration: Declaration<Params, Query, Body, Out>): Route {
  return declaration as unknown as Route;
}

/** A route that writes its answer by itself. */
export function rawRoute<
  Params extends z.ZodType = None,
  Query extends z.ZodType = None,
  Body extends z.ZodType = None,
>(
  declaration: Omit<Declaration<Params, Query, Body, z.ZodType>, 'run'> & {
    readonly reply: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>, wire: Wire) => Promise<unknown>;
  },
): Route {
  return { ...declaration, run: () => undefined } as unknown as Route;
}

/** `/instances/:id` → `/instances/{id}`. */
export const pathTemplate = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
