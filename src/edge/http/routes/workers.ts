/** Who works: the registry of workers. */
import { z } from 'zod';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { ADMINISTRATOR } from '../principal.ts';
import { type Route, route } from '../route.ts';
import { workerOf as shown, workerSchema } from '../views/worker-view.ts';
import { duration, text } from '../wire-schema.ts';
import { workerName, workerOf } from '../worker-name.ts';
import { MAX_CLAIM_KINDS } from './desk.ts';

const area = 'Workers';
const MAX_EVERY_MS = 3_600_000;
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const list = route({
  method: 'GET',
  path: '/api/v1/workers',
  audience: 'readers',
  area,
  summary:
    'Lists workers, those that went silent a day ago at most: what they do, how well, and when they last reported.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(workerSchema) },
  run: async ({ query: { limit, cursor }, services: { jobs, store } }) => {
    const after = placeOf(cursor, ['string'])?.[0] as string | undefined;
    const rows = await jobs.registry.list({ limit: limit + 1, ...(after !== undefined && { after }) });
    const rates = new Map(
      await Promise.all(rows.map(async ({ id }) => [id, await jobs.traffic.perMinute(id)] as const)),
    );
    const now = store.now();
    return pageOf(rows, {
      limit,
      place: ({ id }) => [id],
      item: (row) => shown(row, { now, perMinute: rates.get(row.id) ?? 0 }),
    });
  },
});

const report = route({
  method: 'POST',
  path: '/api/v1/workers/:id/report',
  audience: ['worker'],
  area,
  summary: 'Says that a worker is there, and what it does. The kinds it comes for are known from then on.',
  errors: ['job.bad-kind', 'duration.malformed', 'store.conflict'],
  params: z.strictObject({ id: workerName }),
  body: z.strictObject({
    kinds: z.array(text(100)).max(MAX_CLAIM_KINDS),
    concurrency: count,
    state: z.enum(['running', 'draining']),
    running: count,
    succeeded: count.describe('Since it started.'),
    failed: count,
    host: text(200),
    pid: count,
    version: text(100),
    every: duration
      .refine((ms) => ms >= 1 && ms <= MAX_EVERY_MS, 'must be at most 1h')
      .describe('When it means to report again; silent three times as long, it counts as gone.'),
  }),
  answer: { status: 204 },
  run: async ({ params: { id }, body: { every, ...facts }, principal, services: { jobs } }) => {
    await jobs.report({ ...facts, id: workerOf(id, principal), everyMs: every });
  },
});

const leave = route({
  method: 'DELETE',
  path: '/api/v1/workers/:id',
  audience: ['worker', 'engineer'],
  area,
  summary: 'Takes a worker off the registry: itself by its name, or, for an engineer, any by its whole id.',
  params: z.strictObject({ id: text(500) }),
  answer: { status: 204 },
  run: async ({ params: { id }, principal, services: { jobs } }) => {
    const isAny = id.includes('@') && principal.roles.some((role) => role === 'engineer' || role === ADMINISTRATOR);
    await jobs.leave(isAny ? id : workerOf(id, principal));
  },
});

export const workerRoutes: readonly Route[] = [list, report, leave];
