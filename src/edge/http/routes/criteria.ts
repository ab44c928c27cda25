/** Criteria: when a signal of a device matters. */
import { z } from 'zod';
import { pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { criterionSimulationSchema, criterionSimulationView } from '../views/criterion-simulation-view.ts';
import { criterionOf, criterionSchema, settingsBody } from '../views/criterion-view.ts';
import { instant, text } from '../wire-schema.ts';

const area = 'Criteria';

const list = route({
  method: 'GET',
  path: '/api/v1/criteria',
  audience: 'readers',
  area,
  summary: 'Lists criteria by id, with where they stand.',
  query: z.strictObject({ device: text(200).exactOptional(), ...paging }),
  answer: { status: 200, schema: pageSchema(criterionSchema) },
  run: async ({ query, services }) => {
    const { items, next } = await services.measurements.criteria.list(query);
    return { items: items.map(criterionOf), next };
  },
});

const create = route({
  method: 'POST',
  path: '/api/v1/criteria',
  audience: ['engineer'],
  area,
  summary: 'Makes a criterion for a device; the next reading is judged by it.',
  errors: ['criterion.invalid', 'criterion.exists', 'device.unknown', 'duration.malformed'],
  body: z.strictObject({ device: text(200), name: text(200), settings: settingsBody }),
  answer: { status: 201, schema: criterionSchema },
  run: async ({ body, principal, services }) => {
    const { criteria } = services.measurements;
    const { id } = await criteria.create(body as never, { actor: principal.id });
    return criterionOf(await criteria.get(id));
  },
});

const change = route({
  method: 'PATCH',
  path: '/api/v1/criteria/:id',
  audience: ['engineer'],
  area,
  summary: 'Changes the given parts of the settings; the next reading is judged by them.',
  errors: ['criterion.invalid', 'criterion.unknown', 'duration.malformed'],
  params: z.strictObject({ id: text(300) }),
  body: z.strictObject({ settings: settingsBody }),
  answer: { status: 200, schema: criterionSchema },
  run: async ({ params: { id }, body, principal, services }) => {
    const { criteria } = services.measurements;
    await criteria.change(id, body.settings, { actor: principal.id });
    return criterionOf(await criteria.get(id));
  },
});

const simulate = route({
  method: 'POST',
  path: '/api/v1/criteria/:id/simulate',
  audience: ['operator', 'engineer', 'technologist'],
  area,
  summary:
    'Judges stored readings by other settings: when it would have fired, beside when it fires now. Changes nothing.',
  errors: [
    'criterion.invalid',
    'criterion.unknown',
    'criterion.not-simulated',
    'duration.malformed',
    'measurement.invalid-range',
    'measurement.range-too-large',
  ],
  params: z.strictObject({ id: text(300) }),
  body: z.strictObject({
    settings: settingsBody,
    from: instant.describe('Default: 30 days before the end.').exactOptional(),
    to: instant.describe('Not included. Default: just after the last reading.').exactOptional(),
  }),
  answer: { status: 200, schema: criterionSimulationSchema },
  run: async ({ params: { id: criterion }, body: { settings: change, ...range }, services }) =>
    criterionSimulationView(await services.measurements.simulate({ criterion, change, ...range })),
});

export const criterionRoutes: readonly Route[] = [list, create, change, simulate];
