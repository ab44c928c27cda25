/** Analyses of what was measured: reports against labels, runs of measurement services, and the plant at one look. */
import { z } from 'zod';
import type { AnalyzeAnswer, FleetDevice, ThresholdProposal } from '../../../client/wire-analyses.ts';
import type { Report } from '../../../client/wire-measurements.ts';
import { formatJobId } from '../../../kernel/ids.ts';
import { ANALYZE_KIND, type AnalyzePayload } from '../../../measurements/analysis/analyze-job.ts';
import type { Services } from '../../services.ts';
import { pageSchema, paging } from '../paging.ts';
import { refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { runOf, runSchema, scopeSchema, serviceOf, serviceSchema } from '../views/analysis-view.ts';
import { fleetOf } from '../views/fleet-view.ts';
import { proposalsSchema, proposalsView } from '../views/proposal-view.ts';
import { labelsBody, reportOf, reportSchema, windowsOf } from '../views/report-view.ts';
import { instant, text, time } from '../wire-schema.ts';

const area = 'Analyses';
/** Rows read at once. */
const MAX_BATCH_ROWS = 10_000;

const reportBody = z.strictObject({
  device: text(200),
  kind: z.literal('report'),
  labels: labelsBody,
  series: text(500).describe('Which of the labels, when they name several series.').exactOptional(),
});
const runBody = z.strictObject({
  device: text(200),
  kind: z.literal('run'),
  service: text(50).describe('Default: that of the device.').exactOptional(),
  date: z.iso.date().describe('A local date, instead of a stretch.').exactOptional(),
  from: text(40).describe('ISO 8601; without an offset it is plant time.').exactOptional(),
  to: text(40).describe('Not included.').exactOptional(),
  dryRun: z.boolean().describe('Works everything out and writes nothing.').default(false),
  reprocess: z.boolean().describe('From the first reading on, whatever is known.').default(false),
  batch: z.int().min(2).max(MAX_BATCH_ROWS).describe('Rows read at once.').exactOptional(),
});
type RunBody = z.output<typeof runBody>;
const tuneBody = z.strictObject({
  kind: z.literal('tune'),
  device: text(200).describe('Default: every device.').exactOptional(),
  criterion: text(300).describe('This criterion alone.').exactOptional(),
  from: instant.describe('Default: 30 days before the end.').exactOptional(),
  to: instant.describe('Not included. Default: just after the last reading.').exactOptional(),
});

const analyse = route({
  method: 'POST',
  path: '/api/v1/analyses',
  audience: ['operator', 'engineer', 'technologist'],
  area,
  summary:
    'kind run: analyses what came of a device, as a job whose output says what it did in the stretch. kind report: compares its anomalies with labelled windows. kind tune: proposes thresholds from labels.',
  errors: [
    ...['device.unknown', 'measurement.invalid-windows', 'measurement.unknown-service', 'measurement.no-service'],
    ...['measurement.invalid-range', 'job.queue-full', 'criterion.unknown'],
  ],
  body: z.discriminatedUnion('kind', [reportBody, runBody, tuneBody]),
  answer: { status: 200, schema: z.union([reportSchema, z.strictObject({ job: z.string() }), proposalsSchema]) },
  run: async ({ body, principal, services }): Promise<Report | AnalyzeAnswer | { proposals: ThresholdProposal[] }> => {
    if (body.kind === 'run') return { job: await startRun(services, body, principal.id) };
    if (body.kind === 'tune') return proposalsView(await services.measurements.tune(body));
    const { device, labels, series } = body;
    return reportOf(await services.measurements.report({ device, windows: windowsOf(labels, series) }));
  },
});

const runs = route({
  method: 'GET',
  path: '/api/v1/analyses/runs',
  audience: 'readers',
  area,
  summary: 'Lists runs of measurement services, the latest first.',
  errors: ['measurement.invalid-cursor'],
  query: z.strictObject({
    device: text(200).exactOptional(),
    status: z.enum(['done', 'failed']).exactOptional(),
    ...paging,
  }),
  answer: { status: 200, schema: pageSchema(runSchema) },
  run: async ({ query, services }) => {
    const { items, next } = await services.measurements.analyses.runs(query);
    return { items: items.map(runOf), next };
  },
});

const services = route({
  method: 'GET',
  path: '/api/v1/analyses/services',
  audience: 'readers',
  area,
  summary: 'Lists the measurement services that can analyse devices.',
  answer: { status: 200, schema: z.strictObject({ items: z.array(serviceSchema) }) },
  run: async ({ services: { measurements } }) => ({ items: measurements.analyses.services.map(serviceOf) }),
});

const fleetSchema = z.strictObject({
  device: z.string(),
  name: z.string(),
  line: z.string(),
  service: z.string().nullable(),
  lastSeenAt: time.nullable(),
  analysedTo: time.nullable(),
  isOverdue: z.boolean(),
  hasFailed: z.boolean(),
  isSilent: z.boolean(),
  state: z.string().nullable(),
  stateSince: time.nullable(),
  today: scopeSchema.nullable(),
  quality: z.number().nullable(),
  openAnomalies: z.int(),
}) as unknown as z.ZodType<FleetDevice>;

const fleet = route({
  method: 'GET',
  path: '/api/v1/analyses/fleet',
  audience: 'readers',
  area,
  summary:
    'Shows every device with its state, its day so far, its data quality and its open anomalies; silent ones first.',
  query: z.strictObject({ line: z.string().max(200).exactOptional() }),
  answer: { status: 200, schema: z.strictObject({ items: z.array(fleetSchema) }) },
  run: async ({ query: { line }, services: all }) => ({ items: await fleetOf(all, line) }),
});

export const analysisRoutes: readonly Route[] = [analyse, runs, services, fleet];

/** What would fail in the job is refused here, where somebody can mend it. */
async function startRun({ measurements, jobs }: Services, body: RunBody, actor: string): Promise<string> {
  const { analyses } = measurements;
  const { from, to } = stretchOf(analyses, body);
  const device = await measurements.devices.get(body.device);
  analyses.requireService(device, body.service);
  const payload: AnalyzePayload = {
    ...{ device: device.id, from, to, isDryRun: body.dryRun, isAnew: body.reprocess, actor },
    ...(body.service !== undefined && { service: body.service }),
    ...(body.batch !== undefined && { batch: body.batch }),
  };
  const [stored] = await jobs.enqueueMany([{ kind: ANALYZE_KIND, payload }]);
  if (stored === undefined) throw new TypeError('a stored job has an id');
  return formatJobId(stored.id);
}

function stretchOf(
  { calendar, readTime }: Services['measurements']['analyses'],
  { date, from, to }: RunBody,
): { from: number; to: number } {
  if (date !== undefined && (from !== undefined || to !== undefined))
    throw refused([{ path: 'body.date', message: 'stands instead of from and to' }]);
  if (date !== undefined) return calendar.on(date);
  if (from === undefined || to === undefined)
    throw refused([{ path: 'body.date', message: 'is missing: name a date, or from and to' }]);
  const [begin, end] = [readTime(from), readTime(to)];
  if (begin === undefined) throw refused([{ path: 'body.from', message: 'is no time such as 2025-11-20T06:00:00' }]);
  if (end === undefined) throw refused([{ path: 'body.to', message: 'is no time such as 2025-11-20T18:00:00' }]);
  if (begin >= end) throw refused([{ path: 'body.to', message: 'is not after from' }]);
  return { from: begin, to: end };
}
