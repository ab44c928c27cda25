/** Process instances: start, look at, cancel. */
import { z } from 'zod';
import type { Activation, InstanceSummary, NewInstance } from '../../../client/wire-process.ts';
import { formatInstanceId, type InstanceId } from '../../../kernel/ids.ts';
import type { InstanceView } from '../../../process/engine/queries.ts';
import type { Services } from '../../services.ts';
import { cursorOf, numberPlace, pageOf, pageSchema, paging } from '../paging.ts';
import { errorOf, problemOf } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  detailOf,
  historyEntry,
  historyOf,
  INSTANCE_STATUSES,
  instanceDetail,
  instanceSummary,
  summaryOf,
} from '../views/instance-view.ts';
import { instanceId, instanceIdText, text, variables } from '../wire-schema.ts';

const area = 'Instances';
export const MAX_BATCH = 1_000;
/** Who sets work going and helps it on. */
export const STARTERS = ['operator', 'engineer', 'technologist', 'worker'] as const;
const id = z.strictObject({ id: instanceId });

const newInstance = z.strictObject({
  definition: text(100),
  version: z.int().min(1).max(1_000_000_000).exactOptional(),
  businessKey: text(200).exactOptional(),
  variables: variables.exactOptional(),
  at: text(100).describe('The start event that happened; default: those that wait for nothing.').exactOptional(),
}) satisfies z.ZodType<NewInstance>;
const started = z.strictObject({ id: instanceIdText });

const start = route({
  method: 'POST',
  path: '/api/v1/instances',
  audience: STARTERS,
  area,
  summary: 'Starts an instance of a definition.',
  errors: ['process.unknown-definition', 'process.cannot-start', 'process.already-open', 'process.variables-too-large'],
  body: newInstance,
  answer: { status: 201, schema: started },
  run: async ({ body, principal, services }) => ({
    id: formatInstanceId(await services.process.engine.start(body, principal.id)),
  }),
});

const startMany = route({
  method: 'POST',
  path: '/api/v1/instances/batch',
  audience: STARTERS,
  area,
  summary: 'Starts up to 1,000 instances; each item has its own answer, in order.',
  body: z.strictObject({ items: z.array(newInstance).min(1).max(MAX_BATCH) }),
  answer: {
    status: 201,
    schema: z.strictObject({
      items: z.array(z.union([started, z.strictObject({ error: z.looseObject({ code: z.string() }) })])),
    }),
  },
  run: async ({ body, principal, services }) => {
    const settled = await Promise.allSettled(
      body.items.map((item) => services.process.engine.start(item, principal.id)),
    );
    return {
      items: settled.map((answer) => {
        if (answer.status === 'fulfilled') return { id: formatInstanceId(answer.value) };
        const error = errorOf(answer.reason, { bodyLimitBytes: 0, trace: 'batch' });
        if (error.status >= 500)
          services.log.error({ err: answer.reason }, 'an instance of a batch could not be started');
        return { error: problemOf(error) };
      }),
    };
  },
});

const list = route({
  method: 'GET',
  path: '/api/v1/instances',
  audience: 'readers',
  area,
  summary: 'Lists instances, the newest first.',
  query: z.strictObject({
    definition: text(100).exactOptional(),
    status: z.enum(INSTANCE_STATUSES).exactOptional(),
    businessKey: text(200).exactOptional(),
    version: z.coerce.number().int().min(1).max(1_000_000_000).exactOptional(),
    suspended: z.enum(['true', 'false']).describe('Whether it is suspended now.').exactOptional(),
    ...paging,
  }),
  answer: { status: 200, schema: pageSchema(instanceSummary) },
  run: async ({ query: { limit, cursor, suspended, ...filter }, services }) => {
    const before = numberPlace(cursor);
    const { items, next } = await services.process.queries.page({
      ...filter,
      limit,
      ...(suspended !== undefined && { suspended: suspended === 'true' }),
      ...(before !== undefined && { before }),
    });
    return {
      items: await Promise.all(items.map((instance) => shown(services, instance))),
      next: next === null ? null : cursorOf([next]),
    };
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/instances/:id',
  audience: 'readers',
  area,
  summary: 'Shows an instance: where it stands, what it waits for, its variables and evidence.',
  errors: ['process.unknown-instance'],
  params: id,
  answer: { status: 200, schema: instanceDetail },
  run: async ({ params, services }) => {
    const instance = await services.process.queries.instance(params.id);
    const history = await services.process.queries.history(params.id);
    return detailOf(await shown(services, instance), instance, history);
  },
});

const history = route({
  method: 'GET',
  path: '/api/v1/instances/:id/history',
  audience: 'readers',
  area,
  summary: 'Shows what happened to an instance, the eldest first: each command, who gave it, and what came of it.',
  errors: ['process.unknown-instance'],
  params: id,
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(historyEntry) },
  run: async ({ params, query: { limit, cursor }, services }) => {
    await services.process.queries.instance(params.id);
    const after = numberPlace(cursor) ?? -1;
    const entries = (await services.process.queries.history(params.id)).filter(({ seq }) => seq > after);
    return pageOf(entries, { limit, place: ({ seq }) => [seq], item: historyOf });
  },
});

const cancel = route({
  method: 'DELETE',
  path: '/api/v1/instances/:id',
  audience: ['engineer'],
  area,
  summary: 'Cancels an instance; its tasks and jobs are withdrawn.',
  errors: ['process.unknown-instance', 'process.not-active'],
  params: id,
  body: z.strictObject({ reason: text(1_000).exactOptional() }).optional(),
  answer: { status: 204 },
  run: ({ params, body, principal, services }) => {
    const reason = body?.reason;
    return services.process.engine.command(
      params.id,
      { type: 'cancel', ...(reason !== undefined && { reason }) },
      principal.id,
    );
  },
});

const activate = route({
  method: 'POST',
  path: '/api/v1/instances/:id/activate',
  audience: STARTERS,
  area,
  summary: 'Begins activities of an ad-hoc sub-process that is at work, as often as it is asked.',
  errors: ['process.unknown-instance', 'process.not-active', 'process.not-waiting'],
  params: id,
  body: z.strictObject({
    node: text(100).describe('The ad-hoc sub-process.'),
    activities: z.array(text(100)).min(1).max(100),
  }) satisfies z.ZodType<Activation>,
  answer: { status: 204 },
  run: ({ params, body, principal, services }) =>
    services.process.engine.command(params.id, { type: 'activate', ...body }, principal.id),
});

export const instanceRoutes: readonly Route[] = [start, startMany, list, get, history, activate, cancel];

async function shown(
  { process: { definitions, queries } }: Services,
  instance: InstanceView,
): Promise<InstanceSummary> {
  const [definition, incidents] = await Promise.all([
    definitions.find(instance.definition, instance.version),
    queries.incidents({ instance: instance.id as InstanceId, limit: 1_000 }),
  ]);
  return summaryOf(instance, definition, incidents.length);
}
