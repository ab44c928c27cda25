/** Finds out who calls: by a bearer token, or by the session cookie of a browser. */
import type { FastifyRequest } from 'fastify';
import { MillraceError } from '../../kernel/errors.ts';
import type { Services } from '../services.ts';
import type { Principal } from './principal.ts';

export const SESSION_COOKIE = 'millrace_session';
const BEARER = /^Bearer +([^\s]{1,500})$/i;

/** Undefined: nothing was shown. Something shown that lets nobody in throws `access.unauthenticated`; an old cookie counts as none. */
export async function authenticate(
  { access }: Services,
  { headers, cookies }: FastifyRequest,
): Promise<Principal | undefined> {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const secret = BEARER.exec(authorization)?.[1];
    const principal = secret === undefined ? undefined : await access.credentials.authenticate(secret);
    if (principal === undefined) throw new MillraceError('access.unauthenticated');
    return principal;
  }
  const session = cookies[SESSION_COOKIE];
  return session === undefined ? undefined : access.credentials.authenticate(session);
}

export const isByCookie = ({ headers }: FastifyRequest): boolean => headers.authorization === undefined;
