/** Who stands in for whom: named by the person, or by an administrator for them. */
import { z } from 'zod';
import type { SubstituteRow } from '../../../access/substitutes.ts';
import type { Substitute } from '../../../client/wire-access.ts';
import { MillraceError } from '../../../kernel/errors.ts';
import { listPage, pageSchema, paging } from '../paging.ts';
import { ADMINISTRATOR, type Principal } from '../principal.ts';
import { type Route, route } from '../route.ts';
import { instant, isoTime, text, time } from '../wire-schema.ts';

const area = 'Access';
const path = '/api/v1/people/:id/substitutes';
const params = z.strictObject({ id: text(200) });
const schema = z.strictObject({
  person: z.string(),
  substitute: z.string(),
  since: time,
  until: time,
  setBy: z.string(),
}) satisfies z.ZodType<Substitute>;

const list = route({
  method: 'GET',
  path,
  audience: 'readers',
  area,
  summary: 'Lists who stands in for a person, now or later.',
  params,
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(schema) },
  run: async ({ params: { id }, query, services }) =>
    listPage(await services.access.substitutes.list(id), query, { key: ({ substitute }) => substitute, item: viewOf }),
});

const name = route({
  method: 'POST',
  path,
  audience: 'readers',
  area,
  summary:
    'Names a substitute, who completes what the person has taken until then: by the person, or an administrator.',
  errors: ['access.unknown-person', 'access.invalid-substitute'],
  params,
  body: z.strictObject({ substitute: text(200), since: instant.exactOptional(), until: instant }),
  answer: { status: 201, schema },
  run: async ({ params: { id }, body, principal, services }) => {
    requireSelf(id, principal);
    return viewOf(await services.access.substitutes.name(id, body, principal.id));
  },
});

const end = route({
  method: 'DELETE',
  path: `${path}/:substitute`,
  audience: 'readers',
  area,
  summary: 'Ends a substitution before its time: by the person, or an administrator.',
  errors: ['access.unknown-substitute'],
  params: z.strictObject({ id: text(200), substitute: text(200) }),
  answer: { status: 204 },
  run: async ({ params: { id, substitute }, principal, services }) => {
    // Everybody may read who stands in for whom, so nothing is told by looking first.
    await services.access.substitutes.get(id, substitute);
    requireSelf(id, principal);
    await services.access.substitutes.end(id, substitute, principal.id);
  },
});

export const substituteRoutes: readonly Route[] = [list, name, end];

function requireSelf(person: string, { id, kind, roles }: Principal): void {
  if (roles.includes(ADMINISTRATOR) || (kind === 'person' && id === person)) return;
  throw new MillraceError('access.forbidden', { needed: `${ADMINISTRATOR}, or to be ${person}`, held: [...roles] });
}

const viewOf = ({ person, substitute, since, until, setBy }: SubstituteRow): Substitute => ({
  person,
  substitute,
  since: isoTime(since),
  until: isoTime(until),
  setBy,
});
