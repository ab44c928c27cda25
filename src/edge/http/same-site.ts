/**
 * Keeps pages of other sites from acting in the name of whoever has this one open: changes by cookie carry a header that
 * a foreign page cannot set, and a browser's Origin must be this server. Without sign-in the host name is checked too,
 * so that no foreign name can be pointed at the loopback address.
 */
import type { FastifyRequest } from 'fastify';
import { MillraceError } from '../../kernel/errors.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Throws `request.cross-site`. */
export function requireSameSite({ headers }: FastifyRequest, { isByCookie }: { readonly isByCookie: boolean }): void {
  if (isByCookie && headers['x-millrace'] !== '1')
    throw new MillraceError('request.cross-site', { reason: 'a change by cookie needs the header "X-Millrace: 1"' });
  const { origin, host } = headers;
  if (headers.authorization !== undefined) return;
  const site = headers['sec-fetch-site']; // browsers send no Origin with a picture or a link
  if (site === 'cross-site' || site === 'same-site')
    throw new MillraceError('request.cross-site', { reason: `it is asked for by another page (${site})` });
  if (origin === undefined) return;
  if (hostOf(origin) !== host?.toLowerCase())
    throw new MillraceError('request.cross-site', { reason: `its origin is ${origin}` });
}

/** Throws `request.foreign-host`. */
export function requireOwnHost({ headers: { host = '' } }: FastifyRequest): void {
  if (!LOOPBACK.test(host)) throw new MillraceError('request.foreign-host', { host });
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
