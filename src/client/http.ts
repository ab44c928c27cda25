/**
 * One call over HTTP, repeated while that is safe. Safe are calls that change nothing, calls that change the same thing
 * however often they come, and calls with an Idempotency-Key; they are repeated when no answer came, when the server is
 * busy or stopping, and while the first of them is still being worked on.
 */
import { type ClientError, errorOf, isClientError, unreachable } from './client-error.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;
export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  /** Text is sent as it is: NDJSON, or what `contentType` says. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Makes a POST safe to repeat: a repeat within 24 hours gets the first answer. */
  readonly idempotencyKey?: string | undefined;
  /** A POST that is safe by its nature. */
  readonly isRepeatable?: boolean;
  readonly signal?: AbortSignal | undefined;
};

export type ClientOptions = {
  /** The server, without /api; empty in a page of that server. */
  readonly url?: string;
  readonly token?: string;
  readonly fetch?: typeof fetch;
  /** How often a safe call is tried in all. */
  readonly attempts?: number;
  /** How a wait is done; tests hand in one that takes no time. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export const DEFAULT_ATTEMPTS = 4;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/** Sends calls; the areas of the client stand on it. */
export type Http = {
  readonly json: <T>(call: Call) => Promise<T>;
  /** The answer as it comes, for streams; never repeated. */
  readonly open: (call: Call & { readonly headers?: Readonly<Record<string, string>> }) => Promise<Response>;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export function createHttp({
  url = '',
  token,
  fetch: given,
  attempts = DEFAULT_ATTEMPTS,
  wait = pause,
}: ClientOptions): Http {
  const base = url.replace(/\/+$/, '');
  const send = given ?? ((...request: Parameters<typeof fetch>) => fetch(...request));
  const open: Http['open'] = async ({ method, path, query, body, contentType, idempotencyKey, signal, headers }) => {
    const address = `${base}${path}${search(query)}`;
    const isText = typeof body === 'string';
    let answer: Response;
    try {
      answer = await send(address, {
        method,
        headers: {
          accept: 'application/json, application/problem+json',
          'x-millrace': '1',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && {
            'content-type': isText ? (contentType ?? 'application/x-ndjson') : 'application/json',
          }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          ...headers,
        },
        ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw unreachable(base === '' ? 'this address' : base, error);
    }
    if (!answer.ok) throw await errorOf(answer);
    return answer;
  };
  const once = async <T>(call: Call): Promise<T> => {
    const answer = await open(call);
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const json = async <T>(call: Call): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once<T>(call);
      } catch (error) {
        if (attempt >= attempts || !isSafe(call) || !isPassing(error)) throw error;
        await wait(waitMs(attempt), call.signal);
        if (call.signal?.aborted) throw error;
      }
    }
  };
  return { json, open, wait };
}

const isSafe = ({ method, idempotencyKey, isRepeatable }: Call): boolean =>
  method !== 'POST' || idempotencyKey !== undefined || isRepeatable === true;

/** Whether the same call may well succeed in a moment. */
function isPassing(error: unknown): error is ClientError {
  if (!isClientError(error)) return false;
  return error.status === 0 || error.status === 429 || error.status === 503 || error.code === 'request.in-progress';
}

function waitMs(attempt: number): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return ceiling / 2 + (ceiling / 2) * Math.random();
}

function search(query: Query = {}): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
