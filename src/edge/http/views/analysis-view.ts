/** Analyses as the API shows them: sums, KPIs, states, statistics, quality and runs. */
import { z } from 'zod';
import type {
  AnalysisRun,
  Assessment,
  Elements,
  KpiReport,
  KpiScope,
  Kpis,
  MeasurementServiceView,
  QualityDay,
  StateSegment,
  StatisticPoint,
} from '../../../client/wire-analyses.ts';
import { formatDuration } from '../../../kernel/duration.ts';
import type { RunRow } from '../../../measurements/analysis/families.ts';
import type { DeviceScope, DeviceSegment } from '../../../measurements/analysis/readings.ts';
import { assess } from '../../../measurements/kpi/assessment.ts';
import { kpisOf, sumElements } from '../../../measurements/kpi/kpis.ts';
import { NO_ELEMENTS, SEGMENT_STATES } from '../../../measurements/pipeline/scope.ts';
import type { MeasurementService } from '../../../measurements/services/measurement-service.ts';
import { durationText, isoTime, isoTimeOrNull, time } from '../wire-schema.ts';

const share = z.number().nullable();
const elements = z
  .strictObject(
    Object.fromEntries(Object.keys(NO_ELEMENTS).map((name) => [name, z.number()])) as Record<
      keyof Elements,
      z.ZodNumber
    >,
  )
  .describe('Sums: milliseconds and items. docs/reference/analytics.md defines each.');
const KPI_NAMES = [
  ...[
    'availability',
    'effectiveness',
    'quality',
    'oee',
    'oeeLow',
    'oeeHigh',
    'nee',
    'teep',
    'utilization',
    'technical',
  ],
  ...['setupRatio', 'scrapRatio', 'reworkRatio', 'throughput', 'averageSpeed', 'mtbfMs', 'mttrMs'],
  ...['operatingMsPerFailure', 'coverage'],
] as Exclude<keyof Kpis, 'isCycleWrong'>[];
const kpis = z
  .strictObject({
    ...(Object.fromEntries(KPI_NAMES.map((name) => [name, share])) as Record<(typeof KPI_NAMES)[number], typeof share>),
    isCycleWrong: z.boolean().describe('Effectiveness is above 1: the ideal cycle of the device is wrong.'),
  })
  .describe('By the formulas of ISO 22400-2; null where there is nothing to divide by.');
const assessment = z.strictObject({
  grade: z.enum(['excellent', 'good', 'fair', 'poor']).nullable(),
  efficiency: z
    .strictObject({
      score: z.number().describe('0 to 100.'),
      availability: z.number(),
      effectiveness: z.number(),
      quality: z.number(),
    })
    .nullable(),
}) satisfies z.ZodType<Assessment>;

export const scopeSchema = z.strictObject({
  device: z.string(),
  kind: z.enum(['shift', 'day']),
  name: z.string().describe("Of the shift; a day's is empty."),
  date: z.string().describe('The local date on which it begins.'),
  from: time,
  to: time.describe('How far it has been seen.'),
  end: time,
  isOver: z.boolean(),
  elements,
  kpis,
  assessment,
}) satisfies z.ZodType<KpiScope>;
export const kpiReportSchema = z.strictObject({
  items: z.array(scopeSchema),
  total: z.strictObject({ elements, kpis, assessment }).describe('Worked out of the sums of all items.'),
}) satisfies z.ZodType<KpiReport>;

export function scopeOf({ device, kind, name, date, from, to, end, elements: sums }: DeviceScope): KpiScope {
  const own = kpisOf(sums);
  return {
    device,
    kind: kind === 'day' ? 'day' : 'shift',
    name,
    date,
    from: isoTime(from),
    to: isoTime(to),
    end: isoTime(end),
    isOver: to >= end,
    elements: { ...sums },
    kpis: own,
    assessment: assess(own),
  };
}

export function kpiReportOf(scopes: readonly DeviceScope[]): KpiReport {
  const sums = sumElements(scopes.map((scope) => scope.elements));
  const total = kpisOf(sums);
  return { items: scopes.map(scopeOf), total: { elements: sums, kpis: total, assessment: assess(total) } };
}

export const segmentSchema = z.strictObject({
  from: time,
  to: time.describe('Not part of it.'),
  state: z.enum(SEGMENT_STATES),
}) satisfies z.ZodType<StateSegment>;
export const segmentOf = ({ from, to, state }: DeviceSegment): StateSegment => ({
  from: isoTime(from),
  to: isoTime(to),
  state,
});

const number = z.number().nullable();
export const statisticSchema = z.strictObject({
  start: time,
  n: z.int(),
  sum: z.number().describe('Of a counter: what was counted.'),
  mean: number,
  timeWeightedMean: number,
  standardDeviation: number,
  min: number,
  max: number,
  first: number,
  last: number,
  p5: number,
  p50: number,
  p95: number,
}) satisfies z.ZodType<StatisticPoint>;

export const qualitySchema = z.strictObject({
  device: z.string(),
  date: z.string(),
  completeness: share,
  validity: share,
  uniqueness: share,
  consistency: share,
  timeliness: share,
  score: share.describe('The product of the parts.'),
  counts: z.strictObject({
    seen: z.int(),
    expected: z.int(),
    received: z.int(),
    quarantined: z.int(),
    duplicates: z.int(),
    stored: z.int(),
    conflicts: z.int(),
    inconsistent: z.int(),
    onTime: z.int(),
  }),
}) satisfies z.ZodType<QualityDay>;

export const runSchema = z.strictObject({
  id: z.int(),
  device: z.string(),
  service: z.string(),
  serviceVersion: z.int(),
  trigger: z.enum(['follow', 'job', 'command', 'schedule']),
  actor: z.string(),
  to: time.nullable(),
  rowsFrom: time.nullable(),
  rowsTo: time.nullable(),
  rows: z.int(),
  late: z.int().describe('Stretches of late rows that were done again.'),
  jumps: z.int(),
  written: z.int(),
  anomalies: z.int(),
  status: z.enum(['done', 'failed']),
  error: z.string().nullable(),
  startedAt: time,
  endedAt: time,
}) satisfies z.ZodType<AnalysisRun>;

export const runOf = ({ to, rowsFrom, rowsTo, startedAt, endedAt, ...run }: RunRow): AnalysisRun => ({
  ...run,
  trigger: run.trigger as AnalysisRun['trigger'],
  status: run.status === 'failed' ? 'failed' : 'done',
  to: isoTimeOrNull(to),
  rowsFrom: isoTimeOrNull(rowsFrom),
  rowsTo: isoTimeOrNull(rowsTo),
  startedAt: isoTime(startedAt),
  endedAt: isoTime(endedAt),
});

export const serviceSchema = z.strictObject({
  name: z.string(),
  version: z.int(),
  about: z.string(),
  fields: z.array(z.strictObject({ name: z.string(), role: z.string(), unit: z.string().exactOptional() })),
  derived: z.array(z.string()),
  expectedInterval: durationText,
  maxGap: durationText,
  bucket: durationText,
}) satisfies z.ZodType<MeasurementServiceView>;

export const serviceOf = (service: MeasurementService): MeasurementServiceView => ({
  name: service.name,
  version: service.version,
  about: service.about,
  fields: service.fields.map(({ name, role = 'gauge', unit }) => ({ name, role, ...(unit !== undefined && { unit }) })),
  derived: service.derive.map(({ name }) => name),
  expectedInterval: formatDuration(service.expectedIntervalMs),
  maxGap: formatDuration(service.maxGapMs),
  bucket: formatDuration(service.bucketMs),
});
