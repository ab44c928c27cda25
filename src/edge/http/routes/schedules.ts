/** Schedules: jobs that are made at set times. */
import { z } from 'zod';
import { ANALYZE_KIND } from '../../../measurements/analysis/analyze-job.ts';
import { KIND_ERRORS, requireKinds } from '../known-kinds.ts';
import { pageOf, pageSchema, paging, placeOf } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { scheduleBody, scheduleGiven, scheduleOf, scheduleSchema } from '../views/schedule-view.ts';
import { text } from '../wire-schema.ts';
import { JOB_BODY_BYTES } from './enqueue.ts';

const area = 'Schedules';
const params = z.strictObject({ name: text(100) });

const list = route({
  method: 'GET',
  path: '/api/v1/schedules',
  audience: 'readers',
  area,
  summary: 'Lists schedules by name: when the next job is made, and when the last one was.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(scheduleSchema) },
  run: async ({ query: { limit, cursor }, services }) => {
    const after = placeOf(cursor, ['string'])?.[0] as string | undefined;
    const rows = await services.jobs.schedules.list({ limit: limit + 1, ...(after !== undefined && { after }) });
    return pageOf(rows, { limit, place: ({ name }) => [name], item: scheduleOf });
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/schedules/:name',
  audience: 'readers',
  area,
  summary: 'Shows a schedule.',
  errors: ['job.unknown-schedule'],
  params,
  answer: { status: 200, schema: scheduleSchema },
  run: async ({ params: { name }, services }) => scheduleOf(await services.jobs.schedules.get(name)),
});

const put = route({
  method: 'PUT',
  path: '/api/v1/schedules/:name',
  audience: ['engineer'],
  area,
  summary: 'Makes or replaces a schedule; it counts from now on. One that is paused stays so.',
  errors: [...KIND_ERRORS, 'job.bad-schedule', 'duration.malformed', 'store.conflict'],
  params,
  body: scheduleBody,
  bodyLimitBytes: JOB_BODY_BYTES,
  answer: { status: 200, schema: scheduleSchema },
  run: async ({ params: { name }, body, principal, services }) => {
    if (body.kind !== ANALYZE_KIND) await requireKinds(services, [body.kind]);
    return scheduleOf(await services.jobs.schedules.put(name, scheduleGiven(body), principal.id));
  },
});

const remove = route({
  method: 'DELETE',
  path: '/api/v1/schedules/:name',
  audience: ['engineer'],
  area,
  summary: 'Removes a schedule; jobs that it has made stay.',
  errors: ['job.unknown-schedule', 'store.conflict'],
  params,
  answer: { status: 204 },
  run: ({ params: { name }, principal, services }) => services.jobs.schedules.remove(name, principal.id),
});

const switches = (
  [
    ['pause', true],
    ['resume', false],
  ] as const
).map(([verb, isPaused]) =>
  route({
    method: 'POST',
    path: `/api/v1/schedules/:name/${verb}`,
    audience: ['engineer'],
    area,
    summary: isPaused
      ? 'Lets the times of a schedule pass by; they are not made up for.'
      : 'Lets a schedule make jobs again, from its next time on.',
    errors: ['job.unknown-schedule', 'store.conflict'],
    params,
    answer: { status: 200, schema: scheduleSchema },
    run: async ({ params: { name }, principal, services }) =>
      scheduleOf(await services.jobs.schedules.pause(name, isPaused, principal.id)),
  }),
);

export const scheduleRoutes: readonly Route[] = [list, get, put, remove, ...switches];
