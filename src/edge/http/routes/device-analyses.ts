/** What analyses say of one device: KPIs, states, statistics and quality. */
import { z } from 'zod';
import { formatDuration } from '../../../kernel/duration.ts';
import type { Services } from '../../services.ts';
import { type Route, route } from '../route.ts';
import {
  kpiReportOf,
  kpiReportSchema,
  qualitySchema,
  segmentOf,
  segmentSchema,
  statisticSchema,
} from '../views/analysis-view.ts';
import { duration, durationText, instant, isoTime, text } from '../wire-schema.ts';

const area = 'Analyses';
const params = z.strictObject({ id: text(200) });
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const date = z.iso.date();

const kpis = route({
  method: 'GET',
  path: '/api/v1/devices/:id/kpis',
  audience: 'readers',
  area,
  summary:
    'Shows the KPIs of each shift or day that touches the stretch, and of all of them together. Default: the last week.',
  errors: ['device.unknown'],
  params,
  query: z.strictObject({
    kind: z.enum(['shift', 'day']).default('day'),
    from: instant.exactOptional(),
    to: instant.exactOptional(),
  }),
  answer: { status: 200, schema: kpiReportSchema },
  run: async ({ params: { id }, query: { kind, ...query }, services }) =>
    kpiReportOf(
      await services.measurements.analyses.scopes({
        device: id,
        kind,
        ...(await stretch(services, id, { ...query, lengthMs: 7 * DAY_MS })),
      }),
    ),
});

const states = route({
  method: 'GET',
  path: '/api/v1/devices/:id/states',
  audience: 'readers',
  area,
  summary: 'Shows what the device did, one state at each moment. Default: the last day.',
  errors: ['device.unknown', 'measurement.range-too-large'],
  params,
  query: z.strictObject({ from: instant.exactOptional(), to: instant.exactOptional() }),
  answer: { status: 200, schema: z.strictObject({ items: z.array(segmentSchema) }) },
  run: async ({ params: { id }, query, services }) => {
    const segments = await services.measurements.analyses.segments({
      device: id,
      ...(await stretch(services, id, { ...query, lengthMs: DAY_MS })),
    });
    return { items: segments.map(segmentOf) };
  },
});

const statistics = route({
  method: 'GET',
  path: '/api/v1/devices/:id/statistics',
  audience: 'readers',
  area,
  summary: 'Shows the statistics of a field over stretches of one width. Default: the last day by the hour.',
  errors: ['device.unknown', 'measurement.range-too-large', 'measurement.invalid-width', 'duration.malformed'],
  params,
  query: z.strictObject({
    metric: text(100),
    from: instant.exactOptional(),
    to: instant.exactOptional(),
    width: duration.pipe(z.number().positive()).exactOptional(),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({ metric: z.string(), width: durationText, points: z.array(statisticSchema) }),
  },
  run: async ({ params: { id }, query: { metric, width: widthMs = HOUR_MS, ...query }, services }) => {
    const range = await stretch(services, id, { ...query, lengthMs: DAY_MS });
    const points = await services.measurements.analyses.statistics({ device: id, metric, widthMs, ...range });
    return {
      metric,
      width: formatDuration(widthMs),
      points: points.map((point) => ({ ...point, start: isoTime(point.start) })),
    };
  },
});

const quality = route({
  method: 'GET',
  path: '/api/v1/devices/:id/quality',
  audience: 'readers',
  area,
  summary: 'Shows the data quality of each local day, both dates included. Default: the last 14 days.',
  errors: ['device.unknown'],
  params,
  query: z.strictObject({ from: date.exactOptional(), to: date.exactOptional() }),
  answer: { status: 200, schema: z.strictObject({ items: z.array(qualitySchema) }) },
  run: async ({ params: { id }, query, services }) => {
    const { lastAt } = await services.measurements.devices.get(id);
    const { calendar } = services.measurements.analyses;
    const to = query.to ?? calendar.at(lastAt ?? services.store.now()).date;
    const from = query.from ?? calendar.at(calendar.on(to).from - 13 * DAY_MS).date;
    return { items: [...(await services.measurements.analyses.quality({ device: id, from, to }))] };
  },
});

export const deviceAnalysisRoutes: readonly Route[] = [kpis, states, statistics, quality];

/** Up to the latest reading, unless the call says otherwise. */
async function stretch(
  { measurements, store }: Services,
  id: string,
  { from, to, lengthMs }: { readonly from?: number; readonly to?: number; readonly lengthMs: number },
): Promise<{ from: number; to: number }> {
  const { lastAt } = await measurements.devices.get(id);
  const end = to ?? (lastAt ?? store.now()) + 1;
  return { from: from ?? end - lengthMs, to: end };
}
