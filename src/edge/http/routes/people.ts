/** People of the plant and the tokens of its services. */
import { z } from 'zod';
import type { Token } from '../../../access/credentials.ts';
import type { Principal } from '../../../access/principal.ts';
import type { Person, TokenInfo } from '../../../client/wire-access.ts';
import { listPage, pageSchema, paging } from '../paging.ts';
import { type Route, rawRoute, route } from '../route.ts';
import { duration, isoTime, isoTimeOrNull, text, time } from '../wire-schema.ts';

const area = 'Access';
const ADMINISTRATORS = ['administrator'] as const;
const params = z.strictObject({ id: text(200) });
const roles = z.array(text(100)).max(100);
const email = text(320);
const language = text(35);

const personSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  language: z.string().nullable(),
  roles: z.array(z.string()),
}) satisfies z.ZodType<Person>;

const listPeople = route({
  method: 'GET',
  path: '/api/v1/people',
  audience: 'readers',
  area,
  summary: 'Lists people by id.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(personSchema) },
  run: async ({ query, services }) =>
    listPage(await services.access.people.list(), query, { key: ({ id }) => id, item: personOf }),
});

const createPerson = route({
  method: 'POST',
  path: '/api/v1/people',
  audience: ADMINISTRATORS,
  area,
  summary: 'Makes a person known.',
  errors: [
    'access.invalid-name',
    'access.invalid-role',
    'access.invalid-address',
    'access.invalid-language',
    'access.person-exists',
  ],
  body: z.strictObject({
    name: text(200),
    email: email.exactOptional(),
    language: language.exactOptional(),
    roles,
  }),
  answer: { status: 201, schema: personSchema },
  run: async ({ body, principal, services }) => personOf(await services.access.people.create(body, principal.id)),
});

const changePerson = route({
  method: 'PATCH',
  path: '/api/v1/people/:id',
  audience: ADMINISTRATORS,
  area,
  summary: 'Changes the given parts of a person.',
  errors: [
    'access.unknown-person',
    'access.invalid-name',
    'access.invalid-role',
    'access.invalid-address',
    'access.invalid-language',
  ],
  params,
  body: z.strictObject({
    name: text(200).exactOptional(),
    email: email.nullable().exactOptional(),
    language: language.nullable().exactOptional(),
    roles: roles.exactOptional(),
  }),
  answer: { status: 200, schema: personSchema },
  run: async ({ params: { id }, body, principal, services }) =>
    personOf(await services.access.people.change(id, body, principal.id)),
});

const signInLink = rawRoute({
  method: 'POST',
  path: '/api/v1/people/:id/sign-in-link',
  audience: ADMINISTRATORS,
  area,
  summary: 'Makes a link that signs this person in, once.',
  errors: ['access.unknown-person'],
  isSecret: true,
  params,
  answer: { status: 200, schema: z.strictObject({ url: z.url(), expiresAt: time }) },
  reply: async ({ params: { id }, principal, services }, { request, reply }) => {
    const { code, expiresAt } = await services.access.credentials.createCode(id, principal.id);
    const url = `${request.protocol}://${request.host}/sign-in?code=${encodeURIComponent(code)}`;
    return reply.header('cache-control', 'no-store').send({ url, expiresAt: isoTime(expiresAt) });
  },
});

const token = {
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.nullable(),
  usedAt: time.nullable().describe('To the minute.'),
};
const tokenSchema = z.strictObject(token) satisfies z.ZodType<TokenInfo>;

const listTokens = route({
  method: 'GET',
  path: '/api/v1/tokens',
  audience: ADMINISTRATORS,
  area,
  summary: 'Lists tokens, without the tokens themselves.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(tokenSchema) },
  run: async ({ query, services }) =>
    listPage(await services.access.credentials.tokens(), query, { key: ({ id }) => id, item: tokenOf }),
});

const createToken = route({
  method: 'POST',
  path: '/api/v1/tokens',
  audience: ADMINISTRATORS,
  area,
  summary: 'Makes a token for a program or a machine. The token is in this answer and nowhere else.',
  errors: ['access.invalid-role', 'duration.malformed'],
  isSecret: true,
  body: z.strictObject({ name: text(100), roles: roles.min(1), expiresIn: duration.exactOptional() }),
  answer: { status: 201, schema: z.strictObject({ ...token, token: z.string() }) },
  run: async ({ body: { expiresIn, ...asked }, principal, services }) => {
    const expiresAt = expiresIn === undefined ? undefined : services.store.now() + expiresIn;
    const created = await services.access.credentials.createToken({ ...asked, expiresAt }, principal.id);
    return { ...tokenOf(created), token: created.token };
  },
});

const removeToken = route({
  method: 'DELETE',
  path: '/api/v1/tokens/:id',
  audience: ADMINISTRATORS,
  area,
  summary: 'Removes a token; whoever uses it is locked out within seconds.',
  errors: ['access.unknown-token'],
  params,
  answer: { status: 204 },
  run: ({ params: { id }, principal, services }) => services.access.credentials.revokeToken(id, principal.id),
});

export const peopleRoutes: readonly Route[] = [
  listPeople,
  createPerson,
  changePerson,
  signInLink,
  listTokens,
  createToken,
  removeToken,
];

const personOf = ({ id, name, email: address, language: spoken, roles: held }: Principal): Person => ({
  id,
  name,
  email: address,
  language: spoken,
  roles: [...held],
});

const tokenOf = ({ id, name, roles: held, createdAt, createdBy, expiresAt, usedAt }: Token): TokenInfo => ({
  id,
  name,
  roles: [...held],
  createdAt: isoTime(createdAt),
  createdBy,
  expiresAt: isoTimeOrNull(expiresAt),
  usedAt: isoTimeOrNull(usedAt),
});
