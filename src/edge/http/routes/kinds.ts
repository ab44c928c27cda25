/** Kinds of jobs: how they are treated, how long their queues are, and whether they flow. */
import { z } from 'zod';
import type { JobKind } from '../../../client/wire-jobs.ts';
import type { Services } from '../../services.ts';
import { listPage, pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { kindOf, kindSchema, settingsBody, settingsGiven } from '../views/kind-view.ts';
import { text } from '../wire-schema.ts';

const area = 'Kinds of jobs';
/** Kinds whose queues are looked at at a time: each look is a few short reads. */
const AT_ONCE = 20;
const params = z.strictObject({ kind: text(100) });

async function shown({ jobs, store }: Services, name: string) {
  const { kinds, traffic } = jobs;
  const parts = { isInternal: kinds.isInternal(name), set: kinds.setOf(name), now: store.now() };
  return kindOf(kinds.of(name), { ...parts, traffic: await traffic.of(name) });
}

const list = route({
  method: 'GET',
  path: '/api/v1/kinds',
  audience: 'readers',
  area,
  summary: 'Lists the kinds of jobs by name: their settings, how long their queues are and how fast they move.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(kindSchema) },
  run: async ({ query, services }) => {
    const { kinds, lengths } = services.jobs;
    const names = new Set([...kinds.list().map(({ name }) => name), ...lengths.kinds()]);
    const page = listPage([...names], query, { key: (name) => name, item: (name) => name });
    const items: JobKind[] = [];
    for (let from = 0; from < page.items.length; from += AT_ONCE) {
      const some = page.items.slice(from, from + AT_ONCE);
      items.push(...(await Promise.all(some.map((name) => shown(services, name)))));
    }
    return { items, next: page.next };
  },
});

const get = route({
  method: 'GET',
  path: '/api/v1/kinds/:kind',
  audience: 'readers',
  area,
  summary: 'Shows a kind; one that nobody has declared has the settings that hold by default.',
  params,
  answer: { status: 200, schema: kindSchema },
  run: ({ params: { kind }, services }) => shown(services, kind),
});

const put = route({
  method: 'PUT',
  path: '/api/v1/kinds/:kind',
  audience: ['engineer'],
  area,
  summary:
    'Sets how jobs of a kind are treated, those that wait included. What is not given falls back to what code declares.',
  errors: ['job.bad-kind', 'duration.malformed', 'store.conflict'],
  params,
  body: settingsBody,
  answer: { status: 200, schema: kindSchema },
  run: async ({ params: { kind }, body, principal, services }) => {
    await services.jobs.kinds.configure(kind, { settings: settingsGiven(body) }, principal.id);
    return shown(services, kind);
  },
});

const switches = (
  [
    ['pause', true],
    ['resume', false],
  ] as const
).map(([name, isPaused]) =>
  route({
    method: 'POST',
    path: `/api/v1/kinds/:kind/${name}`,
    audience: ['engineer'],
    area,
    summary: isPaused
      ? 'Gives no job of a kind to any worker until it goes on; those at work end.'
      : 'Gives jobs of a kind to workers again.',
    errors: ['job.bad-kind', 'store.conflict'],
    params,
    answer: { status: 200, schema: kindSchema },
    run: async ({ params: { kind }, principal, services }) => {
      await services.jobs.kinds.configure(kind, { isPaused }, principal.id);
      return shown(services, kind);
    },
  }),
);

export const kindRoutes: readonly Route[] = [list, get, put, ...switches];
