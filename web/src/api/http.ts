/** The one place that talks HTTP: JSON in and out, the session's cookie, and problem+json turned into an error. */

const BASE = '/api/v1';

/** What the server answers when it refuses: `detail` says what happened, `action` what to do about it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly action: string;
  /** The other members of the problem, for example `recordedOutcome`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    const { code, detail, title, action, ...details } = body;
    super(textOf(detail) || textOf(title) || `HTTP ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = textOf(code) || 'http.unexpected';
    this.detail = this.message;
    this.action = textOf(action);
    this.details = details;
  }
}

/** The code of a call that reached no server at all. */
export const UNREACHABLE = 'network.unreachable';

export const isProblem = (error: unknown, code?: string): error is ApiProblem =>
  error instanceof ApiProblem && (code === undefined || error.code === code);

type QueryValue = string | number | boolean | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** GET of a path below the API's base. */
export function read<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return send<T>(`${path}${searchOf(query)}`, { method: 'GET', ...(signal && { signal }) });
}

/** GET of a secret that is answered once. */
export const readOnce = <T>(path: string): Promise<T> =>
  send<T>(path, { method: 'GET', cache: 'no-store', headers: { 'X-Millrace': '1' } });

/** A call that changes something. A POST carries its own idempotency key, so a repeat by the network does no harm. */
export function write<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return send<T>(path, {
    method,
    headers: {
      ...changing(method),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** A POST whose body is a file in XML. */
export const writeXml = <T>(path: string, xml: string): Promise<T> =>
  send<T>(path, {
    method: 'POST',
    headers: { ...changing('POST'), 'Content-Type': 'application/xml' },
    body: xml,
  });

/** A POST that changes nothing, so that no key of it has to be kept. A text is XML. */
export const ask = <T>(path: string, body: unknown): Promise<T> =>
  send<T>(path, {
    method: 'POST',
    headers: { 'X-Millrace': '1', 'Content-Type': typeof body === 'string' ? 'application/xml' : 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** GET of the XML that a thing can be shown as. */
export const readXml = (path: string, signal?: AbortSignal): Promise<string> =>
  textAt(path, { method: 'GET', headers: { Accept: 'application/xml' }, ...(signal && { signal }) });

const changing = (method: string): Record<string, string> => ({
  'X-Millrace': '1',
  ...(method === 'POST' && { 'Idempotency-Key': randomKey() }),
});

async function send<T>(path: string, init: RequestInit): Promise<T> {
  const text = await textAt(path, init);
  return (text === '' ? undefined : parse(text)) as T;
}

async function textAt(path: string, init: RequestInit): Promise<string> {
  const response = await reach(path.startsWith('/api/') ? path : `${BASE}${path}`, init);
  const text = await response.text();
  if (response.ok) return text;
  const body = parse(text);
  throw new ApiProblem(response.status, isRecord(body) ? body : {});
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiProblem(0, { code: UNREACHABLE });
  }
}

function searchOf(query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => {
    return entry[1] !== undefined && entry[1] !== '';
  });
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `crypto.randomUUID` exists on secure origins only; a plant often serves plain HTTP inside its network. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
