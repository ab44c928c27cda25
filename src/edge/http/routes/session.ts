/** Signing in by a link or a one-time password, out again, and who one is. */
import { z } from 'zod';
import type { Me, SignedIn } from '../../../client/wire-access.ts';
import { isMillraceError } from '../../../kernel/errors.ts';
import { SESSION_COOKIE } from '../authenticate.ts';
import { escapeHtml, page } from '../docs-page.ts';
import { type Route, rawRoute, route, type Wire } from '../route.ts';
import { text } from '../wire-schema.ts';

const area = 'Access';
/** How long a browser keeps the cookie; whether it still lets in is decided here, by the session. */
const COOKIE_SECONDS = 30 * 86_400;

const signIn = rawRoute({
  method: 'GET',
  path: '/sign-in',
  audience: 'public',
  area,
  summary: 'Trades the code of a sign-in link for a session and goes to the first page; a link works once.',
  query: z.strictObject({ code: z.string().max(500).default('') }),
  answer: {
    status: 200,
    type: 'text/html; charset=utf-8',
    description: 'A redirect to / with the session cookie, or a page that says why not.',
  },
  reply: async ({ query: { code }, services }, { request, reply }) => {
    reply.header('cache-control', 'no-store');
    try {
      const { session } = await services.access.credentials.signIn(code);
      return keepSession(session, { request, reply }).redirect('/', 303);
    } catch (error) {
      if (!isMillraceError(error, 'access.link-used')) throw error;
      const html = `<main style="font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1.5rem">
<h1>This link does not sign in any more</h1><p>${escapeHtml(error.message)}</p><p>${escapeHtml(error.action)}</p></main>`;
      return reply.status(error.status).type('text/html; charset=utf-8').send(page('Millrace', html));
    }
  },
});

const signInWithPassword = rawRoute({
  method: 'POST',
  path: '/api/v1/sign-in',
  audience: 'public',
  area,
  summary: 'Trades the one-time password of an account, once: a person for a session, a service for a token.',
  errors: ['access.password-refused'],
  isSecret: true,
  body: z.strictObject({ account: text(100), password: text(100) }),
  answer: {
    status: 200,
    schema: z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['person', 'service']),
      roles: z.array(z.string()),
      token: z.string().nullable().describe('Of a service; shown this once. A person gets the session cookie.'),
    }) satisfies z.ZodType<SignedIn>,
  },
  reply: async ({ body: { account, password }, services }, { request, reply }) => {
    const signedIn = await services.access.accounts.signIn(account.trim(), password);
    const { id, name, kind, roles } = signedIn.principal;
    if ('session' in signedIn) keepSession(signedIn.session, { request, reply });
    const token = 'token' in signedIn ? signedIn.token : null;
    return reply.header('cache-control', 'no-store').send({ id, name, kind, roles, token });
  },
});

const signOut = rawRoute({
  method: 'POST',
  path: '/api/v1/sign-out',
  audience: 'signed-in',
  area,
  summary: 'Ends the session of this browser.',
  isSecret: true,
  answer: { status: 204 },
  reply: async ({ services }, { request, reply }) => {
    const session = request.cookies[SESSION_COOKIE];
    if (session !== undefined) await services.access.credentials.signOut(session);
    return reply.clearCookie(SESSION_COOKIE, { path: '/' }).status(204).send();
  },
});

const me = route({
  method: 'GET',
  path: '/api/v1/me',
  audience: 'signed-in',
  area,
  summary: 'Shows who is signed in, and what this server is.',
  answer: {
    status: 200,
    schema: z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['person', 'service']),
      roles: z.array(z.string()),
      auth: z.enum(['on', 'off']),
      plant: z.enum(['demo', 'none']),
      simulated: z.boolean(),
      version: z.string(),
    }) satisfies z.ZodType<Me>,
  },
  run: ({ principal: { id, name, kind, roles }, services: { info } }) => ({
    id,
    name,
    kind,
    roles: [...roles],
    auth: info.auth,
    plant: info.plant,
    simulated: info.simulated,
    version: info.version,
  }),
});

export const sessionRoutes: readonly Route[] = [signIn, signInWithPassword, signOut, me];

const keepSession = (session: string, { request, reply }: Wire): Wire['reply'] =>
  reply.setCookie(SESSION_COOKIE, session, {
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    path: '/',
    maxAge: COOKIE_SECONDS,
  });
