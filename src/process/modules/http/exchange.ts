/**
 * One request and its answer, redirects followed. The connection goes to an address that the network allows – the check
 * stands where the connection is made, so a name that changes its address in between gains nothing.
 */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { messageOf } from '../../../kernel/errors.ts';
import { type Network, NotAllowed } from './network.ts';

export type Outgoing = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};

export type Limits = { readonly maxBytes: number; readonly redirects: number };

export type Exchanged =
  | { readonly kind: 'answered'; readonly status: number; readonly type: string; readonly body: string }
  /** Nobody answered; worth another try. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** Trying again cannot help. */
  | { readonly kind: 'refused'; readonly reason: string };

type Way = { readonly network: Network; readonly signal: AbortSignal };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What is for the first receiver alone. */
const PRIVATE_HEADERS = /^(authorization|cookie|millrace-signature|idempotency-key|x-api-key)$/i;

/** Never throws. */
export async function exchange(first: Outgoing, limits: Limits, way: Way): Promise<Exchanged> {
  let outgoing = first;
  for (let followed = 0; ; followed++) {
    const answer = await attempt(outgoing, limits, way);
    if (answer.kind !== 'answered' || !REDIRECTS.has(answer.status) || answer.location === undefined) return answer;
    if (limits.redirects === 0) return answer;
    if (followed === limits.redirects) {
      return { kind: 'refused', reason: `It was sent on more than ${limits.redirects} times.` };
    }
    const next = redirected(outgoing, answer.status, answer.location);
    if (typeof next === 'string') return { kind: 'refused', reason: next };
    outgoing = next;
  }
}

function redirected(from: Outgoing, status: number, location: string): Outgoing | string {
  const url = URL.canParse(location, from.url.href) ? new URL(location, from.url.href) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return `It was sent on to "${location.slice(0, 200)}".`;
  if (from.url.protocol === 'https:' && url.protocol === 'http:') return 'It was sent on from https to http.';
  url.username = '';
  url.password = '';
  const isElsewhere = url.origin !== from.url.origin;
  const headers = Object.entries(from.headers).filter(([name]) => !isElsewhere || !PRIVATE_HEADERS.test(name));
  const isAsked = status === 303 || (status < 303 && from.method === 'POST');
  if (!isAsked || from.method === 'HEAD') return { ...from, url, headers: Object.fromEntries(headers) };
  const kept = headers.filter(([name]) => !/^content-/i.test(name));
  return { method: 'GET', url, headers: Object.fromEntries(kept), body: undefined };
}

type Attempt = Exchanged & { readonly location?: string | undefined };

async function attempt(outgoing: Outgoing, { maxBytes }: Limits, way: Way): Promise<Attempt> {
  try {
    return await send(outgoing, maxBytes, way);
  } catch (error) {
    if (error instanceof NotAllowed) return { kind: 'refused', reason: error.message };
    if (error instanceof TooLarge) return { kind: 'refused', reason: `The answer has more than ${maxBytes} bytes.` };
    if (isUnsendable(error)) return { kind: 'refused', reason: messageOf(error) };
    return { kind: 'unreachable', reason: messageOf(error) };
  }
}

class TooLarge extends Error {}

/** Characters that no header or path can have: the same at every try. */
const isUnsendable = (error: unknown): boolean =>
  error instanceof TypeError && 'code' in error && /^ERR_(INVALID|UNESCAPED|HTTP)/.test(String(error.code));

async function send({ method, url, headers, body }: Outgoing, maxBytes: number, way: Way): Promise<Attempt> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A host that is an address is never looked up, so it is checked here.
  if (isIP(host) !== 0) await way.network.resolve(host);
  const request = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    agent: false,
    lookup: lookupIn(way.network),
    signal: way.signal,
  });
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('socket', (socket) =>
      socket.on('connect', () => {
        if (!way.network.allows(host, socket.remoteAddress ?? '')) {
          socket.destroy(new NotAllowed(`"${host}" is no public address; MILLRACE_HTTP_ALLOW can allow it`));
        }
      }),
    );
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxBytes) response.destroy(new TooLarge());
        else parts.push(part);
      });
      response.on('close', () => {
        if (!response.complete) reject(new Error('The answer broke off.'));
      });
      response.on('end', () => {
        const { statusCode: status = 0, headers: said } = response;
        const text = Buffer.concat(parts).toString('utf8');
        resolve({
          kind: 'answered',
          status,
          type: said['content-type'] ?? '',
          body: text,
          location: said.location,
        });
      });
    });
    request.end(body);
  });
}

/** Asked by the socket itself, for the connection that it is about to make. */
function lookupIn({ resolve }: Network): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        if (options.all === true) return callback(null, [...addresses]);
        const [{ address, family } = { address: '', family: 0 }] = addresses;
        callback(null, address, family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}
