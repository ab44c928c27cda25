/** Incidents: what is stuck and needs a person. */
import { z } from 'zod';
import { formatInstanceId } from '../../../kernel/ids.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { incidentOf, incidentView } from '../views/instance-view.ts';
import { instanceId } from '../wire-schema.ts';

const area = 'Incidents';

const list = route({
  method: 'GET',
  path: '/api/v1/incidents',
  audience: 'readers',
  area,
  summary: 'Lists what is stuck.',
  query: z.strictObject({ instance: instanceId.exactOptional(), ...paging }),
  answer: { status: 200, schema: pageSchema(incidentView) },
  run: async ({ query: { limit, cursor, instance }, services }) => {
    const after = placeOf(cursor, ['number', 'number', 'string']);
    const found = await services.process.queries.incidents({
      limit: limit + 1,
      ...(instance !== undefined && { instance }),
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
  params: z.strictObject({ id: instanceId, token: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
  answer: { status: 204 },
  run: ({ params: { id, token }, principal, services }) => {
    services.log.info({ instance: formatInstanceId(id), token, actor: principal.id }, 'an incident is tried again');
    return services.process.engine.command(id, { type: 'retry', token }, principal.id);
  },
});

export const incidentRoutes: readonly Route[] = [list, retry];
