/** Jobs: what became of them, what people do to them, and what was counted. */
import { z } from 'zod';
import type { JobBite, JobOperation } from '../../../client/wire-jobs.ts';
import { attemptFamily } from '../../../jobs/attempt.ts';
import { type BulkVerb, bite, mayAll } from '../../../jobs/bulk.ts';
import { flowFamily } from '../../../jobs/flow.ts';
import { type JobFilter, placeLength, searchJobs } from '../../../jobs/search.ts';
import { readStatistics } from '../../../jobs/statistics.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import { cursorOf, pageSchema, paging, readCursor } from '../paging.ts';
import { refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { jobOf, jobSchema, jobState, lineOf, lineSchema, summaryOf, summarySchema } from '../views/job-view.ts';
import { duration, instant, jobId, jobIdText, text } from '../wire-schema.ts';

const area = 'Jobs';
const DAY_MS = 86_400_000;
/** Endings of a job that are shown; a job that is tried for ever has more. */
const MAX_HISTORY = 100;

const list = route({
  method: 'GET',
  path: '/api/v1/jobs',
  audience: 'readers',
  area,
  summary:
    'Lists jobs, the newest first unless their state has an order of its own. A page may be short and still have a next.',
  query: z.strictObject({
    kind: text(100).exactOptional(),
    state: jobState.exactOptional(),
    key: text(200).exactOptional(),
    parent: jobId.describe('Its children.').exactOptional(),
    worker: text(500).describe('Who holds it, or did last.').exactOptional(),
    ...paging,
  }),
  answer: { status: 200, schema: pageSchema(summarySchema) },
  run: async ({ query: { limit, cursor, ...filter }, services: { store } }) => {
    const { rows, next } = await searchJobs(store, filter, { limit, after: placeIn(cursor, filter, 'query.cursor') });
    return { items: rows.map(summaryOf), next: next === null ? null : cursorOf(next) };
  },
});

function placeIn(cursor: string | undefined, filter: JobFilter, path: string) {
  const place = readCursor(cursor);
  if (place === undefined || (place !== 'malformed' && place.length === placeLength(filter) && fits(place, filter)))
    return place;
  throw refused([{ path, message: 'is not the `next` of a page of this list' }]);
}

/** Places of jobs that wait begin with their kind; all the rest are numbers. */
const fits = (place: readonly (string | number)[], { state, parent }: JobFilter): boolean => {
  const texts = parent !== undefined ? 0 : state === 'ready' ? 1 : state === 'blocked' && place.length > 1 ? 2 : 0;
  return place.every((value, at) => typeof value === (at < texts ? 'string' : 'number'));
};

const get = route({
  method: 'GET',
  path: '/api/v1/jobs/:id',
  audience: 'readers',
  area,
  summary: 'Shows a job: its state, attempts, progress and result, and what happened before.',
  errors: ['job.unknown'],
  params: z.strictObject({ id: jobId }),
  answer: { status: 200, schema: jobSchema },
  run: async ({ params: { id }, services: { jobs, store } }) => {
    const row = await jobs.get(id);
    const [history, flow] = await Promise.all([
      store.select(attemptFamily, { where: { job: id }, order: ['job', 'endedAt'], limit: MAX_HISTORY }),
      store.get(flowFamily, [id]),
    ]);
    return jobOf(row, { history, flow });
  },
});

const lines = route({
  method: 'GET',
  path: '/api/v1/jobs/:id/lines',
  audience: 'readers',
  area,
  summary: 'Lists what the handler of a job has said while it worked, the eldest first.',
  errors: ['job.unknown'],
  params: z.strictObject({ id: jobId }),
  answer: { status: 200, schema: z.strictObject({ items: z.array(lineSchema), next: z.null() }) },
  run: async ({ params: { id }, services: { jobs } }) => {
    await jobs.get(id);
    return { items: (await jobs.lines.list(id)).map(lineOf), next: null };
  },
});

type Operation = {
  readonly verb: BulkVerb;
  readonly one: string;
  readonly many: string;
  readonly errors: readonly string[];
};
const OPERATIONS: Readonly<Record<JobOperation, Operation>> = {
  replay: {
    verb: 'replay',
    one: 'Lets a job begin anew that is dead, quarantined, cancelled or unknown, with all its attempts.',
    many: 'Lets many jobs begin anew, a bite at a time: the answer says how many, and `next` where the next call goes on.',
    errors: ['job.cannot-replay', 'job.owned'],
  },
  cancel: {
    verb: 'cancel',
    one: 'Cancels a job that has not ended; a worker that holds it hears so at its next heartbeat.',
    many: 'Cancels many jobs, a bite at a time.',
    errors: ['job.ended'],
  },
  discard: {
    verb: 'bury',
    one: 'Takes a job off the dead set: somebody has seen it, and nobody wants it any more.',
    many: 'Takes many jobs off the dead set, a bite at a time.',
    errors: ['job.not-dead'],
  },
};

const PAST: Readonly<Record<JobOperation, string>> = {
  replay: 'replayed',
  cancel: 'cancelled',
  discard: 'discarded',
};

const operations = (Object.keys(OPERATIONS) as JobOperation[]).flatMap((name) => {
  const { verb, one, many, errors } = OPERATIONS[name];
  return [
    route({
      method: 'POST',
      path: `/api/v1/jobs/:id/${name}`,
      audience: ['engineer'],
      area,
      summary: one,
      errors: ['job.unknown', 'store.conflict', ...errors],
      params: z.strictObject({ id: jobId }),
      answer: { status: 200, schema: z.strictObject({ id: jobIdText, state: jobState }) },
      run: async ({ params: { id }, principal, services: { jobs } }) => {
        await jobs[verb](id, principal.id);
        const { state } = await jobs.get(id);
        return { id: formatJobId(id), state: jobState.parse(state) };
      },
    }),
    route({
      method: 'POST',
      path: `/api/v1/jobs/${name}`,
      audience: ['engineer'],
      area,
      summary: many,
      errors: ['store.conflict'],
      body: z.strictObject({
        kind: text(100).exactOptional(),
        state: jobState.refine((state) => mayAll(verb, state), `is not a state in which a job can be ${PAST[name]}`),
        olderThan: duration.describe('Ended, or made, so long ago.').exactOptional(),
        cursor: z.string().max(500).describe('`next` of the bite before.').exactOptional(),
      }),
      answer: {
        status: 200,
        schema: z.strictObject({
          count: z.int(),
          refused: z.int().describe('Moved on meanwhile, or of an owner that decides itself.'),
          next: z.string().nullable(),
        }) satisfies z.ZodType<JobBite>,
      },
      run: async ({ body: { olderThan, cursor, ...chosen }, principal, services }) => {
        const before = olderThan === undefined ? {} : { before: services.store.now() - olderThan };
        const filter = { ...chosen, ...before };
        const after = placeIn(cursor, filter, 'body.cursor');
        const bitten = await bite(services, { verb, filter, actor: principal.id, after });
        return { ...bitten, next: bitten.next === null ? null : cursorOf(bitten.next) };
      },
    }),
  ];
});

const statistics = route({
  method: 'GET',
  path: '/api/v1/statistics',
  audience: 'readers',
  area: 'Statistics',
  summary: 'Sums what was started, completed and failed, by subject; without `since` over the last day.',
  query: z.strictObject({
    prefix: z
      .string()
      .max(300)
      .describe('job/<kind>, activity/<definition>/<activity>, instance/<definition>')
      .default(''),
    since: instant.exactOptional(),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({
      items: z.array(z.strictObject({ subject: z.string(), started: z.int(), completed: z.int(), failed: z.int() })),
      next: z.null(),
    }),
  },
  run: async ({ query: { prefix, since }, services }) => {
    const items = await readStatistics(services.store, { prefix, since: since ?? services.store.now() - DAY_MS });
    return { items, next: null };
  },
});

export const jobRoutes: readonly Route[] = [list, get, lines, ...operations, statistics];
