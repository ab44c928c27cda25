/** Shift plans: when the lines work. */
import { z } from 'zod';
import type { ShiftPlan as WirePlan } from '../../../client/wire-measurements.ts';
import { newShiftPlan, type ShiftPlan, shiftPlanChange } from '../../../measurements/shift-plan/shift-plan.ts';
import { pageSchema, paging } from '../paging.ts';
import { type Route, route } from '../route.ts';
import { checkedInside, isoTime, text, time } from '../wire-schema.ts';

const area = 'Shift plans';
const stretch = { from: z.string(), to: z.string() };

const shiftPlan = z.strictObject({
  id: z.string(),
  timeZone: z.string(),
  lines: z.array(z.string()),
  rules: z.array(
    z.strictObject({
      name: z.string(),
      days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
      ...stretch,
      breaks: z.array(z.strictObject(stretch)),
      validFrom: z.string().exactOptional(),
      validTo: z.string().exactOptional(),
    }),
  ),
  holidays: z.array(z.string()),
  version: z.int(),
  updatedAt: time,
  updatedBy: z.string(),
}) satisfies z.ZodType<WirePlan>;

const list = route({
  method: 'GET',
  path: '/api/v1/shift-plans',
  audience: 'readers',
  area,
  summary: 'Lists shift plans by id.',
  query: z.strictObject(paging),
  answer: { status: 200, schema: pageSchema(shiftPlan) },
  run: async ({ query, services }) => {
    const { items, next } = await services.measurements.shiftPlans.list(query);
    return { items: items.map(planOf), next };
  },
});

const create = route({
  method: 'POST',
  path: '/api/v1/shift-plans',
  audience: ['engineer'],
  area,
  summary: 'Makes a shift plan.',
  errors: ['shift-plan.invalid', 'shift-plan.exists'],
  body: checkedInside(newShiftPlan),
  answer: { status: 201, schema: shiftPlan },
  run: async ({ body, principal, services }) =>
    planOf(await services.measurements.shiftPlans.create(body as never, { actor: principal.id })),
});

const change = route({
  method: 'PATCH',
  path: '/api/v1/shift-plans/:id',
  audience: ['engineer'],
  area,
  summary: 'Changes the given parts of a shift plan.',
  errors: ['shift-plan.invalid', 'shift-plan.unknown'],
  params: z.strictObject({ id: text(200) }),
  body: checkedInside(shiftPlanChange),
  answer: { status: 200, schema: shiftPlan },
  run: async ({ params: { id }, body, principal, services }) =>
    planOf(await services.measurements.shiftPlans.update(id, body, { actor: principal.id })),
});

export const shiftPlanRoutes: readonly Route[] = [list, create, change];

const planOf = ({ id, timeZone, lines, rules, holidays, version, updatedAt, updatedBy }: ShiftPlan): WirePlan => ({
  id,
  timeZone,
  lines: [...lines],
  rules: rules.map((rule) => ({ ...rule })),
  holidays: [...holidays],
  version,
  updatedAt: isoTime(updatedAt),
  updatedBy,
});
