/** Jobs: units of work for code; and what was counted. */
import { z } from 'zod';
import { readStatistics } from '../../../jobs/statistics.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import { type Route, route } from '../route.ts';
import { jobOf, jobSchema } from '../views/job-view.ts';
import { instant, jobId, jobIdText, json, text } from '../wire-schema.ts';

const DAY_MS = 86_400_000;

const enqueue = route({
  method: 'POST',
  path: '/api/v1/jobs',
  audience: ['worker'],
  area: 'Jobs',
  summary: 'Stores a job for the workers of its kind.',
  errors: ['job.payload-too-large'],
  body: z.strictObject({
    kind: text(100),
    payload: json.exactOptional(),
    priority: z.int().min(-100).max(100).describe('Higher is sooner.').exactOptional(),
    runAt: instant.describe('Not before.').exactOptional(),
  }),
  answer: { status: 201, schema: z.strictObject({ id: jobIdText }) },
  run: async ({ body: { kind, payload = null, priority, runAt }, services }) => {
    const job = {
      kind,
      payload,
      ...(priority !== undefined && { priority }),
      ...(runAt !== undefined && { dueAt: runAt }),
    };
    return { id: formatJobId(await services.jobs.enqueue(job)) };
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/jobs/:id',
  audience: 'readers',
  area: 'Jobs',
  summary: 'Shows a job: its state, attempts and result.',
  errors: ['job.unknown'],
  params: z.strictObject({ id: jobId }),
  answer: { status: 200, schema: jobSchema },
  run: async ({ params: { id }, services }) => jobOf(await services.jobs.get(id)),
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

export const jobRoutes: readonly Route[] = [enqueue, get, statistics];
