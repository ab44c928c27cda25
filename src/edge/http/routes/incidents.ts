/** Incidents: what is stuck and needs a person. */
import { z } from 'zod';
import type { Resolution } from '../../../client/wire-operations.ts';
import { formatInstanceId } from '../../../kernel/ids.ts';
import { requireAudience } from '../audience.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { incidentOf, incidentView } from '../views/instance-view.ts';
import { instanceId, text, variables } from '../wire-schema.ts';
import { MENDERS } from './mending.ts';

const area = 'Incidents';
const place = z.strictObject({
  id: instanceId,
  token: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});

const list = route({
  method: 'GET',
  path: '/api/v1/incidents',
  audience: 'readers',
  area,
  summary: 'Lists what is stuck.',
  query: z.strictObject({ instance: instanceId.exactOptional(), definition: text(100).exactOptional(), ...paging }),
  answer: { status: 200, schema: pageSchema(incidentView) },
  run: async ({ query: { limit, cursor, instance, definition }, services }) => {
    const after = placeOf(cursor, ['number', 'number', 'string']);
    const found = await services.process.queries.incidents({
      limit: limit + 1,
      ...(instance !== undefined && { instance }),
      ...(definition !== undefined && { definition }),
      ...(after !== undefined && { after }),
    });
    return pageOf(found, { limit, place: (row) => [row.instance, row.token, row.node], item: incidentOf });
  },
});

const retry = route({
  method: 'POST',
  path: '/api/v1/instances/:id/incidents/:token/retry',
  audience: ['operator', 'engineer', 'technologist'],
  area,
  summary: 'Tries again what is stuck at a token, after its cause was removed.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.no-incident'],
  params: place,
  body: z
    .strictObject({ variables: variables.describe('Set before, where they are. Engineers only.').exactOptional() })
    .optional(),
  answer: { status: 204 },
  run: ({ params: { id, token }, body = {}, principal, services }) => {
    // What an instance knows is changed by those who may do so anywhere else.
    if (body.variables !== undefined) requireAudience(MENDERS, principal);
    services.log.info({ instance: formatInstanceId(id), token, actor: principal.id }, 'an incident is tried again');
    return services.process.engine.command(id, { type: 'retry', token, ...body }, principal.id);
  },
});

const resolve = route({
  method: 'POST',
  path: '/api/v1/instances/:id/incidents/:token/resolve',
  audience: MENDERS,
  area,
  summary: 'Lets what is stuck count as done: with an outcome and variables, or skipped, with its first outcome.',
  errors: [
    'process.unknown-instance',
    'process.not-active',
    'process.no-incident',
    'process.unknown-outcome',
    'process.cannot-resolve',
  ],
  params: place,
  body: z
    .strictObject({
      outcome: text(100).exactOptional(),
      variables: variables.exactOptional(),
      comment: text(2_000).exactOptional(),
    })
    .optional() satisfies z.ZodType<Resolution | undefined>,
  answer: { status: 204 },
  run: ({ params: { id, token }, body = {}, principal, services }) => {
    services.log.info({ instance: formatInstanceId(id), token, actor: principal.id }, 'an incident is settled by hand');
    return services.process.engine.command(id, { type: 'resolve', token, ...body }, principal.id);
  },
});

export const incidentRoutes: readonly Route[] = [list, retry, resolve];
