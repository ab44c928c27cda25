/** One thing done to many instances: asked for here, worked on by a job. */
import { z } from 'zod';
import type { NewOperation } from '../../../client/wire-operations.ts';
import type { Deed, InstanceChoice, OperationRequest } from '../../../process/engine/operation.ts';
import type { Services } from '../../services.ts';
import { numberPlace, pageOf, pageSchema, paging } from '../paging.ts';
import { refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { INSTANCE_STATUSES } from '../views/instance-view.ts';
import { operationOf, operationView } from '../views/operation-view.ts';
import { jobId, text, time, variables } from '../wire-schema.ts';
import { MAX_REMOVED, MENDERS, nodeMap, reasonBody } from './mending.ts';

const area = 'Operations';
const id = z.strictObject({ id: jobId });
const version = z.int().min(1).max(1_000_000_000);

const filter = z.strictObject({
  definition: text(100).exactOptional(),
  version: version.exactOptional(),
  status: z.enum(INSTANCE_STATUSES).describe('Default: active.').exactOptional(),
  businessKey: text(200).exactOptional(),
  atNode: text(100).describe('A token stands at this node.').exactOptional(),
  hasIncident: z.boolean().exactOptional(),
  isSuspended: z.boolean().exactOptional(),
  startedBefore: time.exactOptional(),
  startedAfter: time.exactOptional(),
});
const which = {
  filter: filter.describe('All instances that suit every part; those that are started later are not meant.'),
  dryRun: z.boolean().describe('Only count what would be done, and what would be refused.').exactOptional(),
};
const newOperation = z.discriminatedUnion('what', [
  z.strictObject({ what: z.enum(['suspend', 'cancel']), ...reasonBody.shape, ...which }),
  z.strictObject({ what: z.literal('resume'), ...which }),
  z.strictObject({ what: z.literal('retry'), variables: variables.exactOptional(), ...which }),
  z.strictObject({
    what: z.literal('variables'),
    set: variables.exactOptional(),
    remove: z.array(text(200)).max(MAX_REMOVED).exactOptional(),
    ...which,
  }),
  z.strictObject({ what: z.literal('move'), from: text(100), to: text(100), ...which }),
  z.strictObject({
    what: z.literal('migrate'),
    version: version.describe('Default: the newest.').exactOptional(),
    nodes: nodeMap.exactOptional(),
    ...which,
  }),
]) satisfies z.ZodType<NewOperation>;

const begin = route({
  method: 'POST',
  path: '/api/v1/operations',
  audience: MENDERS,
  area,
  summary:
    'Does one thing to every instance that suits a filter, as a job that survives restarts; `dryRun` only counts.',
  errors: ['process.unknown-definition'],
  body: newOperation,
  answer: { status: 202, schema: operationView },
  run: async ({ body, principal, services }) => {
    const request = await requestOf(body, services);
    const row = await services.process.operations.begin(request, principal.id);
    services.log.info(
      { operation: operationOf(row).id, verb: body.what, filter: body.filter, actor: principal.id },
      'an operation on many instances was begun',
    );
    return operationOf(row);
  },
});

const list = route({
  method: 'GET',
  path: '/api/v1/operations',
  audience: 'readers',
  area,
  summary: 'Lists operations on many instances, the newest first.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(operationView) },
  run: async ({ query: { limit, cursor }, services }) => {
    const before = numberPlace(cursor);
    const found = await services.process.operations.list({
      limit: limit + 1,
      ...(before !== undefined && { before }),
    });
    return pageOf(found, { limit, place: (row) => [row.id], item: operationOf });
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/operations/:id',
  audience: 'readers',
  area,
  summary: 'Shows an operation: how many instances suit, how many are done, skipped or refused, and why.',
  errors: ['process.unknown-operation'],
  params: id,
  answer: { status: 200, schema: operationView },
  run: async ({ params, services }) => operationOf(await services.process.operations.get(params.id)),
});

const cancel = route({
  method: 'POST',
  path: '/api/v1/operations/:id/cancel',
  audience: MENDERS,
  area,
  summary: 'Cancels an operation: nothing more is begun, and what is done stays.',
  errors: ['process.unknown-operation', 'process.operation-over'],
  params: id,
  answer: { status: 200, schema: operationView },
  run: async ({ params, services }) => operationOf(await services.process.operations.cancel(params.id)),
});

export const operationRoutes: readonly Route[] = [begin, list, get, cancel];

async function requestOf(
  { filter: asked, dryRun = false, ...rest }: z.output<typeof newOperation>,
  { process: { definitions } }: Services,
): Promise<OperationRequest> {
  const choice = choiceOf(asked);
  if (rest.what !== 'migrate') return { deed: deedOf(rest), filter: choice, dryRun };
  if (choice.definition === undefined)
    throw refused([{ path: 'body.filter.definition', message: 'a migration is of the instances of one definition' }]);
  // The newest of now: a version that is deployed meanwhile is not meant.
  const target = await definitions.find(choice.definition, rest.version);
  return {
    deed: { what: 'migrate', version: target.version, nodes: rest.nodes ?? {} },
    filter: choice,
    dryRun,
  };
}

type Rest =
  Exclude<NewOperation, { what: 'migrate' }> extends infer Each
    ? Each extends unknown
      ? Omit<Each, 'filter' | 'dryRun'>
      : never
    : never;

function deedOf(rest: Rest): Deed {
  return rest.what === 'variables'
    ? { ...rest, set: 'set' in rest && rest.set !== undefined ? rest.set : {} }
    : (rest as Deed);
}

function choiceOf({ startedBefore, startedAfter, ...rest }: z.output<typeof filter>): InstanceChoice {
  return {
    ...rest,
    ...(startedBefore !== undefined && { startedBefore: Date.parse(startedBefore) }),
    ...(startedAfter !== undefined && { startedAfter: Date.parse(startedAfter) }),
  };
}
